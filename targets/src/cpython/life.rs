//! What else happens to objects: an exception is pending, memory changes its size, references go.

use pybuf_harness::{Call, Reply};

use super::embedded::Embedded;

impl Embedded {
    pub(super) fn life(&mut self, _call: &Call) -> Reply {
        Reply::Unsupported
    }
}
