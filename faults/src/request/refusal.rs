//! How a refusal is told.

use pybuf_harness::reply::{Obj, Returned, Seen};

use super::refused;
use crate::Fault;

pub(crate) const FAULTS: &[Fault] = &[
    Fault::new(
        "refusal-is-minus-2",
        "request.refusal.returns-minus-1",
        "CPython, which returns whatever the slot has returned",
    )
    .tells(|_, call, reply| refused(call, reply, |it| it.value = Some(-2))),
    Fault::new("refusal-without-exception", "request.refusal.raises", "moderngl #406")
        .tells(|_, call, reply| refused(call, reply, |it| it.exception = None)),
    Fault::new(
        "no-protocol-no-exception",
        "request.refusal.raises",
        "whoever leaves the exception to a slot that is not there",
    )
    .tells(|_, call, reply| {
        refused(call, reply, |it| {
            if it.exception.as_deref() == Some("TypeError") {
                it.exception = None;
            }
        })
    }),
    Fault::new("value-error-for-refusal", "request.refusal.buffer-error", "NumPy #3634").tells(
        |_, call, reply| refused(call, reply, |it| instead_of_buffer_error(it, "ValueError")),
    ),
    Fault::new("type-error-for-refusal", "request.refusal.buffer-error", "RustPython PR #6243")
        .tells(|_, call, reply| {
            refused(call, reply, |it| instead_of_buffer_error(it, "TypeError"))
        }),
    Fault::new("obj-left-set-on-refusal", "request.refusal.obj-null", "NumPy #18672")
        .tells(|_, call, reply| refused(call, reply, |it| it.obj = Some(Seen::Is(Obj::Exporter)))),
    Fault::new(
        "obj-untouched-on-refusal",
        "request.refusal.obj-null",
        "CPython bpo-43608, in bytes",
    )
    .tells(|_, call, reply| refused(call, reply, |it| it.obj = Some(Seen::Untouched))),
];

fn instead_of_buffer_error(returned: &mut Returned, exception: &str) {
    if returned.exception.as_deref() == Some("BufferError") {
        returned.exception = Some(exception.into());
    }
}
