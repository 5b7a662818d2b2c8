//! Copies, and where elements are.

use pybuf_harness::Reply;
use pybuf_harness::call::Copy;

use super::embedded::Embedded;

impl Embedded {
    pub(super) fn copy(&mut self, _call: &Copy) -> Reply {
        Reply::Unsupported
    }
}
