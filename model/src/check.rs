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
    let since = clause!("check.since-2.7-draft");
    if since.holds(edition) {
        return Expectation::not_in_edition(since);
    }
    let (clause, value) = match &exporter.new {
        None => (clause!("check.zero-without-protocol"), 0),
        Some(new) if new.state == crate::State::Ready => (clause!("check.one-for-exporters"), 1),
        Some(_) => (clause!("check.promises-no-grant"), 1),
    };
    let (succeeds, untouched) =
        (clause!("check.always-succeeds"), clause!("check.touches-nothing"));
    Answer::of(Outcome::Success, succeeds)
        .on_success(clause, Fact::Returns(Exactly(value)))
        .on_success(succeeds, Fact::Raises(Exactly(None)))
        .on_success(untouched, Fact::References(Exactly(0)))
        .on_success(untouched, Fact::Releases(Exactly(0)))
        .in_edition(edition)
        .into()
}
