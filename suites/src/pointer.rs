//! # Where elements are
//!
//! `PyBuffer_GetPointer` of the elements in the corners of every view that has strides, and of one
//! between them.

use pybuf_harness::call::Call;
use pybuf_harness::chooser::Chooser;
use pybuf_harness::{Case, Domain};

use crate::{any, choose};

/// Every object that has elements x two requests x first, last and middle index of each dimension.
pub const DOMAIN: Domain = Domain {
    name: "pointer",
    bound: "every object with elements x FULL_RO, STRIDES x the first, last and middle index of each dimension",
    build,
    regressions: include_str!("../regressions/pointer.jsonl"),
};

/// `PyBUF_FULL_RO` and `PyBUF_STRIDES`.
const REQUESTS: [i32; 2] = [0x11c, STRIDES];

/// `PyBUF_STRIDES`.
const STRIDES: i32 = 0x018;

fn build(chooser: &mut dyn Chooser) -> Case {
    let viewed = choose::viewed(chooser, false, true);
    let request = chooser.choose_beyond(REQUESTS.len(), REQUESTS.len() + 1);
    // Any other, as long as the view has strides.
    let flags = REQUESTS.get(request).copied().unwrap_or_else(|| any::mask(chooser) | STRIDES);
    let index = |extent: i64| {
        let mut indices = vec![0, extent - 1, extent / 2];
        indices.dedup();
        match chooser.choose_beyond(indices.len(), indices.len() + 1) {
            choice if choice < indices.len() => indices[choice],
            _ => (chooser.choose(256) as i64).min(extent - 1),
        }
    };
    let indices = viewed.shape.iter().copied().map(index).collect();
    let calls = vec![
        Call::Make { object: viewed.object },
        Call::GetBuffer { object: 0, flags },
        Call::GetPointer { view: 0, indices },
    ];
    Case { calls }
}
