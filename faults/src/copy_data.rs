//! # Faults: Copies to objects

use pybuf_harness::call::{Call, Copy};
use pybuf_harness::object::Object;

use crate::change::{answer, change, change_failure, fail};
use crate::copy::put_straight;
use crate::elements::Elements;
use crate::{Fault, Past};

pub(crate) const FAULTS: &[Fault] = &[
    Fault::new(
        "copy-fails-with-minus-2",
        "copy.failure.returns-minus-1",
        "whoever tells one failure from another by the number",
    )
    .tells(|_, call, reply| match call {
        Call::Copy(Copy::CopyData { .. }) => change_failure(reply, |it| it.value = Some(-2)),
        _ => reply,
    }),
    Fault::new("failure-in-silence", "copy.failure.raises", "moderngl #406, of a request").tells(
        |_, call, reply| match call {
            Call::Copy(Copy::CopyData { .. }) => change_failure(reply, |it| it.exception = None),
            _ => reply,
        },
    ),
    Fault::new(
        "other-format-refused",
        "copy.data.succeeds",
        "whoever compares formats, as assigning to a memoryview does",
    )
    .tells(|past, call, reply| match call {
        Call::Copy(Copy::CopyData { dest, src }) => {
            let [dest, src] = [dest, src].map(|object| format(past, *object));
            let differ = dest.zip(src).is_some_and(|(dest, src)| dest != src);
            if differ { fail(reply, "ValueError") } else { reply }
        }
        _ => reply,
    }),
    Fault::new("fortran-order-refused", "copy.data.succeeds", "NumPy #3796").tells(
        |past, call, reply| match call {
            Call::Copy(Copy::CopyData { src, .. }) => {
                let elements = Elements::of_object(past, *src);
                let is_fortran =
                    elements.is_some_and(|it| it.are_packed('F') && !it.are_packed('C'));
                if is_fortran { fail(reply, "BufferError") } else { reply }
            }
            _ => reply,
        },
    ),
    Fault::new(
        "either-order-copied-straight",
        "copy.data.elements",
        "whoever asks only whether both are contiguous, and not in which order",
    )
    .tells(|past, call, reply| match call {
        Call::Copy(Copy::CopyData { dest, src }) => {
            let [dest, src] = [dest, src].map(|object| Elements::of_object(past, *object));
            let both = [dest, src].iter().flatten().filter(|it| it.are_packed('A')).count() == 2;
            if both {
                change(reply, |it| it.bytes.iter_mut().for_each(|it| count(it)))
            } else {
                reply
            }
        }
        _ => reply,
    }),
    Fault::new(
        "nothing-exported-nothing-to-do",
        "copy.data.without-protocol",
        "whoever takes an object that exports nothing for one that is empty",
    )
    .tells(|past, call, reply| match call {
        Call::Copy(Copy::CopyData { dest, src })
            if [dest, src].iter().any(|it| past.recipe(**it) == Some(&Object::Plain)) =>
        {
            answer(reply, 0)
        }
        _ => reply,
    }),
    Fault::new("read-only-written-to", "copy.data.refused", "PyPy #3307").tells(
        |past, call, reply| match call {
            Call::Copy(Copy::CopyData { dest, .. }) if is_readonly(past, *dest) => answer(reply, 0),
            _ => reply,
        },
    ),
    Fault::new(
        "fewer-bytes-refused",
        "copy.to-object.succeeds",
        "whoever has lengths agree, as PyBuffer_ToContiguous does",
    )
    .tells(|past, call, reply| match call {
        Call::Copy(Copy::CopyToObject { object, len, .. }) => {
            let elements = Elements::of_object(past, *object);
            let is_fewer = elements.is_some_and(|it| *len < it.places('C').len() as i64);
            if is_fewer { fail(reply, "ValueError") } else { reply }
        }
        _ => reply,
    }),
    Fault::new(
        "any-letter-is-fortran",
        "copy.to-object.c",
        "whoever goes by the name of the argument, fortran, and takes it for a truth value",
    )
    .asks(|_, call| with_order(call, 'C', 'F')),
    Fault::new("no-letter-is-fortran", "copy.to-object.fortran", "whoever has C order only")
        .asks(|_, call| with_order(call, 'F', 'C')),
    Fault::new(
        "bytes-put-straight",
        "copy.to-object.any",
        "whoever takes either order for no order at all",
    )
    .tells(|past, call, reply| match call {
        Call::Copy(Copy::CopyToObject { object, len, order: 'A' }) => {
            let elements = Elements::of_object(past, *object);
            match (elements, usize::try_from(*len)) {
                (Some(elements), Ok(len)) => change(reply, |returned| {
                    returned.bytes.iter_mut().for_each(|it| count(it));
                    put_straight(returned, &elements, len);
                }),
                _ => reply,
            }
        }
        _ => reply,
    }),
    Fault::new("bytes-put-to-read-only", "copy.to-object.not-writable", "PyPy #3307").tells(
        |past, call, reply| match call {
            Call::Copy(Copy::CopyToObject { object, .. }) if is_readonly(past, *object) => {
                answer(reply, 0)
            }
            _ => reply,
        },
    ),
];

/// Copies bytes in another order than this one.
fn with_order(call: Call, from: char, to: char) -> Call {
    match call {
        Call::Copy(Copy::CopyToObject { object, len, order }) if order == from => {
            Call::Copy(Copy::CopyToObject { object, len, order: to })
        }
        call => call,
    }
}

/// The format that an object of any layout was made with.
fn format(past: &Past, object: usize) -> Option<&str> {
    match past.recipe(object)? {
        Object::Exporter { layout, .. } | Object::Ndarray { layout, .. } => Some(&layout.format),
        _ => None,
    }
}

fn is_readonly(past: &Past, object: usize) -> bool {
    let readonly = |object: &Object| match object {
        Object::Bytes { .. } => true,
        Object::Exporter { readonly, .. } | Object::Ndarray { readonly, .. } => *readonly,
        _ => false,
    };
    past.recipe(object).is_some_and(readonly)
}

/// Makes each byte of a block the number of its place, as it was at first.
fn count(bytes: &mut [u8]) {
    bytes.iter_mut().zip((0..=250).cycle()).for_each(|(byte, place)| *byte = place);
}
