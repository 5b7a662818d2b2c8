//! # Filling a view of plain bytes
//!
//! `PyBuffer_FillInfo` with every mask and the awkward values of its other arguments.

use pybuf_harness::Object;
use pybuf_harness::call::{Call, FillInfo};
use pybuf_harness::chooser::{Chooser, pick};

use crate::{any, choose};

domain! { "fill", calls,
    "every mask x readonly 0 1 2 -1 x exporter x buf x len 5 0 1 -5; a NULL view"
}

fn calls(chooser: &mut dyn Chooser) -> Vec<Call> {
    match chooser.choose_beyond(2, 3) {
        0 => filled(chooser, false),
        1 => filled(chooser, true),
        _ => anything(chooser),
    }
}

fn filled(chooser: &mut dyn Chooser, view_null: bool) -> Vec<Call> {
    let fill = FillInfo {
        view_null,
        readonly: *pick(chooser, &[0, 1, 2, -1]),
        exporter: (chooser.choose(2) == 0).then_some(0),
        buf_null: !view_null && chooser.choose(2) == 1,
        len: if view_null { 5 } else { *pick(chooser, &[5, 0, 1, -5]) },
        flags: choose::mask(chooser),
    };
    let make = Call::Make { object: Object::Bytes { len: 5 } };
    vec![make, Call::FillInfo(fill), Call::Release { view: 0 }]
}

/// Up to four structs filled with any numbers, for an object or none, and released in any order. It is an
/// object that counts no views: one that does has not lent these.
fn anything(chooser: &mut dyn Chooser) -> Vec<Call> {
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
    calls
}
