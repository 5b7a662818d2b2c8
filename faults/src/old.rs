//! # Faults: The old protocol

use pybuf_harness::Call;

use crate::Fault;
use crate::change::change;

pub(crate) const FAULTS: &[Fault] = &[Fault::new(
    "exporters-exception-handed-on",
    "old.read.type-error",
    "CPython 3.4.3 and later",
)
.tells(|_, call, reply| match call {
    Call::AsReadBuffer(_) => change(reply, |returned| {
        returned.exception = returned.exception.take().map(|_| "BufferError".into());
    }),
    _ => reply,
})];
