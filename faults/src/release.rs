//! # Faults: Releases

use pybuf_harness::reply::Seen;

use crate::fault::faults;

faults! { |past, call, it|
    "obj-left-set-on-release" breaks "release.obj-null", "PyO3 #776":
        Return of Release { .. } => it.obj = Some(Seen::Untouched);
    "release-keeps-the-reference" breaks "release.drops-reference", "PyPy #2444, #5100":
        Return of Release { .. } => it.references = it.references.and(Some(0));
    "exporter-not-told" breaks "release.calls-exporter-once", "PyPy #5148":
        Return of Release { .. } => it.releases = it.releases.and(Some(0));
    "exporter-told-twice" breaks "release.calls-exporter-once", "pybind11 #973":
        Return of Release { .. } => it.releases = it.releases.map(|it| 2 * it);
    "views-must-not-move" breaks "release.copy-is-as-good", "PyPy #3130, where internal is lost":
        Return of ReleaseCopy { .. } => it.releases = it.releases.and(Some(0));
}
