//! # Faults: Lifecycles

use pybuf_harness::Call;
use pybuf_harness::reply::Reply;

use crate::change::change;
use crate::{Fault, Past};

pub(crate) const FAULTS: &[Fault] = &[
    Fault::new("views-do-not-keep-alive", "lifecycle.view-keeps-alive", "CPython #148493").tells(
        |_, call, reply| match call {
            Call::Drop { .. } => goes_away(reply),
            _ => reply,
        },
    ),
    Fault::new(
        "export-count-stuck-at-one",
        "lifecycle.view-keeps-alive",
        "strawlab/python-pcl PR #81",
    )
    .tells(|past, call, reply| match call {
        Call::Release { .. } if requests(past, |_| true) > 1 => goes_away(reply),
        _ => reply,
    }),
    // A reference is given up that was not taken, and so is missing later on.
    Fault::new(
        "release-after-failed-get",
        "lifecycle.view-keeps-alive",
        "swig #1640; h5py #2898; sharedbuffers PR #95",
    )
    .tells(|past, call, reply| match call {
        Call::Drop { .. } if requests(past, failed) > 0 => goes_away(reply),
        _ => reply,
    }),
];

/// The object goes away with this call, where that can be told.
fn goes_away(reply: Reply) -> Reply {
    change(reply, |it| it.freed = it.freed.map(|_| true))
}

/// How many views were asked for, by what came of it.
fn requests(past: &Past, which: fn(&Reply) -> bool) -> usize {
    let each = past.calls.iter().zip(&past.replies);
    each.filter(|(call, reply)| matches!(call, Call::GetBuffer { .. }) && which(reply)).count()
}

fn failed(reply: &Reply) -> bool {
    matches!(reply, Reply::Returned(returned) if returned.failed())
}
