//! # Faults: Buffer objects

use pybuf_harness::Object;
use pybuf_harness::call::buffer_object::{END_OF_BUFFER, Part};
use pybuf_harness::call::{About, BufferObject, Call};
use pybuf_harness::reply::{Reply, Returned};

use crate::change::{answer, change, fail};
use crate::{Fault, Past};

pub(crate) const FAULTS: &[Fault] = &[
    Fault::new(
        "no-base-no-buffer-object",
        "buffer-object.check.true-for-one",
        "whoever looks for the base to know one, which those over memory have not",
    )
    .tells(|past, call, reply| match call {
        Call::BufferObject(BufferObject::Check { object }) => match past.maker(*object) {
            Some(Call::BufferObject(made)) if made.about() == About::Nothing => answer(reply, 0),
            _ => reply,
        },
        _ => reply,
    }),
    Fault::new(
        "exporters-are-buffer-objects",
        "buffer-object.check.false-for-others",
        "whoever takes PyBuffer_Check for PyObject_CheckBuffer",
    )
    .tells(|past, call, reply| match call {
        Call::BufferObject(BufferObject::Check { object }) => match past.recipe(*object) {
            None | Some(Object::Plain) => reply,
            Some(_) => answer(reply, 1),
        },
        _ => reply,
    }),
    Fault::new(
        "part-beyond-base-refused",
        "buffer-object.from-object.made",
        "whoever looks at the base at once, and not at each use",
    )
    .asks(|past, call| {
        let len = part(&call).and_then(|part| bytes_of(past, part.base));
        with_part(call, |part| {
            if len.is_some_and(|len| len < part.offset.saturating_add(part.size)) {
                part.offset = REFUSED;
            }
        })
    }),
    Fault::new(
        "unreadable-base-is-a-buffer-error",
        "buffer-object.from-object.needs-reading",
        "RustPython PR #6243, which confuses the two exceptions",
    )
    .tells(|past, call, reply| match call {
        Call::BufferObject(BufferObject::FromObject(part)) => {
            let is_plain = past.recipe(part.base) == Some(&Object::Plain);
            if is_plain { fail(reply, "BufferError") } else { reply }
        }
        _ => reply,
    }),
    Fault::new(
        "read-only-part-made-writable",
        "buffer-object.from-object.needs-writing",
        "CPython 2.7",
    )
    .tells(|past, call, reply| match base_to_write(past, call) {
        Some(BufferObject::FromObject(_)) => made(reply),
        _ => reply,
    }),
    Fault::new(
        "read-only-memory-made-writable",
        "buffer-object.from-object.needs-writing",
        "CPython 2.7",
    )
    .tells(|past, call, reply| match base_to_write(past, call) {
        Some(BufferObject::FromMemory { .. }) => made(reply),
        _ => reply,
    }),
    Fault::new(
        "segment-count-not-checked",
        "buffer-object.from-object.single-segment",
        "CPython from 2.4 on",
    )
    .tells(|past, call, reply| match part(call) {
        Some(part) => match past.recipe(part.base) {
            Some(Object::Slots { read: true, write: true, segments: Some(_), .. })
                if part.offset >= 0 && part.size >= END_OF_BUFFER =>
            {
                made(reply)
            }
            _ => reply,
        },
        None => reply,
    }),
    Fault::new(
        "negative-offset-is-the-start",
        "buffer-object.from-object.offset-not-negative",
        "whoever clips offsets, as slices are clipped",
    )
    .asks(|_, call| with_part(call, |part| part.offset = part.offset.max(0))),
    Fault::new("base-of-base-held", "buffer-object.from-object.holds-base", "CPython 2.7").tells(
        |past, call, reply| match part(call) {
            Some(part) => match past.maker(part.base) {
                Some(Call::BufferObject(_)) => holding(reply, 0),
                _ => reply,
            },
            None => reply,
        },
    ),
    Fault::new("base-not-held", "buffer-object.from-object.holds-base", "CPython #148493, of a view")
        .tells(|_, call, reply| match part(call) {
            Some(_) => holding(reply, 0),
            None => reply,
        }),
    Fault::new(
        "sizes-before-their-time",
        "buffer-object.sizes.int-until-2.2",
        "whoever has the functions of 2.5 stand in for those before",
    )
    .tells(|past, call, reply| match (part(call), past.replies.last(), reply) {
        // Where there is a base, as there was not for what other editions have.
        (Some(_), Some(Reply::Returned(_)), Reply::NotInEdition) => {
            Reply::Returned(Returned { value: Some(0), ..Returned::default() })
        }
        (_, _, reply) => reply,
    }),
    Fault::new(
        "offset-cut-to-int",
        "buffer-object.sizes.in-full-since-2.5",
        "whoever was compiled for int, as extensions of 2.4 were",
    )
    .asks(|_, call| with_part(call, |part| part.offset = i64::from(part.offset as i32))),
    Fault::new(
        "size-cut-to-int",
        "buffer-object.sizes.in-full-since-2.5",
        "whoever was compiled for int, as extensions of 2.4 were",
    )
    .asks(|_, call| with_part(call, |part| part.size = i64::from(part.size as i32))),
    Fault::new(
        "sum-of-offsets-too-large",
        "buffer-object.sizes.in-full-since-2.5",
        "CPython 2.7",
    )
    .asks(|past, call| {
        let inner = part(&call).and_then(|outer| part(past.maker(outer.base)?));
        with_part(call, |outer| {
            if inner.is_some_and(|inner| outer.offset.checked_add(inner.offset).is_none()) {
                outer.offset = REFUSED;
            }
        })
    }),
    Fault::new(
        "size-is-the-end",
        "buffer-object.contents.part",
        "whoever takes the size for the end of a slice",
    )
    .asks(|_, call| {
        with_part(call, |part| {
            if part.size >= 0 && part.offset >= 0 {
                part.size = part.size.saturating_sub(part.offset).max(0);
            }
        })
    }),
    Fault::new(
        "part-of-part-without-end",
        "buffer-object.contents.to-the-end",
        "whoever takes a part of a part for one of the base, as CPython does, and forgets the first size",
    )
    .asks(|past, call| {
        let inner = part(&call).and_then(|outer| part(past.maker(outer.base)?));
        with_part(call, |outer| {
            if let Some(inner) = inner {
                outer.base = inner.base;
                outer.offset = outer.offset.saturating_add(inner.offset);
            }
        })
    }),
    Fault::new(
        "end-is-the-last-byte",
        "buffer-object.contents.to-the-end",
        "whoever hands -1 on as the end of a slice",
    )
    .asks(|past, call| {
        let len = part(&call).and_then(|part| bytes_of(past, part.base));
        with_part(call, |part| {
            if let (Some(len), END_OF_BUFFER) = (len, part.size) {
                part.size = len.saturating_sub(part.offset).saturating_sub(1).max(0);
            }
        })
    }),
    Fault::new("empty-memory-refused", "buffer-object.from-memory.made", "cython #2093, of an array")
        .asks(|_, call| with_memory(call, |size| if size == 0 { REFUSED } else { size })),
    Fault::new(
        "negative-size-of-memory-is-none",
        "buffer-object.from-memory.size-not-negative",
        "whoever clips sizes, as slices are clipped",
    )
    .asks(|_, call| with_memory(call, |size| if size < END_OF_BUFFER { 0 } else { size })),
    Fault::new(
        "memory-up-to-its-end",
        "buffer-object.from-memory.no-end-of-buffer",
        "CPython 2.7",
    )
    .asks(|_, call| with_memory(call, |size| if size == END_OF_BUFFER { 0 } else { size })),
    Fault::new(
        "no-memory-for-nothing",
        "buffer-object.new.made",
        "whoever asks malloc for 0 bytes and takes NULL for a failure",
    )
    .asks(|_, call| match call {
        Call::BufferObject(BufferObject::New { size: 0 }) => {
            Call::BufferObject(BufferObject::New { size: REFUSED })
        }
        call => call,
    })
    .tells(|_, call, reply| match call {
        Call::BufferObject(BufferObject::New { size: 0 }) => fail(reply, "MemoryError"),
        _ => reply,
    }),
    Fault::new(
        "negative-size-is-too-much",
        "buffer-object.new.size-not-negative",
        "whoever hands a size on to malloc, which takes it for a huge one",
    )
    .tells(|_, call, reply| match call {
        Call::BufferObject(BufferObject::New { size: ..0 }) => fail(reply, "MemoryError"),
        _ => reply,
    }),
];

