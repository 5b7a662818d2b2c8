//! Copies, and where elements are.

use pybuf_harness::call::Copy;
use pybuf_harness::reply::Reply;
use pybuf_model::Edition;

use super::Fast;

/// Whether the edition has the function.
pub(super) fn in_edition(_call: &Copy, _edition: Edition) -> bool {
    true
}

impl Fast {
    pub(super) fn copy(&mut self, _call: &Copy) -> Reply {
        Reply::Unsupported
    }
}
