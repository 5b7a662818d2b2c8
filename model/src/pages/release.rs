//! # Releasing
//!
//! A consumer gives a view back when it is done with it: once, and then the exporter is free again.

use pybuf_protocol::reply::Obj;
use pybuf_protocol::{Call, Edition, Field, Returned};

use crate::clause::clause;
use crate::machine::{Expected, Machine};
use crate::rules::{Answer, Expectation, Fact, Outcome, Says};

/// `PyBuffer_Release`, of a view that was granted. `released` tells whether it has been released
/// before, and `owner` what its `obj` was when it was granted, if the exporter set it. Clauses:
/// `release.*`.
pub fn release(released: bool, owner: Option<Obj>, edition: Edition) -> Expectation {
    let again = clause!("release.again.nothing");
    match released {
        true => always_succeeds()
            .on_success(again, Field::References.is(0))
            .on_success(again, Field::Releases.is(0))
            .on_success(again, Field::Obj.is(Obj::Null)),
        false => always_succeeds()
            .on_success(clause!("release.obj-null"), Field::Obj.is(Obj::Null))
            .on_success(clause!("release.drops-reference"), drops_reference(owner))
            .on_success(clause!("release.calls-exporter-once"), calls_exporter(owner)),
    }
    .in_edition(edition)
}

/// `PyBuffer_Release`, of a bitwise copy of the struct of such a view, which was not released.
pub fn release_copy(owner: Option<Obj>, edition: Edition) -> Expectation {
    let copy = clause!("release.copy-is-as-good");
    always_succeeds()
        .on_success(clause!("release.obj-null"), Field::Obj.is(Obj::Null))
        .on_success(copy, drops_reference(owner))
        .on_success(copy, calls_exporter(owner))
        .in_edition(edition)
}

fn always_succeeds() -> Answer {
    let always = clause!("release.always-succeeds");
    Answer::of(Outcome::Success, always)
        .outcome(clause!("release.exporter-argument"), Outcome::Either)
        .on_success(always, Field::Exception.null())
}

/// The reference is the root's where the request was passed on to it.
fn drops_reference(owner: Option<Obj>) -> Fact {
    Field::References.is(if owner == Some(Obj::Exporter) { -1 } else { 0 })
}

fn calls_exporter(owner: Option<Obj>) -> Fact {
    let there_is_one = owner.is_some_and(|owner| owner != Obj::Null);
    Field::Releases.is(if there_is_one { 1 } else { 0 })
}

impl Machine {
    /// What is expected of a call of this page.
    pub(crate) fn expect_release(&self, call: &Call) -> Option<Expected> {
        let (view, copy) = match call {
            Call::Release { view } => (*view, false),
            Call::ReleaseCopy { view } => (*view, true),
            _ => return None,
        };
        let expect = |released, owner| match copy {
            true => release_copy(owner, self.edition),
            false => release(released, owner, self.edition),
        };
        Some(match self.views.get(view) {
            Some(Some(it)) if it.forgotten || copy && it.released => {
                Expected::BadCase(format!("view {view} is not there any more"))
            }
            Some(Some(view)) => Expected::Reply(expect(view.released, view.owner)),
            Some(None) => Expected::not_made(&expect(false, None)),
            None => Expected::BadCase(format!("there is no view {view}")),
        })
    }

    /// A view that was released, or of which a copy was, whose own struct is forgotten then.
    pub(crate) fn learn_release(&mut self, call: &Call, returned: Option<&Returned>) {
        let (Call::Release { view } | Call::ReleaseCopy { view }) = call else { return };
        if let (Some(Some(view)), Some(_)) = (self.views.get_mut(*view), returned) {
            view.released = true;
            view.forgotten = matches!(call, Call::ReleaseCopy { .. });
        }
    }
}
