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
        Call::Release { view } if requests(past, object_of(past, *view)).count() > 1 => {
            goes_away(reply)
        }
        _ => reply,
    }),
    // Each release of what was refused gives up a reference that was not taken: it is one of those by
    // which the views keep the object.
    Fault::new(
        "release-after-failed-get",
        "lifecycle.view-keeps-alive",
        "swig #1640; h5py #2898; sharedbuffers PR #95",
    )
    .tells(|past, call, reply| {
        let (object, released) = match call {
            Call::Drop { object } => (Some(*object), 0),
            Call::Release { view } => (object_of(past, *view), 1),
            _ => return reply,
        };
        let granted = requests(past, object).filter(|reply| !failed(reply)).count();
        let refused = requests(past, object).filter(|reply| failed(reply)).count();
        if refused > 0 && granted <= refused + releases(past, object) + released {
            goes_away(reply)
        } else {
            reply
        }
    }),
];

/// The object goes away with this call, where that can be told.
fn goes_away(reply: Reply) -> Reply {
    change(reply, |it| it.freed = it.freed.map(|_| true))
}

/// The object that a view was asked for.
fn object_of(past: &Past, view: usize) -> Option<usize> {
    match past.calls.iter().filter(|call| call.fills_view()).nth(view)? {
        Call::GetBuffer { object, .. } => Some(*object),
        _ => None,
    }
}

/// What came of each request for a view of an object.
fn requests(past: &Past, of: Option<usize>) -> impl Iterator<Item = &Reply> {
    past.calls.iter().zip(&past.replies).filter_map(move |(call, reply)| match call {
        Call::GetBuffer { object, .. } if Some(*object) == of => Some(reply),
        _ => None,
    })
}

/// How many views of an object were given back.
fn releases(past: &Past, of: Option<usize>) -> usize {
    let released = (0..).zip(past.calls.iter().filter(|call| call.fills_view()));
    let released = released.filter(|(view, _)| {
        object_of(past, *view) == of && past.calls.contains(&Call::Release { view: *view })
    });
    released.count()
}

fn failed(reply: &Reply) -> bool {
    matches!(reply, Reply::Returned(returned) if returned.failed())
}
