//! # Does it export?
//!
//! `PyObject_CheckBuffer` tells whether an object takes part in the new protocol at all, not whether
//! a request would be granted.

use pybuf_protocol::{Call, Edition, Field};

use crate::clause::clause;
use crate::machine::{Expected, Machine};
use crate::rules::{Answer, Expectation, Outcome, Says};
use crate::state::{Exporter, State};

/// `PyObject_CheckBuffer`. Clauses: `check.*`.
pub fn check_buffer(exporter: &Exporter, edition: Edition) -> Expectation {
    let (clause, value) = match &exporter.new {
        None => (clause!("check.zero-without-protocol"), 0),
        Some(new) if new.state == State::Ready => (clause!("check.one-for-exporters"), 1),
        Some(_) => (clause!("check.promises-no-grant"), 1),
    };
    let (succeeds, untouched) =
        (clause!("check.always-succeeds"), clause!("check.touches-nothing"));
    Answer::of(Outcome::Success, succeeds)
        .on_success(clause, Field::Return.is(value))
        .on_success(succeeds, Field::Exception.null())
        .on_success(untouched, Field::References.is(0))
        .on_success(untouched, Field::Releases.is(0))
        .in_edition(edition)
}

impl Machine {
    /// What is expected of a call of this page.
    pub(crate) fn expect_check(&self, call: &Call) -> Option<Expected> {
        let Call::CheckBuffer { object } = call else { return None };
        let expected = self.expect_of(*object, |exporter| check_buffer(exporter, self.edition));
        Some(self.under_new_protocol(*object, expected))
    }
}
