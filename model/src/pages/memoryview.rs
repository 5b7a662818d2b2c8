//! # Memoryviews
//!
//! A memoryview is a consumer that is an exporter itself: it holds a view of an object, and lends on
//! what was lent to it. Here are those that are made of an object; other pages have those
//! [of memory](crate::memoryview_of_memory) and [of contiguous memory](crate::get_contiguous). What a
//! memoryview then exports is told to the model as an [`Exporter`], so that requests of it are judged as any
//! other.

use pybuf_protocol::{Call, Edition, Exception, Field, Returned};

use crate::clause::{Clause, clause};
use crate::machine::{Expected, Machine};
use crate::rules::{Answer, Expectation, Outcome, Says};
use crate::state::{Exporter, Kind, NewProtocol, State, Uses};

/// `PyMemoryView_FromObject`. Clauses: `memoryview.*`.
pub fn from_object(object: &Exporter, edition: Edition) -> Expectation {
    let answer = match exporting(object) {
        Ok(new) => kept(new, made(clause!("memoryview.of-exporters"))),
        Err(refusal) => refusal,
    };
    failed(answer).in_edition(edition)
}

/// What an object exports, or how it is refused by those who want a memoryview of it.
pub(crate) fn exporting(object: &Exporter) -> Result<&NewProtocol, Answer> {
    let Some(new) = &object.new else {
        return Err(refused(clause!("memoryview.without-protocol.fails"))
            .raises(clause!("memoryview.without-protocol.type-error"), Exception::TypeError));
    };
    match new.state {
        State::Ready => Ok(new),
        State::Raises(exception) => Err(refused(clause!("memoryview.raising.fails"))
            .raises(clause!("memoryview.raising.handed-on"), exception)),
        State::Released => {
            let says = Field::Exception.one_of([Exception::BufferError, Exception::ValueError]);
            Err(refused(clause!("memoryview.released.fails"))
                .on_failure(clause!("memoryview.released.exception"), says))
        }
    }
}

/// A memoryview keeps the object that it is of; of another memoryview, that one or what is underneath.
pub(crate) fn kept(object: &NewProtocol, answer: Answer) -> Answer {
    let is_root = !object.is_view;
    let (some, one) = (Field::References.one_of([1, 2]), Field::References.is(1));
    answer
        .on_success(clause!("memoryview.success.releases-nothing"), Field::Releases.is(0))
        .on_success(clause!("memoryview.keeps-alive"), is_root.then_some(some))
        .on_success(clause!("memoryview.one-reference"), is_root.then_some(one))
}

/// A memoryview is made.
pub(crate) fn made(clause: Clause) -> Answer {
    succeeded(Answer::of(Outcome::Success, clause))
}

/// Whether one is made is left open.
pub(crate) fn open(clause: Clause) -> Answer {
    succeeded(Answer::of(Outcome::Either, clause))
}

pub(crate) fn refused(clause: Clause) -> Answer {
    Answer::of(Outcome::Failure, clause)
}

fn succeeded(answer: Answer) -> Answer {
    answer.on_success(clause!("memoryview.success.no-exception"), Field::Exception.null())
}

/// What a failure looks like.
pub(crate) fn failed(answer: Answer) -> Answer {
    let keeps_nothing = clause!("memoryview.failure.keeps-nothing");
    answer
        .on_failure(clause!("memoryview.failure.raises"), Field::Exception.something())
        .on_failure(keeps_nothing, Field::References.is(0))
}

/// `PyMemoryView_Check`. Clauses: `memoryview.check.*`.
pub fn check(is_memoryview: bool, edition: Edition) -> Expectation {
    let (clause, value) = match is_memoryview {
        true => (clause!("memoryview.check.one"), 1),
        false => (clause!("memoryview.check.zero"), 0),
    };
    let always = clause!("memoryview.check.always-succeeds");
    Answer::of(Outcome::Success, always)
        .on_success(clause, Field::Return.is(value))
        .on_success(always, Field::Exception.null())
        .in_edition(edition)
}

/// `memoryview.release()`. Clauses: `memoryview.release.*`.
pub fn release(uses: Uses, edition: Edition) -> Expectation {
    let exported = clause!("memoryview.release.refused-while-exported");
    let again = clause!("memoryview.release.again");
    let answer = if uses.released {
        Answer::of(Outcome::Success, again)
            .on_success(again, Field::References.is(0))
            .on_success(again, Field::Releases.is(0))
    } else if uses.views {
        Answer::of(Outcome::Failure, exported)
    } else if uses.others {
        Answer::of(Outcome::Either, clause!("memoryview.release.of-a-base-open"))
    } else {
        Answer::of(Outcome::Success, clause!("memoryview.release.succeeds"))
    };
    let one_release = (uses.sole && !uses.released).then(|| Field::Releases.is(1));
    answer
        .on_success(clause!("memoryview.release.tells-exporter"), one_release)
        .on_success(clause!("memoryview.success.no-exception"), Field::Exception.null())
        .raises(exported, Exception::BufferError)
        .on_failure(exported, Field::References.is(0))
        .on_failure(exported, Field::Releases.is(0))
        .in_edition(edition)
}

impl Machine {
    /// What is expected of a call of this page.
    pub(crate) fn expect_memoryview(&self, call: &Call) -> Option<Expected> {
        Some(match call {
            Call::MemoryviewFromObject { object } => {
                self.expect_of(*object, |it| from_object(it, self.edition))
            }
            Call::MemoryviewCheck { object } => {
                let is_memoryview = self.lives.is(*object, Kind::Memoryview);
                self.expect_of(*object, |_| check(is_memoryview, self.edition))
            }
            Call::MemoryviewRelease { object } => self.expect_release_of(*object),
            call => return self.expect_of_memory(call).or_else(|| self.expect_contiguous(call)),
        })
    }

    fn expect_release_of(&self, object: usize) -> Expected {
        let uses = self.lives.uses(object, &self.loans());
        match self.objects.get(object) {
            Some(Some(_)) if !self.lives.is(object, Kind::Memoryview) => {
                Expected::BadCase(format!("object {object} is no memoryview"))
            }
            _ => self.expect_of(object, |_| release(uses, self.edition)),
        }
    }

    /// A memoryview that was made or released.
    pub(crate) fn learn_memoryview(&mut self, call: &Call, returned: Option<&Returned>) {
        let returned = returned.filter(|returned| returned.value == Some(0));
        if let (Call::MemoryviewRelease { object }, Some(_)) = (call, returned) {
            self.lives.release(*object);
            if let Some(Some(Exporter { new: Some(new), .. })) = self.objects.get_mut(*object) {
                new.state = State::Released;
            }
        }
        if call.makes_object() {
            let made = returned.and_then(|returned| match call {
                Call::MemoryviewFromObject { object } => self.view_of(*object),
                call => self.made_of_memory(call).or_else(|| self.made_contiguous(call, returned)),
            });
            self.objects.push(made);
        }
    }

    /// What a memoryview exports that was made of an object. It gets the next number.
    pub(crate) fn view_of(&mut self, object: usize) -> Option<Exporter> {
        self.lives.make_of(self.objects.len(), object);
        Some(self.objects.get(object)?.as_ref()?.memoryview())
    }
}
