//! # Faults: Buffer objects as strings

use pybuf_harness::call::{BufferObject, Call};

use crate::Fault;
use crate::change::{answer, change, fail};

pub(crate) const FAULTS: &[Fault] = &[
    Fault::new(
        "negative-index-out-of-range",
        "buffer-object.index",
        "whoever writes a slot, to which indices come from the start on, and calls it as the function",
    )
    .tells(|_, call, reply| match call {
        Call::BufferObject(BufferObject::GetItem { index: ..0, .. }) => fail(reply, "IndexError"),
        _ => reply,
    }),
    Fault::new(
        "negative-ends-are-the-start",
        "buffer-object.slice",
        "whoever writes a slot, to which ends come from the start on, and calls it as the function",
    )
    .asks(|_, call| match call {
        Call::BufferObject(BufferObject::GetSlice { object, start, stop }) => {
            let (start, stop) = (start.max(0), stop.max(0));
            Call::BufferObject(BufferObject::GetSlice { object, start, stop })
        }
        call => call,
    }),
    Fault::new(
        "joined-up-to-the-first-nul",
        "buffer-object.concat",
        "whoever joins bytes as C strings are joined",
    )
    .tells(|_, call, reply| match call {
        Call::BufferObject(BufferObject::Concat { .. }) => change(reply, |returned| {
            let bytes = returned.bytes.iter_mut();
            bytes.for_each(|bytes| *bytes = bytes.split(|it| *it == 0).next().unwrap_or(&[]).into());
        }),
        _ => reply,
    }),
    Fault::new(
        "read-only-assigned-to",
        "buffer-object.assign.read-only-refused",
        "PyPy #3307",
    )
    .tells(|past, call, reply| match call {
        Call::BufferObject(
            BufferObject::SetItem { object, .. } | BufferObject::SetSlice { object, .. },
        ) => match past.maker(*object) {
            Some(Call::BufferObject(
                BufferObject::FromObject(_) | BufferObject::FromMemory { .. },
            )) => answer(reply, 0),
            _ => reply,
        },
        _ => reply,
    }),
];
