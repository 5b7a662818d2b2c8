//! # Faults: Strides

use pybuf_harness::Call;
use pybuf_harness::call::Copy;
use pybuf_harness::reply::Reply;

use crate::Fault;
use crate::change::change;

pub(crate) const FAULTS: &[Fault] = &[
    Fault::new("strides-never-filled", "strides.one-a-dimension", "ctypes, CPython #57060")
        .tells(|_, _, reply| change_strides(reply, Vec::clear)),
    Fault::new(
        "scalar-has-a-stride",
        "strides.one-a-dimension",
        "NumPy #7513, where a scalar has a dimension",
    )
    .tells(|_, call, reply| match call {
        Call::Copy(Copy::FillContiguousStrides { shape, itemsize, .. }) if shape.is_empty() => {
            change_strides(reply, |strides| strides.push((*itemsize).into()))
        }
        _ => reply,
    }),
    Fault::new(
        "strides-of-c-are-of-fortran",
        "strides.c",
        "whoever numbers the dimensions from the fastest on",
    )
    .asks(|_, call| with_order(call, 'C', 'F')),
    Fault::new("stride-of-extent-one-is-huge", "strides.c", "NumPy #5085, with relaxed strides")
        .tells(|_, call, reply| match call {
            Call::Copy(Copy::FillContiguousStrides { shape, .. }) => {
                change_strides(reply, |strides| {
                    let unwalked =
                        strides.iter_mut().zip(shape).filter(|(_, extent)| **extent == 1);
                    unwalked.for_each(|(stride, _)| *stride = i64::MAX);
                })
            }
            _ => reply,
        }),
    Fault::new(
        "each-letter-means-c",
        "strides.fortran",
        "whoever has C order only, which is what all other letters mean",
    )
    .asks(|_, call| with_order(call, 'F', 'C')),
    Fault::new(
        "strides-cut-to-int",
        "strides.wider-than-int",
        "whoever multiplies in the type of the item size, which is int",
    )
    .tells(|_, _, reply| {
        change_strides(reply, |strides| {
            strides.iter_mut().for_each(|stride| *stride = (*stride as i32).into());
        })
    }),
];

/// Fills the strides of another order in place of this one.
fn with_order(call: Call, from: char, to: char) -> Call {
    match call {
        Call::Copy(Copy::FillContiguousStrides { shape, itemsize, order }) if order == from => {
            Call::Copy(Copy::FillContiguousStrides { shape, itemsize, order: to })
        }
        call => call,
    }
}

/// Writes other strides.
fn change_strides(reply: Reply, how: impl FnOnce(&mut Vec<i64>)) -> Reply {
    change(reply, |returned| {
        if let Some(strides) = &mut returned.strides {
            how(strides);
        }
    })
}
