//! # Faults: The old protocol
//!
//! The three functions that hand out memory.

use pybuf_harness::Call;
use pybuf_harness::call::AsBuffer;
use pybuf_harness::object::{Object, OldSlot, Step};
use pybuf_harness::reply::{Pointer, Reply, Returned, Seen};

use crate::change::{change, change_of, refuse, succeed};
use crate::{Fault, Past};

pub(crate) const FAULTS: &[Fault] = &[
    // Whether there is memory to hand out.
    Fault::new("arrays-not-writable", "old.success.if-supported", "PyPy #2751").tells(
        |past, call, reply| match call {
            Call::AsWriteBuffer(to) if matches!(recipe(past, to), Some(Object::Array { .. })) => {
                change(reply, |it| refuse(it, "TypeError"))
            }
            _ => reply,
        },
    ),
    Fault::new(
        "nothing-is-no-memory",
        "old.success.if-supported",
        "cython #2093, #3334, of empty memory elsewhere",
    )
    .tells(|_, call, reply| {
        outputs(call, reply, |it| {
            if it.length == Some(Seen::Is(0)) {
                refuse(it, "TypeError");
            }
        })
    }),
    Fault::new(
        "characters-are-bytes",
        "old.char.needs-character-interface",
        "CPython 3.4.3 and later, where one function is the other",
    )
    .asks(|_, call| match call {
        Call::AsCharBuffer(to) => Call::AsReadBuffer(to),
        call => call,
    }),
    Fault::new(
        "characters-read-instead",
        "old.read.needs-readable-interface",
        "whoever is content with any slot that a type has",
    )
    .asks(|past, call| match call {
        Call::AsReadBuffer(to) if has_slots(past, &to, |read, char| !read && char) => {
            Call::AsCharBuffer(to)
        }
        call => call,
    }),
    Fault::new(
        "writes-to-what-can-be-read",
        "old.write.needs-writable-interface",
        "whoever takes the const off the pointer",
    )
    .asks(writes_by_reading),
    Fault::new(
        "segments-not-counted",
        "old.single-segment",
        "whoever has only met objects of one segment",
    )
    .asks(|_, call| with_segments(call, |_| Some(1))),
    Fault::new(
        "first-segment-is-enough",
        "old.single-segment",
        "whoever checks only that there is memory",
    )
    .asks(|_, call| with_segments(call, |count| if count > Some(1) { Some(1) } else { count })),
    Fault::new(
        "only-minus-1-is-failure",
        "old.raising.fails",
        "CPython 3.4.3 and later, in PyObject_CheckReadBuffer",
    )
    .tells(|past, call, reply| match asked(call).and_then(|to| recipe(past, to)) {
        Some(Object::Slots { len: Some(..-1), .. }) => change(reply, succeed),
        _ => reply,
    }),
    Fault::new(
        "read-asks-to-write",
        "old.wrapper.simple-request",
        "whoever has one way to ask for three functions",
    )
    .asks(|_, call| match call {
        Call::AsReadBuffer(to) => Call::AsWriteBuffer(to),
        call => call,
    }),
    Fault::new("strided-memory-read-as-bytes", "old.wrapper.simple-request", "NumPy #3613").tells(
        |past, call, reply| match call {
            Call::AsReadBuffer(to) if matches!(recipe(past, to), Some(Object::Exporter { .. })) => {
                change(reply, succeed)
            }
            _ => reply,
        },
    ),
    Fault::new(
        "write-asks-to-read",
        "old.wrapper.writable-request",
        "whoever forgets a flag, and 0 is a request, too",
    )
    .asks(writes_by_reading),
    // What is told on success.
    Fault::new("success-is-1", "old.success.returns-0", "the documentation of 2.2").tells(
        |_, call, reply| {
            outputs(call, reply, |it| {
                if !it.failed() {
                    it.value = Some(1);
                }
            })
        },
    ),
    Fault::new(
        "slice-begins-at-its-base",
        "old.success.location",
        "whoever hands out the memory that a slice is of",
    )
    .tells(|_, call, reply| {
        outputs(call, reply, |it| {
            if let Some(Seen::Is(Pointer::At { offset, .. })) = &mut it.buffer {
                *offset = 0;
            }
        })
    }),
    Fault::new(
        "no-pointer-to-nothing",
        "old.success.location-given",
        "whoever copies nothing where there is nothing",
    )
    .tells(|_, call, reply| {
        outputs(call, reply, |it| {
            if it.length == Some(Seen::Is(0)) {
                it.buffer = Some(Seen::Untouched);
            }
        })
    }),
    Fault::new(
        "length-in-items",
        "old.success.length",
        "whoever takes the length of an array for its size",
    )
    .tells(|past, call, reply| match asked(call).and_then(|to| recipe(past, to)) {
        Some(&Object::Array { len, .. }) => change(reply, |it| {
            it.length = it.length.take().map(|_| Seen::Is(len as i64));
        }),
        _ => reply,
    }),
    Fault::new(
        "length-cut-to-int",
        "old.length.in-full-since-2.5",
        "CPython up to 2.4, where lengths are int",
    )
    .tells(|_, call, reply| {
        outputs(call, reply, |it| {
            if let Some(Seen::Is(length)) = &mut it.length {
                *length = i64::from(*length as i32);
            }
        })
    }),
    Fault::new(
        "lengths-beyond-int",
        "old.length.int-until-2.2",
        "whoever knows one width of a length",
    )
    .tells(|_, call, reply| match (call, reply) {
        (Call::Make { object: Object::Slots { len: Some(_), .. } }, Reply::NotInEdition) => {
            Reply::Returned(Returned::default())
        }
        (_, reply) => reply,
    }),
    // What is told on failure.
    Fault::new(
        "failure-is-minus-2",
        "old.failure.returns-minus-1",
        "whoever returns what a slot has returned",
    )
    .tells(|_, call, reply| {
        outputs(call, reply, |it| {
            if it.failed() {
                it.value = Some(-2);
            }
        })
    }),
    Fault::new(
        "exporters-exception-for-characters",
        "old.char.type-error",
        "CPython 3.4.3 and later",
    )
    .tells(|past, call, reply| exporters_exception("PyObject_AsCharBuffer", past, call, reply)),
    Fault::new("exporters-exception-handed-on", "old.read.type-error", "CPython 3.4.3 and later")
        .tells(|past, call, reply| exporters_exception("PyObject_AsReadBuffer", past, call, reply)),
    Fault::new("failure-without-exception", "old.read.type-error", "moderngl #406, of a request")
        .tells(|_, call, reply| {
            change_of("PyObject_AsReadBuffer", call, reply, |it| it.exception = None)
        }),
    Fault::new("exporters-exception-for-writers", "old.write.type-error", "CPython 2.7").tells(
        |past, call, reply| exporters_exception("PyObject_AsWriteBuffer", past, call, reply),
    ),
];

