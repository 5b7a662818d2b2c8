//! # Releasing
//!
//! A consumer gives a view back when it is done with it: once, and then the exporter is free again.

use crate::clause::clause;
use crate::edition::Edition;
use crate::expectation::{Answer, Expectation, Fact, Obj, Outcome, Permits::Exactly};

/// `PyBuffer_Release`, of a view that was granted. `released` tells whether it has been released
/// before, and `owner` what its `obj` was when it was granted, if the exporter set it. Clauses:
/// `release.*`.
pub fn release(released: bool, owner: Option<Obj>, edition: Edition) -> Expectation {
    let since = clause!("release.since-2.7-draft");
    if since.holds(edition) {
        return Expectation::not_in_edition(since);
    }
    let answer = Answer::of(Outcome::Success, clause!("release.always-succeeds"))
        .on_success(clause!("release.always-succeeds"), Fact::Raises(Exactly(None)));
    let answer = if released {
        answer
            .on_success(clause!("release.again.nothing"), Fact::References(Exactly(0)))
            .on_success(clause!("release.again.nothing"), Fact::Releases(Exactly(0)))
            .on_success(clause!("release.again.nothing"), Fact::Obj(Exactly(Obj::Null)))
    } else {
        // The reference is the root's where the request was passed on to it.
        let owned = if owner == Some(Obj::Exporter) { -1 } else { 0 };
        let called = if owner.is_some_and(|owner| owner != Obj::Null) { 1 } else { 0 };
        answer
            .on_success(clause!("release.obj-null"), Fact::Obj(Exactly(Obj::Null)))
            .on_success(clause!("release.drops-reference"), Fact::References(Exactly(owned)))
            .on_success(clause!("release.calls-exporter-once"), Fact::Releases(Exactly(called)))
    };
    answer.in_edition(edition).into()
}
