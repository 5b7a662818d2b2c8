//! # Requests
//!
//! `PyObject_GetBuffer` of every object with every mask, each view given back; and two consumers at a
//! time, who must be told the same.

use pybuf_harness::chooser::{Chooser, pick};
use pybuf_harness::{Call, Case, Domain};

use crate::{any, choose};

/// Every object x every mask; every object x two of four masks.
pub const DOMAIN: Domain = Domain {
    name: "request",
    bound: "every object x every mask: 72 documented, 184 others of the 8 bits, 0x2, 0x200, -1; \
            two consumers x SIMPLE, WRITABLE, FULL_RO, FULL",
    build,
    regressions: include_str!("../regressions/request.jsonl"),
};

/// `PyBUF_SIMPLE`, `PyBUF_WRITABLE`, `PyBUF_FULL_RO` and `PyBUF_FULL`.
const OF_TWO: [i32; 4] = [0x000, 0x001, 0x11c, 0x11d];

fn build(chooser: &mut dyn Chooser) -> Case {
    let consumers = 1 + chooser.choose_beyond(2, 3);
    if consumers == 3 {
        return many(chooser);
    }
    let mut calls = vec![Call::Make { object: choose::object(chooser) }];
    for _ in 0..consumers {
        let flags = if consumers == 1 { choose::mask(chooser) } else { *pick(chooser, &OF_TWO) };
        calls.push(Call::GetBuffer { object: 0, flags });
    }
    calls.extend((0..consumers).map(|view| Call::Release { view }));
    Case { calls }
}

/// Up to six consumers with any masks, who come and go.
fn many(chooser: &mut dyn Chooser) -> Case {
    let mut calls = vec![Call::Make { object: choose::object(chooser) }];
    let mut out = Vec::new();
    for view in 0..1 + chooser.choose(6) {
        calls.push(Call::GetBuffer { object: 0, flags: any::mask(chooser) });
        out.push(view);
        if chooser.choose(3) == 2 {
            calls.push(Call::Release { view: out.remove(chooser.choose(out.len())) });
        }
    }
    calls.extend(out.into_iter().map(|view| Call::Release { view }));
    Case { calls }
}