/// An offset or a size that nobody takes: what is asked for with it is not made.
const REFUSED: i64 = -2;

/// How many bytes an object has, if it is one of immutable bytes.
fn bytes_of(past: &Past, object: usize) -> Option<i64> {
    match past.recipe(object)? {
        Object::Bytes { len } => i64::try_from(*len).ok(),
        _ => None,
    }
}

/// The part of an object that a call is to make a buffer object of.
fn part(call: &Call) -> Option<Part> {
    match call {
        Call::BufferObject(
            BufferObject::FromObject(part) | BufferObject::FromReadWriteObject(part),
        ) => Some(*part),
        _ => None,
    }
}

/// The call that made the buffer object that another one, to be written to, is to be made of.
fn base_to_write<'a>(past: &'a Past, call: &Call) -> Option<&'a BufferObject> {
    match call {
        Call::BufferObject(BufferObject::FromReadWriteObject(part)) => {
            match past.maker(part.base)? {
                Call::BufferObject(base) => Some(base),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Makes a buffer object of another part.
fn with_part(mut call: Call, change: impl FnOnce(&mut Part)) -> Call {
    if let Call::BufferObject(
        BufferObject::FromObject(part) | BufferObject::FromReadWriteObject(part),
    ) = &mut call
    {
        change(part);
    }
    call
}

/// Makes a buffer object over memory of another size.
fn with_memory(mut call: Call, change: impl FnOnce(i64) -> i64) -> Call {
    if let Call::BufferObject(
        BufferObject::FromMemory { size } | BufferObject::FromReadWriteMemory { size },
    ) = &mut call
    {
        *size = change(*size);
    }
    call
}

/// Makes a buffer object, whatever came of the call.
fn made(reply: Reply) -> Reply {
    holding(answer(reply, 0), 1)
}

/// Holds so many references to the base.
fn holding(reply: Reply, references: i64) -> Reply {
    change(reply, |it| it.references = it.references.map(|_| references))
}
