//! # Faults: Releases

use pybuf_harness::Call;
use pybuf_harness::reply::Seen;

use crate::Fault;
use crate::change::change;

pub(crate) const FAULTS: &[Fault] =
    &[Fault::new("obj-left-set-on-release", "release.obj-null", "PyO3 #776").tells(
        |_, call, reply| match call {
            Call::Release { .. } => change(reply, |returned| returned.obj = Some(Seen::Untouched)),
            _ => reply,
        },
    )];
