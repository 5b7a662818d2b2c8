//! # Faults: Releases

use pybuf_harness::Call;
use pybuf_harness::reply::Seen;

use crate::Fault;
use crate::change::change;

pub(crate) const FAULTS: &[Fault] = &[
    Fault::new("obj-left-set-on-release", "release.obj-null", "PyO3 #776").tells(
        |_, call, reply| match call {
            Call::Release { .. } => change(reply, |it| it.obj = Some(Seen::Untouched)),
            _ => reply,
        },
    ),
    Fault::new("release-keeps-the-reference", "release.drops-reference", "PyPy #2444, #5100")
        .tells(|_, call, reply| match call {
            Call::Release { .. } => change(reply, |it| it.references = it.references.map(|_| 0)),
            _ => reply,
        }),
    Fault::new("exporter-not-told", "release.calls-exporter-once", "PyPy #5148").tells(
        |_, call, reply| match call {
            Call::Release { .. } => change(reply, |it| it.releases = it.releases.map(|_| 0)),
            _ => reply,
        },
    ),
    Fault::new("exporter-told-twice", "release.calls-exporter-once", "pybind11 #973").tells(
        |_, call, reply| match call {
            Call::Release { .. } => change(reply, |it| it.releases = it.releases.map(|it| 2 * it)),
            _ => reply,
        },
    ),
    Fault::new(
        "views-must-not-move",
        "release.copy-is-as-good",
        "PyPy #3130, where internal is lost",
    )
    .tells(|_, call, reply| match call {
        Call::ReleaseCopy { .. } => change(reply, |it| it.releases = it.releases.map(|_| 0)),
        _ => reply,
    }),
];
