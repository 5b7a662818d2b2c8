//! Format strings.

use pybuf_harness::reply::Reply;
use pybuf_model::Edition;

use super::Fast;

/// Whether the edition has the function.
pub(super) fn in_edition(_edition: Edition) -> bool {
    true
}

impl Fast {
    pub(super) fn size_from_format(&self, _format: &str) -> Reply {
        Reply::Unsupported
    }
}
