//! # Filling a view of plain bytes
//!
//! `PyBuffer_FillInfo` with every mask and the awkward values of its other arguments.

use pybuf_harness::call::{Call, FillInfo};
use pybuf_harness::chooser::{Chooser, pick};
use pybuf_harness::{Case, Domain, Object};

use crate::masks;

/// Every mask x the values of the other arguments; and a NULL view.
pub const DOMAIN: Domain = Domain {
    name: "fill",
    functions: &["PyBuffer_FillInfo"],
    bound: "every mask x readonly 0 1 2 -1 x exporter x buf x len 5 0 1 -5; a NULL view",
    build,
};

fn build(chooser: &mut dyn Chooser) -> Case {
    let view_null = chooser.choose(2) == 1;
    let fill = FillInfo {
        view_null,
        readonly: *pick(chooser, &[0, 1, 2, -1]),
        exporter: (chooser.choose(2) == 0).then_some(0),
        buf_null: !view_null && chooser.choose(2) == 1,
        len: if view_null { 5 } else { *pick(chooser, &[5, 0, 1, -5]) },
        flags: masks::choose(chooser),
    };
    let make = Call::Make { object: Object::Bytes { len: 5 } };
    Case { calls: vec![make, Call::FillInfo(fill), Call::Release { view: 0 }] }
}
