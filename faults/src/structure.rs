//! # Faults: Structures

use pybuf_harness::Call;
use pybuf_harness::call::Copy;

use crate::Fault;
use crate::change::{answer, fail};

pub(crate) const FAULTS: &[Fault] = &[
    Fault::new(
        "negative-ndim-raises",
        "structure.answers",
        "whoever calls nonsense an error where no was asked for",
    )
    .tells(|_, call, reply| match call {
        Call::Copy(Copy::VerifyStructure { ndim: ..0, .. }) => fail(reply, "ValueError"),
        _ => reply,
    }),
    Fault::new(
        "offset-not-aligned",
        "structure.offset.whole-items",
        "whoever leaves alignment to the exporter",
    )
    .asks(|_, call| {
        with_array(call, |array| array.offset = whole_items(array.offset, array.itemsize))
    }),
    Fault::new(
        "empty-may-begin-outside",
        "structure.offset.inside",
        "whoever looks for elements first",
    )
    .asks(|_, call| {
        with_array(call, |array| {
            if array.shape.contains(&0) {
                array.memlen = array.memlen.max(array.offset.saturating_add(array.itemsize));
            }
        })
    }),
    Fault::new(
        "scalar-may-stick-out",
        "structure.offset.inside",
        "whoever asks where an element begins, and not where it ends",
    )
    .asks(|_, call| {
        with_array(call, |array| {
            if array.shape.is_empty() && array.offset < array.memlen {
                array.memlen = array.memlen.max(array.offset.saturating_add(array.itemsize));
            }
        })
    }),
    Fault::new(
        "end-of-the-first-item-wraps-around",
        "structure.offset.inside",
        "whoever adds what C adds, where the text has the numbers of Python",
    )
    .tells(|_, call, reply| match call {
        Call::Copy(Copy::VerifyStructure { offset, itemsize, .. })
            if offset.checked_add(*itemsize).is_none() =>
        {
            answer(reply, 1)
        }
        _ => reply,
    }),
    Fault::new(
        "stride-of-extent-one-not-aligned",
        "structure.strides.whole-items",
        "NumPy #5085, with relaxed strides",
    )
    .asks(|_, call| {
        with_array(call, |array| {
            let unwalked = array.strides.iter_mut().zip(&array.shape).filter(|(_, it)| **it == 1);
            unwalked.for_each(|(stride, _)| *stride = whole_items(*stride, array.itemsize));
        })
    }),
    Fault::new(
        "scalar-may-have-arrays",
        "structure.scalar",
        "whoever does not look at arrays that have no entry for a dimension",
    )
    .asks(|_, call| {
        with_array(call, |array| {
            if array.ndim == 0 {
                (array.shape, array.strides) = (vec![], vec![]);
            }
        })
    }),
    Fault::new(
        "negative-ndim-is-a-scalar",
        "structure.scalar",
        "whoever asks whether there is a dimension by comparing with zero",
    )
    .asks(|_, call| with_array(call, |array| array.ndim = array.ndim.max(0))),
    Fault::new(
        "empty-is-refused",
        "structure.no-elements",
        "cython #2093, of an array that is contiguous",
    )
    .tells(|_, call, reply| match call {
        Call::Copy(Copy::VerifyStructure { shape, .. }) if shape.contains(&0) => answer(reply, 0),
        _ => reply,
    }),
    Fault::new(
        "other-strides-of-empty-walked",
        "structure.no-elements",
        "whoever skips the dimension that has no extent, and no other",
    )
    .asks(|_, call| {
        with_array(call, |array| {
            array.shape.iter_mut().filter(|it| **it == 0).for_each(|it| *it = 1);
        })
    }),
    Fault::new(
        "lowest-element-not-looked-for",
        "structure.reach",
        "whoever has strides that go forward only",
    )
    .asks(|_, call| {
        with_array(call, |array| array.strides.iter_mut().for_each(|it| *it = (*it).max(0)))
    }),
    Fault::new(
        "extent-times-stride",
        "structure.reach",
        "whoever counts the gap behind the last element, too",
    )
    .asks(|_, call| {
        with_array(call, |array| {
            array.shape.iter_mut().filter(|it| **it > 0).for_each(|it| *it += 1);
        })
    }),
    Fault::new(
        "stride-cut-to-int",
        "structure.reach",
        "whoever has int for a stride, as is enough for most arrays",
    )
    .asks(|_, call| {
        with_array(call, |array| {
            array.strides.iter_mut().for_each(|it| *it = i64::from(*it as i32));
        })
    }),
    Fault::new(
        "way-to-the-end-wraps-around",
        "structure.reach",
        "whoever multiplies what C multiplies, where the text has the numbers of Python",
    )
    .tells(|_, call, reply| match call {
        Call::Copy(Copy::VerifyStructure { shape, strides, offset: 0, .. })
            if shape
                .iter()
                .zip(strides)
                .any(|(it, stride)| stride.checked_mul(it - 1).is_none()) =>
        {
            answer(reply, 1)
        }
        _ => reply,
    }),
];

/// The arguments of `verify_structure`.
struct Array {
    memlen: i64,
    itemsize: i64,
    ndim: i64,
    shape: Vec<i64>,
    strides: Vec<i64>,
    offset: i64,
}

/// Asks about another array.
fn with_array(call: Call, change: impl FnOnce(&mut Array)) -> Call {
    let Call::Copy(Copy::VerifyStructure { memlen, itemsize, ndim, shape, strides, offset }) = call
    else {
        return call;
    };
    let mut array = Array { memlen, itemsize, ndim, shape, strides, offset };
    change(&mut array);
    let Array { memlen, itemsize, ndim, shape, strides, offset } = array;
    Call::Copy(Copy::VerifyStructure { memlen, itemsize, ndim, shape, strides, offset })
}

/// So many bytes, without what is left over of an item.
fn whole_items(bytes: i64, itemsize: i64) -> i64 {
    bytes - bytes.checked_rem_euclid(itemsize).unwrap_or(0)
}
