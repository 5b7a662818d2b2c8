//! # Faults: Lifecycles

use pybuf_harness::Call;

use crate::Fault;
use crate::change::change;

pub(crate) const FAULTS: &[Fault] =
    &[Fault::new("views-do-not-keep-alive", "lifecycle.view-keeps-alive", "CPython issue 148493")
        .tells(|_, call, reply| match call {
            Call::Drop { .. } => change(reply, |returned| {
                returned.freed = returned.freed.map(|_| true);
            }),
            _ => reply,
        })];
