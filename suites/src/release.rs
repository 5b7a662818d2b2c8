//! # Releasing
//!
//! A view of every object in full, released, and released again; two views at a time; and one that is
//! released through a copy of its struct.

use pybuf_harness::chooser::Chooser;
use pybuf_harness::{Call, Case, Domain};

use crate::masks::FULL_RO;
use crate::objects;

/// Every object x the orders in which one or two views are released, each of them twice; or once,
/// through a copy.
pub const DOMAIN: Domain = Domain {
    name: "release",
    functions: &["PyBuffer_Release"],
    bound: "every object x one view, two in order, two in reverse, each released twice; one by a copy",
    build,
};

fn build(chooser: &mut dyn Chooser) -> Case {
    let make = Call::Make { object: objects::choose(chooser) };
    let get = Call::GetBuffer { object: 0, flags: FULL_RO };
    let orders: [&[usize]; 3] = [&[0, 0], &[0, 0, 1, 1], &[1, 1, 0, 0]];
    let Some(order) = orders.get(chooser.choose(orders.len() + 1)) else {
        return Case { calls: vec![make, get, Call::ReleaseCopy { view: 0 }] };
    };
    let gets = std::iter::repeat_n(get, order.len() / 2);
    let releases = order.iter().map(|&view| Call::Release { view });
    Case { calls: std::iter::once(make).chain(gets).chain(releases).collect() }
}
