//! # Requests
//!
//! `PyObject_GetBuffer` of every object with every mask, each view given back; and two consumers at a
//! time, who must be told the same.

use pybuf_harness::Call;
use pybuf_harness::chooser::{Chooser, pick};

use crate::{any, choose};

domain! { "request", calls,
    "every object x every mask: 72 documented, 184 others of the 8 bits, 0x2, 0x200, -1; \
    two consumers x SIMPLE, WRITABLE, FULL_RO, FULL"
}

/// `PyBUF_SIMPLE`, `PyBUF_WRITABLE`, `PyBUF_FULL_RO` and `PyBUF_FULL`.
const OF_TWO: [i32; 4] = [0x000, 0x001, 0x11c, 0x11d];

fn calls(chooser: &mut dyn Chooser) -> Vec<Call> {
    any::part(chooser, &[one, two], &[many])
}

/// One consumer, with any mask.
fn one(chooser: &mut dyn Chooser) -> Vec<Call> {
    let object = choose::object(chooser);
    let flags = choose::mask(chooser);
    let get = Call::GetBuffer { object: 0, flags };
    vec![Call::Make { object }, get, Call::Release { view: 0 }]
}

fn two(chooser: &mut dyn Chooser) -> Vec<Call> {
    let object = choose::object(chooser);
    let mut get = || Call::GetBuffer { object: 0, flags: *pick(chooser, &OF_TWO) };
    let release = |view| Call::Release { view };
    vec![Call::Make { object }, get(), get(), release(0), release(1)]
}

/// Up to six consumers with any masks, who come and go.
fn many(chooser: &mut dyn Chooser) -> Vec<Call> {
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
    calls
}
