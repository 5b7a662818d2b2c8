//! The arrays of a view that was granted, and how many dimensions it has.

use pybuf_harness::Call;
use pybuf_harness::model::Flags;
use pybuf_harness::reply::{Reply, Seen, SeenView};

use super::in_view;
use crate::Fault;
use crate::change::asks_for;

pub(crate) const FAULTS: &[Fault] = &[
    // ndim and shape.
    Fault::new("scalar-has-ndim-1", "request.ndim.with-shape", "NumPy #7513").tells(
        |_, call, reply| {
            in_view(call, reply, |_, view| {
                if view.ndim == Seen::Is(0) {
                    view.ndim = Seen::Is(1);
                }
            })
        },
    ),
    Fault::new("ndim-not-set-for-bytes", "request.ndim.without-shape", "NumPy #28272").tells(
        |_, call, reply| {
            in_view(call, reply, |flags, view| {
                if !asks_for(Flags::ND, flags) {
                    view.ndim = Seen::Untouched;
                }
            })
        },
    ),
    Fault::new(
        "more-than-64-dimensions",
        "request.ndim.at-most-64",
        "CPython's _testbuffer.ndarray, which has up to 128",
    )
    .tells(|_, call, reply| {
        in_view(call, reply, |_, view| {
            if view.ndim == Seen::Is(64) {
                view.ndim = Seen::Is(128);
            }
        })
    }),
    Fault::new("shape-only-with-strides", "request.shape.given-if-asked", "cython PR #2716").tells(
        |_, call, reply| {
            in_view(call, reply, |flags, view| {
                if !asks_for(Flags::STRIDES, flags) {
                    view.shape = Seen::Is(None);
                }
            })
        },
    ),
    Fault::new(
        "shape-always-given",
        "request.shape.null-unless-asked",
        "CPython 2.7, memoryviews; ctypes",
    )
    .tells(|_, call, reply| {
        in_view(call, reply, |flags, view| {
            if let (false, Seen::Is(len)) = (asks_for(Flags::ND, flags), &view.len) {
                view.shape = Seen::Is(Some(vec![*len]));
            }
        })
    }),
    Fault::new(
        "scalar-has-shape",
        "request.scalar.shape-null",
        "whoever hands out an array without entries",
    )
    .tells(|_, call, reply| of_scalar(call, reply, |view| view.shape = Seen::Is(Some(vec![])))),
    // Strides and suboffsets.
    Fault::new(
        "scalar-has-strides",
        "request.scalar.strides-null",
        "whoever hands out an array without entries",
    )
    .tells(|_, call, reply| of_scalar(call, reply, |view| view.strides = Seen::Is(Some(vec![])))),
    Fault::new(
        "strides-never-given",
        "request.strides.given-if-asked",
        "CPython #57060, PR #4714, in ctypes",
    )
    .tells(|_, call, reply| in_view(call, reply, |_, view| view.strides = Seen::Is(None))),
    Fault::new(
        "meaningless-stride-for-one-element",
        "request.strides.given-if-asked",
        "NumPy #5085, PR #2773",
    )
    .tells(|_, call, reply| {
        in_view(call, reply, |_, view| {
            if let (Seen::Is(Some(shape)), Seen::Is(Some(strides))) =
                (&view.shape, &mut view.strides)
            {
                let of_one = shape.iter().zip(strides).filter(|(extent, _)| **extent == 1);
                of_one.for_each(|(_, stride)| *stride = i64::MAX);
            }
        })
    }),
    Fault::new(
        "strides-of-bytes",
        "request.strides.null-or-true",
        "whoever adds strides for bytes to items of any size",
    )
    .tells(|_, call, reply| in_view(call, reply, |flags, view| add_strides(flags, view, |_| 1))),
    Fault::new(
        "strides-always-given",
        "request.strides.null-unless-asked",
        "CPython 2.7, memoryviews",
    )
    .tells(|_, call, reply| {
        in_view(call, reply, |flags, view| add_strides(flags, view, |itemsize| itemsize))
    }),
    Fault::new(
        "suboffsets-dropped",
        "request.suboffsets.given-if-needed",
        "cython #2727; NumPy #9456, as a consumer",
    )
    .tells(|_, call, reply| in_view(call, reply, |_, view| view.suboffsets = Seen::Is(None))),
    Fault::new(
        "suboffsets-of-0",
        "request.suboffsets.null-or-negative",
        "whoever takes 0 to say that there is nothing to add",
    )
    .tells(|_, call, reply| {
        in_view(call, reply, |flags, view| add_suboffsets(true, 0, flags, view))
    }),
    Fault::new(
        "negative-suboffsets-given",
        "request.suboffsets.null-if-not-needed",
        "cython PR #367",
    )
    .tells(|_, call, reply| {
        in_view(call, reply, |flags, view| add_suboffsets(true, -1, flags, view))
    }),
    Fault::new(
        "negative-suboffsets-for-all",
        "request.suboffsets.null-unless-asked",
        "cython PR #367",
    )
    .tells(|_, call, reply| {
        in_view(call, reply, |flags, view| add_suboffsets(false, -1, flags, view))
    }),
];

/// Changes views of a single element, with no dimensions, that the shape of was asked for.
fn of_scalar(call: &Call, reply: Reply, how: impl FnOnce(&mut SeenView)) -> Reply {
    in_view(call, reply, |flags, view| {
        if view.ndim == Seen::Is(0) && asks_for(Flags::ND, flags) {
            how(view);
        }
    })
}

/// Gives strides to those who did not ask for them: of one dimension, by the size of an item.
fn add_strides(flags: i32, view: &mut SeenView, stride: fn(i64) -> i64) {
    if let (false, Seen::Is(1), Seen::Is(itemsize)) =
        (asks_for(Flags::STRIDES, flags), &view.ndim, &view.itemsize)
    {
        view.strides = Seen::Is(Some(vec![stride(*itemsize)]));
    }
}

/// Gives suboffsets that are all the same to views that have none, be it that they were asked for, or
/// that they were not.
fn add_suboffsets(if_asked: bool, suboffset: i64, flags: i32, view: &mut SeenView) {
    if let (Seen::Is(None), Seen::Is(ndim @ 1..)) = (&view.suboffsets, &view.ndim)
        && asks_for(Flags::INDIRECT, flags) == if_asked
    {
        view.suboffsets = Seen::Is(Some(vec![suboffset; *ndim as usize]));
    }
}
