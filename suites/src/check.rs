//! # Does it export?
//!
//! `PyObject_CheckBuffer` of every object.

use pybuf_harness::chooser::Chooser;
use pybuf_harness::{Call, Case, Domain};

use crate::objects;

/// Every object.
pub const DOMAIN: Domain = Domain {
    name: "check",
    functions: &["PyObject_CheckBuffer"],
    bound: "every object",
    build,
    regressions: include_str!("../regressions/check.jsonl"),
};

fn build(chooser: &mut dyn Chooser) -> Case {
    let object = objects::choose(chooser);
    Case { calls: vec![Call::Make { object }, Call::CheckBuffer { object: 0 }] }
}
