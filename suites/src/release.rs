//! # Releasing
//!
//! A view of every object in full, released, and released again; two views at a time; and one that is
//! released through a copy of its struct.

use pybuf_harness::chooser::{Chooser, pick};
use pybuf_harness::{Call, Case, Domain};

use crate::masks::FULL_RO;
use crate::{any, choose};

/// Every object x the orders in which one or two views are released, each of them twice; or once,
/// through a copy.
pub const DOMAIN: Domain = Domain {
    name: "release",
    bound: "every object x one view, two in order, two in reverse, each released twice; one by a copy",
    build,
    regressions: include_str!("../regressions/release.jsonl"),
};

fn build(chooser: &mut dyn Chooser) -> Case {
    let make = Call::Make { object: choose::object(chooser) };
    let get = Call::GetBuffer { object: 0, flags: FULL_RO };
    let orders: [&[usize]; 3] = [&[0, 0], &[0, 0, 1, 1], &[1, 1, 0, 0]];
    let order = chooser.choose_beyond(orders.len() + 1, orders.len() + 2);
    if order > orders.len() {
        return many(chooser, make);
    }
    let Some(order) = orders.get(order) else {
        return Case { calls: vec![make, get, Call::ReleaseCopy { view: 0 }] };
    };
    let gets = std::iter::repeat_n(get, order.len() / 2);
    let releases = order.iter().map(|&view| Call::Release { view });
    Case { calls: std::iter::once(make).chain(gets).chain(releases).collect() }
}

/// Up to five views of any masks, each released up to three times in any order, or once through a copy.
fn many(chooser: &mut dyn Chooser, make: Call) -> Case {
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
    Case { calls }
}
