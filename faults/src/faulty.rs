//! The fast implementation with one fault.

use pybuf_harness::call::About;
use pybuf_harness::model::Edition;
use pybuf_harness::reply::Reply;
use pybuf_harness::{Call, Capabilities, Implementation, Object};
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

impl Past {
    /// The call that made an object, by its number.
    pub(crate) fn maker(&self, object: usize) -> Option<&Call> {
        self.calls.iter().filter(|call| call.makes_object()).nth(object)
    }

    /// How an object was made that was not made of another one.
    pub(crate) fn recipe(&self, object: usize) -> Option<&Object> {
        match self.maker(object)? {
            Call::Make { object } => Some(object),
            _ => None,
        }
    }

    /// Whether a call is about an object or a view of which was told that it could not be made.
    fn is_about_nothing(&self, call: &Call) -> bool {
        let each = self.calls.iter().zip(&self.replies);
        let made = match call.about() {
            About::Object(number) => each.filter(|(call, _)| call.makes_object()).nth(number),
            About::View(number) => each.filter(|(call, _)| call.fills_view()).nth(number),
            About::Nothing => return false,
        };
        match made {
            Some((_, Reply::Returned(returned))) => {
                returned.value.map_or(returned.exception.is_some(), |value| value != 0)
            }
            Some((_, Reply::NotMade)) => true,
            _ => false,
        }
    }
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
        let reply = match reply {
            // What the fault has told to be missing is not there later on.
            Reply::Returned(_) if self.past.is_about_nothing(call) => Reply::NotMade,
            reply => (self.fault.after)(&self.past, call, reply),
        };
        self.past.calls.push(call.clone());
        self.past.replies.push(reply.clone());
        reply
    }
}
