//! # Requests
//!
//! `PyObject_GetBuffer` of every object with every mask, each view given back.

use pybuf_harness::chooser::Chooser;
use pybuf_harness::{Call, Case, Domain};

use crate::{masks, objects};

/// Every object x every mask.
pub const DOMAIN: Domain = Domain {
    name: "request",
    bound: "every object x every mask: 72 documented, 184 others of the 8 bits, 0x2, 0x200, -1",
    build,
};

fn build(chooser: &mut dyn Chooser) -> Case {
    let object = objects::choose(chooser);
    let flags = masks::choose(chooser);
    let get = Call::GetBuffer { object: 0, flags };
    Case { calls: vec![Call::Make { object }, get, Call::Release { view: 0 }] }
}
