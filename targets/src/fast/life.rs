//! What else happens to objects: memory changes its size, references go.

use pybuf_harness::call::Call;
use pybuf_harness::reply::Reply;

use super::Fast;

impl Fast {
    pub(super) fn life(&mut self, _call: &Call) -> Reply {
        Reply::Unsupported
    }
}
