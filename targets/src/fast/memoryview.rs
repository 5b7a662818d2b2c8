//! The C functions of memoryviews.

use pybuf_harness::call::Memoryview;
use pybuf_harness::reply::Reply;
use pybuf_model::Edition;

use super::Fast;

/// Whether the edition has the function.
pub(super) fn in_edition(_call: &Memoryview, _edition: Edition) -> bool {
    true
}

impl Fast {
    pub(super) fn memoryview(&mut self, _call: &Memoryview) -> Reply {
        Reply::Unsupported
    }
}
