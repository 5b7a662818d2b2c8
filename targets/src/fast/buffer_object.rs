//! Python 2's buffer objects.

use pybuf_harness::call::BufferObject;
use pybuf_harness::reply::Reply;
use pybuf_model::Edition;

use super::Fast;

/// Whether the edition has the function.
pub(super) fn in_edition(_call: &BufferObject, _edition: Edition) -> bool {
    true
}

impl Fast {
    pub(super) fn buffer_object(&mut self, _call: &BufferObject) -> Reply {
        Reply::Unsupported
    }
}
