//! # Faults: Pointers to elements

use pybuf_harness::Call;
use pybuf_harness::call::Copy;
use pybuf_harness::reply::{Pointer, Reply, Seen};

use crate::change::change;
use crate::elements::Elements;
use crate::{Fault, Past};

pub(crate) const FAULTS: &[Fault] = &[
    Fault::new("strided-taken-for-packed", "pointer.strides", "PyPy #3520").tells(
        |past, call, reply| {
            point_elsewhere(past, call, reply, |elements, indices, pointer| {
                if let Pointer::At { offset, .. } = pointer {
                    *offset = elements.place(&elements.packed_strides(), indices);
                }
            })
        },
    ),
    Fault::new("backwards-walked-forwards", "pointer.strides", "whoever has strides unsigned")
        .tells(|past, call, reply| {
            point_elsewhere(past, call, reply, |elements, indices, pointer| {
                let strides: Vec<i64> = elements.strides.iter().map(|it| it.abs()).collect();
                if let Pointer::At { offset, .. } = pointer {
                    *offset = elements.place(&strides, indices);
                }
            })
        }),
    Fault::new(
        "no-index-no-element",
        "pointer.scalar",
        "whoever takes it for a mistake that there is no index",
    )
    .tells(|past, call, reply| {
        point_elsewhere(past, call, reply, |_, indices, pointer| {
            if indices.is_empty() {
                *pointer = Pointer::Null;
            }
        })
    }),
    Fault::new(
        "suboffset-zero-not-followed",
        "pointer.suboffset",
        "whoever asks whether a suboffset is positive",
    )
    .tells(|past, call, reply| {
        point_elsewhere(past, call, reply, |elements, indices, pointer| {
            if elements.suboffsets.iter().all(|suboffset| *suboffset <= 0) {
                do_not_follow(elements, indices, pointer);
            }
        })
    }),
    Fault::new(
        "suboffset-not-added",
        "pointer.suboffset",
        "whoever takes a suboffset for a mark that there is a pointer, and no more",
    )
    .tells(|past, call, reply| {
        point_elsewhere(past, call, reply, |elements, _, pointer| {
            let added = elements.suboffsets.iter().filter(|suboffset| **suboffset > 0);
            if let Pointer::InRows { offset, .. } = pointer {
                *offset -= added.sum::<i64>();
            }
        })
    }),
    Fault::new("suboffsets-not-followed", "pointer.suboffset", "NumPy #9456")
        .tells(|past, call, reply| point_elsewhere(past, call, reply, do_not_follow)),
    Fault::new(
        "negative-suboffset-added",
        "pointer.negative-suboffset",
        "whoever adds each suboffset, and asks for its sign only to follow a pointer",
    )
    .tells(|past, call, reply| {
        point_elsewhere(past, call, reply, |elements, _, pointer| {
            let negative = elements.suboffsets.iter().filter(|suboffset| **suboffset < 0);
            if let Pointer::InRows { offset, .. } = pointer {
                *offset += negative.sum::<i64>();
            }
        })
    }),
];

/// Changes where `PyBuffer_GetPointer` points to, by the elements of the view and the indices.
fn point_elsewhere(
    past: &Past,
    call: &Call,
    reply: Reply,
    how: impl FnOnce(&Elements, &[i64], &mut Pointer),
) -> Reply {
    let Call::Copy(Copy::GetPointer { view, indices }) = call else { return reply };
    let Some(elements) = Elements::of_view(past, *view) else { return reply };
    change(reply, |returned| {
        if let Some(Seen::Is(pointer)) = &mut returned.buffer {
            how(&elements, indices, pointer);
        }
    })
}

/// An element behind a pointer is taken to be where the strides lead.
fn do_not_follow(elements: &Elements, indices: &[i64], pointer: &mut Pointer) {
    if let Pointer::InRows { block, .. } = *pointer {
        *pointer = Pointer::At { block, offset: elements.place(&elements.strides, indices) };
    }
}
