//! # Does it export?
//!
//! `PyObject_CheckBuffer` tells whether an object takes part in the new protocol at all, not whether
//! a request would be granted.

use crate::clause::clause;
use crate::edition::Edition;
use crate::expectation::{Answer, Expectation, Fact, Outcome, Permits::Exactly};
use crate::exporter::Exporter;

/// `PyObject_CheckBuffer`. Clauses: `check.*`.
pub fn check_buffer(exporter: &Exporter, edition: Edition) -> Expectation {
    if !edition.has_new_protocol() {
        return Expectation::not_in_edition(clause!("check.since-2.7-draft"));
    }
    let (clause, value) = match &exporter.new {
        None => (clause!("check.zero-without-protocol"), 0),
        Some(new) if new.state == crate::State::Ready => (clause!("check.one-for-exporters"), 1),
        Some(_) => (clause!("check.promises-no-grant"), 1),
    };
    Answer::of(Outcome::Success, clause!("check.always-succeeds"))
        .on_success(clause, Fact::Returns(Exactly(value)))
        .on_success(clause!("check.always-succeeds"), Fact::Raises(Exactly(None)))
        .in_edition(edition)
        .into()
}
