//! # Faults: `PyObject_CheckReadBuffer`

use pybuf_harness::Call;
use pybuf_harness::object::Object;
use pybuf_harness::reply::{Reply, Returned};

use crate::Fault;
use crate::change::{change, change_of, refuse};

pub(crate) const FAULTS: &[Fault] = &[
    Fault::new(
        "check-read-can-fail",
        "old.check-read.answers",
        "whoever returns what comes of the request",
    )
    .tells(|_, call, reply| not_readable(call, reply, |it| refuse(it, "BufferError"))),
    Fault::new(
        "check-read-looks-for-characters",
        "old.check-read.one-if-readable",
        "the comment in CPython's header",
    )
    .tells(|past, call, reply| match call {
        Call::CheckReadBuffer { object }
            if matches!(past.recipe(*object), Some(Object::Array { .. })) =>
        {
            change(reply, |it| it.value = Some(0))
        }
        _ => reply,
    }),
    Fault::new(
        "check-read-is-check-buffer",
        "old.check-read.zero-otherwise",
        "whoever takes one question for the other",
    )
    .asks(|_, call| match call {
        Call::CheckReadBuffer { object } => Call::CheckBuffer { object },
        call => call,
    }),
    Fault::new(
        "check-read-leaves-exception",
        "old.check-read.suppresses-errors",
        "CPython 2.7, where the count of segments raises",
    )
    .tells(|_, call, reply| {
        not_readable(call, reply, |it| it.exception = Some("BufferError".into()))
    }),
];

/// Changes the answer that an object cannot be read.
fn not_readable(call: &Call, reply: Reply, how: impl FnOnce(&mut Returned)) -> Reply {
    change_of("PyObject_CheckReadBuffer", call, reply, |it| {
        if it.value == Some(0) {
            how(it);
        }
    })
}