/// The arguments of one of the three functions.
fn asked(call: &Call) -> Option<&AsBuffer> {
    match call {
        Call::AsCharBuffer(to) | Call::AsReadBuffer(to) | Call::AsWriteBuffer(to) => Some(to),
        _ => None,
    }
}

/// Changes what is told of the three functions.
fn outputs(call: &Call, reply: Reply, how: impl FnOnce(&mut Returned)) -> Reply {
    if asked(call).is_some() { change(reply, how) } else { reply }
}

fn recipe<'a>(past: &'a Past, arguments: &AsBuffer) -> Option<&'a Object> {
    past.recipe(arguments.object?)
}

/// Whether an object has old slots, of which `which` is told if there is one to read, and one for
/// characters.
fn has_slots(past: &Past, arguments: &AsBuffer, which: fn(bool, bool) -> bool) -> bool {
    match recipe(past, arguments) {
        Some(&Object::Slots { read, char, .. }) => which(read, char),
        _ => false,
    }
}

fn writes_by_reading(_: &Past, call: Call) -> Call {
    match call {
        Call::AsWriteBuffer(to) => Call::AsReadBuffer(to),
        call => call,
    }
}

/// Objects are taken to have another number of segments.
fn with_segments(call: Call, change: fn(Option<i64>) -> Option<i64>) -> Call {
    match call {
        Call::Make { object: Object::Slots { read, write, char, segments, len, raises } }
            if raises != Some(OldSlot::Segments) =>
        {
            let segments = change(segments);
            Call::Make { object: Object::Slots { read, write, char, segments, len, raises } }
        }
        call => call,
    }
}

/// Of failures, the exception is told that the exporter has raised.
fn exporters_exception(function: &str, past: &Past, call: &Call, reply: Reply) -> Reply {
    let raised = match asked(call).and_then(|to| recipe(past, to)) {
        Some(Object::Raising { exception }) => exception,
        Some(Object::Memoryview { steps, .. }) if steps.ends_with(&[Step::Release]) => "ValueError",
        Some(Object::Plain) | None => return reply,
        Some(_) => "BufferError",
    };
    change_of(function, call, reply, |it| {
        it.exception = it.exception.take().map(|_| raised.into());
    })
}
