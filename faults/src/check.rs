//! # Faults: `PyObject_CheckBuffer`

use pybuf_harness::Call;
use pybuf_harness::object::{Object, Step};
use pybuf_harness::reply::{Reply, Returned};

use crate::change::{change, change_of, refuse};
use crate::{Fault, Past};

pub(crate) const FAULTS: &[Fault] = &[
    Fault::new(
        "nothing-exports",
        "check.one-for-exporters",
        "a type that is not marked as an exporter, as 2.x demands",
    )
    .tells(|_, call, reply| {
        change_of("PyObject_CheckBuffer", call, reply, |it| it.value = Some(0))
    }),
    Fault::new("arrays-export-nothing", "check.one-for-exporters", "CPython 2.7").tells(
        |past, call, reply| match call {
            Call::CheckBuffer { object }
                if matches!(past.recipe(*object), Some(Object::Array { .. })) =>
            {
                change(reply, |it| it.value = Some(0))
            }
            _ => reply,
        },
    ),
    Fault::new(
        "everything-exports",
        "check.zero-without-protocol",
        "whoever takes a slot that a type has for one that is filled",
    )
    .tells(|_, call, reply| {
        change_of("PyObject_CheckBuffer", call, reply, |it| it.value = Some(1))
    }),
    Fault::new(
        "check-tries-a-request",
        "check.promises-no-grant",
        "whoever answers as PyObject_CheckReadBuffer does",
    )
    .tells(|past, call, reply| of_refusing(past, call, reply, |it| it.value = Some(0))),
    Fault::new(
        "check-hands-exceptions-on",
        "check.always-succeeds",
        "whoever tries a request and returns what comes of it",
    )
    .tells(|past, call, reply| of_refusing(past, call, reply, |it| refuse(it, "BufferError"))),
];

/// Changes what is told of an exporter that refuses each request.
fn of_refusing(past: &Past, call: &Call, reply: Reply, how: impl FnOnce(&mut Returned)) -> Reply {
    let Call::CheckBuffer { object } = call else { return reply };
    match past.recipe(*object) {
        Some(Object::Raising { .. }) => change(reply, how),
        Some(Object::Memoryview { steps, .. }) if steps.ends_with(&[Step::Release]) => {
            change(reply, how)
        }
        _ => reply,
    }
}
