//! The C functions of memoryviews.

use pybuf_harness::Reply;
use pybuf_harness::call::Memoryview;

use super::embedded::Embedded;

impl Embedded {
    pub(super) fn memoryview(&mut self, _call: &Memoryview) -> Reply {
        Reply::Unsupported
    }
}
