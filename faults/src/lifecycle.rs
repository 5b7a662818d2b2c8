//! # Faults: Lifecycles

use pybuf_harness::{Call, Reply, Returned};

use crate::fault::faults;
use crate::past::Past;

faults! { |past, call, it|
    "views-do-not-keep-alive" breaks "lifecycle.view-keeps-alive", "CPython #148493":
        Return of Drop { .. } => end_life(it);
    "export-count-stuck-at-one" breaks "lifecycle.view-keeps-alive", "strawlab/python-pcl PR #81":
        Return of Release { view } =>
            if requests(past, object_of(past, *view)).count() > 1 { end_life(it) };
    // Each release of what was refused gives up a reference that was not taken: it is one of those by
    // which the views keep the object.
    "release-after-failed-get" breaks "lifecycle.view-keeps-alive",
        "swig #1640; h5py #2898; sharedbuffers PR #95":
        Return of Drop { object } =>
            if are_released_in_vain(past, Some(*object), 0) { end_life(it) },
        Return of Release { view } =>
            if are_released_in_vain(past, object_of(past, *view), 1) { end_life(it) };
}

/// Ends the life of the object with this call, where that can be seen.
fn end_life(it: &mut Returned) {
    it.freed = it.freed.and(Some(true));
}

/// Whether the releases of refused requests, and these besides, have used up the references of the views.
fn are_released_in_vain(past: &Past, object: Option<usize>, releasing: usize) -> bool {
    let refused = requests(past, object).filter(|reply| failed(reply)).count();
    let granted = requests(past, object).count() - refused;
    refused > 0 && granted <= refused + releases(past, object) + releasing
}

/// The object that a view was asked for.
fn object_of(past: &Past, view: usize) -> Option<usize> {
    match past.fillers().nth(view)? {
        (Call::GetBuffer { object, .. }, _) => Some(*object),
        _ => None,
    }
}

/// The reply to each request for a view of an object.
fn requests(past: &Past, of: Option<usize>) -> impl Iterator<Item = &Reply> {
    past.calls.iter().filter_map(move |(call, reply)| match call {
        Call::GetBuffer { object, .. } if Some(*object) == of => Some(reply),
        _ => None,
    })
}

/// How many views of an object were given back.
fn releases(past: &Past, of: Option<usize>) -> usize {
    let is_released = |view| past.calls.iter().any(|(call, _)| *call == Call::Release { view });
    let views = 0..past.fillers().count();
    views.filter(|&view| object_of(past, view) == of && is_released(view)).count()
}

fn failed(reply: &Reply) -> bool {
    matches!(reply, Reply::Returned(returned) if returned.failed())
}
