//! Python 2's buffer objects.

use pybuf_harness::Reply;
use pybuf_harness::call::BufferObject;

use super::embedded::Embedded;

impl Embedded {
    pub(super) fn buffer_object(&mut self, _call: &BufferObject) -> Reply {
        Reply::Unsupported
    }
}
