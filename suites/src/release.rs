//! # Releasing
//!
//! A view of every object in full, released, and released again; two views at a time; and one that is
//! released through a copy of its struct.

use pybuf_harness::Call;
use pybuf_harness::chooser::{Chooser, pick};

use crate::masks::FULL_RO;
use crate::{any, choose};

domain! { "release", calls,
    "every object x one view, two in order, two in reverse, each released twice; one by a copy"
}

fn calls(chooser: &mut dyn Chooser) -> Vec<Call> {
    let make = Call::Make { object: choose::object(chooser) };
    let get = Call::GetBuffer { object: 0, flags: FULL_RO };
    let order: &[usize] = match chooser.choose_beyond(4, 5) {
        0 => &[0, 0],
        1 => &[0, 0, 1, 1],
        2 => &[1, 1, 0, 0],
        3 => return vec![make, get, Call::ReleaseCopy { view: 0 }],
        _ => return many(chooser, make),
    };
    let gets = std::iter::repeat_n(get, order.len() / 2);
    let releases = order.iter().map(|&view| Call::Release { view });
    std::iter::once(make).chain(gets).chain(releases).collect()
}

/// Up to five views of any masks, each released up to three times in any order, or once through a copy.
fn many(chooser: &mut dyn Chooser, make: Call) -> Vec<Call> {
    let mut calls = vec![make];
    let mut left = Vec::new();
    for view in 0..1 + chooser.choose(5) {
        let any = any::mask(chooser);
        let flags = *pick(chooser, &[FULL_RO, 0, 0x11d, 0x018, any]);
        calls.push(Call::GetBuffer { object: 0, flags });
        match chooser.choose(4) {
            3 => calls.push(Call::ReleaseCopy { view }),
            times => left.extend(std::iter::repeat_n(view, 1 + times)),
        }
        while left.len() > 8 || !left.is_empty() && chooser.choose(3) == 2 {
            calls.push(Call::Release { view: left.remove(chooser.choose(left.len())) });
        }
    }
    calls.extend(left.into_iter().map(|view| Call::Release { view }));
    calls
}
