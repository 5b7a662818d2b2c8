//! An implementation with one fault: the fast one, or the model where the fast one lacks the function.

use pybuf_harness::call::Section;
use pybuf_harness::model::Edition;
use pybuf_harness::{Call, Capabilities, Implementation, Reply};
use pybuf_targets::fast::Fast;
use pybuf_targets::model::Model;

use crate::fault::Fault;
use crate::past::Past;

struct Faulty {
    fault: Fault,
    inner: Box<dyn Implementation>,
    past: Past,
}

impl Fault {
    /// An implementation of `edition` that is wrong in this way.
    pub fn implementation(&self, edition: Edition) -> impl Implementation + use<> {
        let inner: Box<dyn Implementation> = if self.clause.family() == Section::Arguments.name() {
            Box::new(Model::of(edition))
        } else {
            Box::new(Fast::of(edition))
        };
        Faulty { fault: *self, inner, past: Past::default() }
    }
}

impl Implementation for Faulty {
    fn capabilities(&self) -> Capabilities {
        let name = format!("fast with {}", self.fault.name);
        Capabilities { name, ..self.inner.capabilities() }
    }

    fn begin_case(&mut self) {
        self.inner.begin_case();
        self.past = Past::default();
    }

    fn call(&mut self, call: &Call) -> Reply {
        let changes = self.fault.changes;
        let mut made = call.clone();
        changes.iter().for_each(|change| change.before(&self.past, call, &mut made));
        let mut reply = self.inner.call(&made);
        if matches!(reply, Reply::Returned(_)) && self.past.is_about_nothing(call) {
            // What could not be made, as the fault replied, does not exist later on.
            reply = Reply::NotMade;
        } else {
            changes.iter().for_each(|change| change.after(&self.past, call, &mut reply));
        }
        self.past.calls.push((call.clone(), reply.clone()));
        reply
    }
}
