//! # Where elements are
//!
//! `PyBuffer_GetPointer` of the elements in the corners of every view that has strides, and of one
//! between them.

use pybuf_harness::call::{Call, Copy};
use pybuf_harness::chooser::{Chooser, pick};
use pybuf_harness::{Case, Domain};

use crate::views;

/// Every object that has elements x two requests x first, last and middle index of each dimension.
pub const DOMAIN: Domain = Domain {
    name: "pointer",
    functions: &["PyBuffer_GetPointer"],
    bound: "every object with elements x FULL_RO, STRIDES x the first, last and middle index of each dimension",
    build,
};

/// `PyBUF_FULL_RO` and `PyBUF_STRIDES`.
const REQUESTS: [i32; 2] = [0x11c, 0x018];

fn build(chooser: &mut dyn Chooser) -> Case {
    let viewed = views::choose(chooser, false, true);
    let flags = *pick(chooser, &REQUESTS);
    let index = |extent: i64| {
        let mut indices = vec![0, extent - 1, extent / 2];
        indices.dedup();
        *pick(chooser, &indices)
    };
    let indices = viewed.shape.iter().copied().map(index).collect();
    let calls = vec![
        Call::Make { object: viewed.object },
        Call::GetBuffer { object: 0, flags },
        Call::Copy(Copy::GetPointer { view: 0, indices }),
    ];
    Case { calls }
}
