//! The fast implementation with one fault.

use pybuf_harness::model::Edition;
use pybuf_harness::reply::Reply;
use pybuf_harness::{Call, Capabilities, Implementation};
use pybuf_targets::fast::Fast;

use crate::Fault;

/// What has happened in the case so far: what a fault may go by.
#[derive(Clone, Debug)]
pub struct Past {
    /// The edition that the implementation claims to be of.
    pub edition: Edition,
    /// The calls that the case has asked for.
    pub calls: Vec<Call>,
    /// What was told to have come of each.
    pub replies: Vec<Reply>,
}

pub(crate) struct Faulty {
    fault: Fault,
    inner: Fast,
    past: Past,
}

impl Faulty {
    pub(crate) fn new(fault: Fault, edition: Edition) -> Self {
        let past = Past { edition, calls: Vec::new(), replies: Vec::new() };
        Faulty { fault, inner: Fast::of(edition), past }
    }
}

impl Implementation for Faulty {
    fn capabilities(&self) -> Capabilities {
        let name = format!("fast with {}", self.fault.name);
        Capabilities { name, ..self.inner.capabilities() }
    }

    fn begin_case(&mut self) {
        self.inner.begin_case();
        self.past.calls.clear();
        self.past.replies.clear();
    }

    fn call(&mut self, call: &Call) -> Reply {
        let reply = self.inner.call(&(self.fault.before)(&self.past, call.clone()));
        let reply = (self.fault.after)(&self.past, call, reply);
        self.past.calls.push(call.clone());
        self.past.replies.push(reply.clone());
        reply
    }
}
