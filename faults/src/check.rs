//! # Faults: `PyObject_CheckBuffer`

use pybuf_harness::Call;

use crate::Fault;
use crate::change::change;

pub(crate) const FAULTS: &[Fault] = &[Fault::new(
    "nothing-exports",
    "check.one-for-exporters",
    "a type that is not marked as an exporter, as 2.x demands",
)
.tells(|_, call, reply| match call {
    Call::CheckBuffer { .. } => change(reply, |returned| returned.value = Some(0)),
    _ => reply,
})];
