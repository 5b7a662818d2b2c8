//! # The model
//!
//! The reference model as an implementation like any other: of the replies that it permits, it gives one.
//! That it conforms proves that no clause contradicts another and that every permitted reply can be given.

use std::collections::BTreeMap;

use pybuf_harness::{Call, Capabilities, Implementation, Reply};
use pybuf_model::{Edition, Machine};

/// The model, as of an edition.
pub struct Model {
    edition: Edition,
    machine: Machine,
}

impl Model {
    /// With the functions and objects that `edition` has.
    pub fn of(edition: Edition) -> Model {
        Model { edition, machine: Machine::new(edition) }
    }
}

impl Implementation for Model {
    fn capabilities(&self) -> Capabilities {
        let name = concat!("the model of pybuf ", env!("CARGO_PKG_VERSION")).into();
        Capabilities { name, lacks: BTreeMap::new() }
    }

    fn begin_case(&mut self) {
        self.machine = Machine::new(self.edition);
    }

    fn call(&mut self, call: &Call) -> Reply {
        let reply = self.machine.answer(call);
        self.machine.follow(call, &reply);
        reply
    }
}
