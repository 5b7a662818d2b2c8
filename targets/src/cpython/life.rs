//! What else happens to objects: an exception is pending, memory changes its size, references go.

use pybuf_harness::{Call, Reply, Returned};

use super::embedded::Embedded;

impl Embedded {
    pub(super) fn life(&mut self, call: &Call) -> Reply {
        match call {
            Call::SetError { exception } => self.set_error(exception),
            _ => Reply::Unsupported,
        }
    }

    /// The one call that leaves the exception set, for the next one to find.
    fn set_error(&self, exception: &str) -> Reply {
        let api = self.python.api;
        api.raise(exception, "as told");
        Reply::Returned(Returned { exception: api.pending_exception(), ..Returned::default() })
    }
}
