//! # Where elements are
//!
//! `PyBuffer_GetPointer` of the elements in the corners of every view that has strides, and of one
//! between them.

use pybuf_harness::call::Call;
use pybuf_harness::chooser::Chooser;

use crate::masks::{FULL_RO, STRIDES};
use crate::{any, choose};

domain! { "pointer", calls,
    "every object with elements x FULL_RO, STRIDES x the first, last and middle index of each dimension"
}

fn calls(chooser: &mut dyn Chooser) -> Vec<Call> {
    let viewed = choose::viewed(chooser, false, true);
    // Any other mask, as long as the view has strides.
    let other = |chooser: &mut dyn Chooser| any::mask(chooser) | STRIDES;
    let flags = any::part(chooser, &[|_| FULL_RO, |_| STRIDES], &[other]);
    let index = |extent: i64| {
        let mut indices = vec![0, extent - 1, extent / 2];
        indices.dedup();
        match chooser.choose_beyond(indices.len(), indices.len() + 1) {
            choice if choice < indices.len() => indices[choice],
            _ => (chooser.choose(256) as i64).min(extent - 1),
        }
    };
    let indices = viewed.shape.iter().copied().map(index).collect();
    vec![
        Call::Make { object: viewed.object },
        Call::GetBuffer { object: 0, flags },
        Call::GetPointer { view: 0, indices },
    ]
}
