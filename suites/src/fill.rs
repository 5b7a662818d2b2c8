//! # Filling a view of plain bytes
//!
//! `PyBuffer_FillInfo` with every mask and the awkward values of its other arguments.

use pybuf_harness::call::{Call, FillInfo};
use pybuf_harness::chooser::{Chooser, pick};
use pybuf_harness::{Case, Domain, Object};

use crate::{any, choose};

/// Every mask x the values of the other arguments; and a NULL view.
pub const DOMAIN: Domain = Domain {
    name: "fill",
    bound: "every mask x readonly 0 1 2 -1 x exporter x buf x len 5 0 1 -5; a NULL view",
    build,
    regressions: include_str!("../regressions/fill.jsonl"),
};

fn build(chooser: &mut dyn Chooser) -> Case {
    let view_null = match chooser.choose_beyond(2, 3) {
        2 => return anything(chooser),
        choice => choice == 1,
    };
    let fill = FillInfo {
        view_null,
        readonly: *pick(chooser, &[0, 1, 2, -1]),
        exporter: (chooser.choose(2) == 0).then_some(0),
        buf_null: !view_null && chooser.choose(2) == 1,
        len: if view_null { 5 } else { *pick(chooser, &[5, 0, 1, -5]) },
        flags: choose::mask(chooser),
    };
    let make = Call::Make { object: Object::Bytes { len: 5 } };
    Case { calls: vec![make, Call::FillInfo(fill), Call::Release { view: 0 }] }
}

/// Up to four structs filled with any numbers, for an object or none, and released in any order. It is an
/// object that counts no views: one that does has not lent these.
fn anything(chooser: &mut dyn Chooser) -> Case {
    let object = match chooser.choose(2) {
        0 => Object::Bytes { len: any::length(chooser) },
        _ => Object::Plain,
    };
    let mut calls = vec![Call::Make { object }];
    let mut out = Vec::new();
    for view in 0..1 + chooser.choose(4) {
        calls.push(Call::FillInfo(FillInfo {
            view_null: chooser.choose(16) == 15,
            exporter: (chooser.choose(4) < 3).then_some(0),
            buf_null: chooser.choose(4) == 3,
            len: any::number(chooser),
            readonly: any::number(chooser) as i32,
            flags: any::mask(chooser),
        }));
        out.push(view);
    }
    while !out.is_empty() {
        calls.push(Call::Release { view: out.remove(chooser.choose(out.len())) });
    }
    Case { calls }
}
