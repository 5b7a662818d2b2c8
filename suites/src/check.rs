//! # Does it export?
//!
//! `PyObject_CheckBuffer` of every object.

use pybuf_harness::chooser::Chooser;
use pybuf_harness::{Call, Case, Domain};

use crate::choose;

/// Every object.
pub const DOMAIN: Domain = Domain {
    name: "check",
    bound: "every object",
    build,
    regressions: include_str!("../regressions/check.jsonl"),
};

fn build(chooser: &mut dyn Chooser) -> Case {
    let object = choose::object(chooser);
    Case { calls: vec![Call::Make { object }, Call::CheckBuffer { object: 0 }] }
}
