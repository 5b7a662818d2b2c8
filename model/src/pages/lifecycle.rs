//! # Lifecycles
//!
//! Who keeps whom alive. A view keeps its exporter, and a memoryview what it is of; an object that has
//! lent its memory neither moves it nor goes away until all of it is given back. Clauses:
//! `lifecycle.*`.

use pybuf_protocol::call::About;
use pybuf_protocol::{Call, Edition, Exception, Field, Object, Returned};

use crate::clause::clause;
use crate::machine::{Expected, Machine};
use crate::objects::describe;
use crate::rules::{Answer, Expectation, Outcome, Says};
use crate::state::Kind;

/// `PyByteArray_Resize`. `lent` tells whether memory of it is lent, `same` whether it has that length.
pub fn resize(lent: bool, same: bool, edition: Edition) -> Expectation {
    let refused = clause!("lifecycle.resize.refused-while-lent");
    let succeeds = clause!("lifecycle.resize.otherwise-succeeds");
    let answer = match (lent, same) {
        (true, true) => Answer::of(Outcome::Either, clause!("lifecycle.resize.to-its-size-open")),
        (true, false) => Answer::of(Outcome::Failure, refused),
        (false, _) => Answer::of(Outcome::Success, succeeds),
    };
    answer
        .on_success(succeeds, Field::Return.is(0))
        .on_success(succeeds, Field::Exception.null())
        .on_failure(refused, Field::Return.is(-1))
        .raises(refused, Exception::BufferError)
        .on_failure(refused, Field::References.is(0))
        .in_edition(edition)
}

/// `Py_DecRef`, of the reference that the case has.
pub fn drop(edition: Edition) -> Expectation {
    let clause = clause!("lifecycle.drop.always-succeeds");
    Answer::of(Outcome::Success, clause)
        .on_success(clause, Field::Exception.null())
        .in_edition(edition)
}

impl Machine {
    /// What is expected of a call of this page.
    pub(crate) fn expect_lifecycle(&self, call: &Call) -> Option<Expected> {
        Some(match call {
            Call::Resize { object, len } => self.expect_resize(*object, *len),
            Call::Drop { object } => self.expect_of(*object, |_| drop(self.edition)),
            _ => return None,
        })
    }

    fn expect_resize(&self, object: usize, len: usize) -> Expected {
        let exists = matches!(self.objects.get(object), Some(Some(_)));
        if exists && !self.lives.is(object, Kind::Bytearray) {
            return Expected::BadCase(format!("object {object} is no bytearray"));
        }
        let lent = self.lives.is_lent(object, &self.loans());
        self.expect_of(object, |exporter| {
            let now = exporter.new.as_ref().map(|new| new.layout.len());
            let same = now == i64::try_from(len).ok();
            resize(lent, same, self.edition)
        })
    }

    /// What became of an object.
    pub(crate) fn learn_lifecycle(&mut self, call: &Call, returned: Option<&Returned>) {
        match call {
            Call::Resize { object, len } if returned.is_some_and(|it| it.value == Some(0)) => {
                self.learn_resize(*object, *len);
            }
            Call::Drop { object } if returned.is_some() => self.lives.drop(*object),
            _ => {}
        }
    }

    fn learn_resize(&mut self, object: usize, len: usize) {
        let resized = describe(&Object::Bytearray { len }, object, self.edition);
        let (Ok(Ok(mut resized)), Some(Some(was))) = (resized, self.objects.get_mut(object)) else {
            return;
        };
        if let (Some(new), Some(was)) = (&mut resized.new, &was.new) {
            new.told_readonly = was.told_readonly;
        }
        *was = resized;
        let mut block = self.memory.block(object).cloned().unwrap_or_default();
        block.bytes.resize(len, 0);
        self.memory.set(object, block);
        self.learn_bases();
    }

    /// The object that a call names although the case has given it up, if there is one.
    pub(crate) fn gone(&self, call: &Call) -> Option<usize> {
        let about = match call.about() {
            About::Object(object) => Some(object),
            _ => None,
        };
        let mut named = about.into_iter().chain(call.also());
        named.find(|&object| {
            let exists = matches!(self.objects.get(object), Some(Some(_)));
            exists && !self.lives.is_held(object)
        })
    }

    /// Adds whether a call ends the life of the object underneath, if the case has no reference to that any
    /// more and the call gives something back.
    pub(crate) fn with_end(&self, call: &Call, expected: Expected) -> Expected {
        let keeps = clause!("lifecycle.view-keeps-alive");
        match (expected, self.freed(call)) {
            (Expected::Reply(Expectation::Answer(answer)), Some(freed)) => {
                let clause = if freed { clause!("lifecycle.last-reference-frees") } else { keeps };
                answer
                    .on_success(clause, Field::Freed.is(freed))
                    .on_failure(keeps, Field::Freed.is(false))
                    .in_edition(self.edition)
                    .into()
            }
            (expected, _) => expected,
        }
    }

    fn freed(&self, call: &Call) -> Option<bool> {
        let (object, released) = match call {
            Call::Release { view } | Call::ReleaseCopy { view } => {
                (self.views.get(*view)?.as_ref()?.object?, Some(*view))
            }
            Call::MemoryviewRelease { object } | Call::Drop { object } => (*object, None),
            _ => return None,
        };
        let root = self.lives.root(object);
        let is_dropped = matches!(call, Call::Drop { object } if *object == root);
        if self.lives.is_held(root) && !is_dropped {
            return None;
        }
        let mut lives = self.lives.clone();
        match call {
            Call::MemoryviewRelease { .. } => lives.release(object),
            Call::Drop { .. } => lives.drop(object),
            _ => {}
        }
        let was_alive = self.lives.is_alive(root, &self.loans());
        Some(was_alive && !lives.is_alive(root, &self.loans_but(released)))
    }
}
