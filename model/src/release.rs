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
    let again = clause!("release.again.nothing");
    let answer = match released {
        true => always_succeeds()
            .on_success(again, Fact::References(Exactly(0)))
            .on_success(again, Fact::Releases(Exactly(0)))
            .on_success(again, Fact::Obj(Exactly(Obj::Null))),
        false => always_succeeds()
            .on_success(clause!("release.obj-null"), Fact::Obj(Exactly(Obj::Null)))
            .on_success(clause!("release.drops-reference"), drops_reference(owner))
            .on_success(clause!("release.calls-exporter-once"), calls_exporter(owner)),
    };
    in_edition(answer, edition)
}

/// `PyBuffer_Release`, of a bitwise copy of the struct of such a view, which was not released.
pub fn release_copy(owner: Option<Obj>, edition: Edition) -> Expectation {
    let copy = clause!("release.copy-is-as-good");
    let answer = always_succeeds()
        .on_success(clause!("release.obj-null"), Fact::Obj(Exactly(Obj::Null)))
        .on_success(copy, drops_reference(owner))
        .on_success(copy, calls_exporter(owner));
    in_edition(answer, edition)
}

fn always_succeeds() -> Answer {
    let always = clause!("release.always-succeeds");
    Answer::of(Outcome::Success, always)
        .outcome(clause!("release.exporter-argument"), Outcome::Either)
        .on_success(always, Fact::Raises(Exactly(None)))
}

/// The reference is the root's where the request was passed on to it.
fn drops_reference(owner: Option<Obj>) -> Fact {
    Fact::References(Exactly(if owner == Some(Obj::Exporter) { -1 } else { 0 }))
}

fn calls_exporter(owner: Option<Obj>) -> Fact {
    let there_is_one = owner.is_some_and(|owner| owner != Obj::Null);
    Fact::Releases(Exactly(if there_is_one { 1 } else { 0 }))
}

fn in_edition(answer: Answer, edition: Edition) -> Expectation {
    let since = clause!("release.since-2.7-draft");
    match since.holds(edition) {
        true => Expectation::not_in_edition(since),
        false => answer.in_edition(edition).into(),
    }
}
