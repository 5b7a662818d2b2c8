//! # Faults: Memoryviews

use pybuf_harness::Call;
use pybuf_harness::call::Memoryview;

use crate::Fault;
use crate::change::change;

pub(crate) const FAULTS: &[Fault] = &[
    Fault::new(
        "contiguous-copy-in-c-order",
        "memoryview.contiguous.contents",
        "CPython 2.7, whose copies are not used",
    )
    .asks(|_, call| match call {
        Call::Memoryview(Memoryview::GetContiguous { object, buffertype, .. }) => {
            Call::Memoryview(Memoryview::GetContiguous { object, buffertype, order: 'C' })
        }
        call => call,
    }),
    Fault::new(
        "memoryview-release-not-handed-on",
        "memoryview.release.tells-exporter",
        "PyPy PR #5444",
    )
    .tells(|_, call, reply| match call {
        Call::Memoryview(Memoryview::Release { .. }) => change(reply, |returned| {
            returned.releases = returned.releases.map(|_| 0);
        }),
        _ => reply,
    }),
];
