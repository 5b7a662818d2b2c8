//! # Does it export?
//!
//! `PyObject_CheckBuffer` of every object.

use pybuf_harness::Call;
use pybuf_harness::chooser::Chooser;

use crate::choose;

domain! { "check", calls, "every object" }

fn calls(chooser: &mut dyn Chooser) -> Vec<Call> {
    let object = choose::object(chooser);
    vec![Call::Make { object }, Call::CheckBuffer { object: 0 }]
}
