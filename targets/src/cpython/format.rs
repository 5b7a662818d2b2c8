//! Format strings.

use pybuf_harness::Reply;

use super::embedded::Embedded;

impl Embedded {
    pub(super) fn size_from_format(&self, _format: &str) -> Reply {
        Reply::Unsupported
    }
}
