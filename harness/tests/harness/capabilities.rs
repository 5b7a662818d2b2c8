//! What an implementation says of itself.

use pybuf_harness::{Capabilities, call};

#[test]
fn what_is_supported_and_is_nothing_is_a_gap_that_is_none() {
    let capabilities = Capabilities::only("mine", &["make bytes", "make unicorn"], "to do");
    assert_eq!(capabilities.lacks.len(), call::features().count() - 1 + 1);
    assert!(!capabilities.lacks.contains_key("make bytes"));
    assert_eq!(capabilities.lacks["make unicorn"], "to do");
}
