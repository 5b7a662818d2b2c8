//! # Lifecycles
//!
//! Who keeps whom alive. A view keeps its exporter, and a memoryview what it is of; an object that has
//! lent its memory neither moves it nor goes away until all of it is given back. Clauses:
//! `lifecycle.*`.

use std::collections::BTreeMap;

use crate::clause::clause;
use crate::edition::Edition;
use crate::expectation::{
    Answer, Exception, Expectation, Fact, Obj, Outcome, Permits, Permits::Exactly,
};
use crate::memoryview::Uses;

/// The objects of a case, by their numbers.
#[derive(Clone, Debug, Default)]
pub struct Lives {
    objects: BTreeMap<usize, Life>,
}

/// What becomes of an object.
#[derive(Clone, Debug)]
struct Life {
    /// Whether the case still has its own reference.
    held: bool,
    kind: Kind,
    /// Which object of the case it was made of, if of one.
    base: Option<usize>,
    /// Whether it is a memoryview that was released.
    released: bool,
}

/// What can happen to an object depends on what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It can be resized.
    Bytearray,
    /// It can be released.
    Memoryview,
    /// Neither.
    Other,
}

/// A view that is out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loan {
    /// The object that was asked for it.
    pub object: usize,
    /// What its `obj` is to that object.
    pub owner: Option<Obj>,
}

impl Lives {
    /// An object was made that is not made of another one.
    pub fn make(&mut self, object: usize, kind: Kind) {
        self.objects.insert(object, Life { held: true, kind, base: None, released: false });
    }

    /// A memoryview of `base` was made.
    pub fn make_of(&mut self, object: usize, base: usize) {
        let (kind, base) = (Kind::Memoryview, Some(base));
        self.objects.insert(object, Life { held: true, kind, base, released: false });
    }

    /// A memoryview was released.
    pub fn release(&mut self, object: usize) {
        if let Some(life) = self.objects.get_mut(&object) {
            life.released = true;
        }
    }

    /// The case gave up its reference.
    pub fn drop(&mut self, object: usize) {
        if let Some(life) = self.objects.get_mut(&object) {
            life.held = false;
        }
    }

    /// Whether the case has a reference to an object, which it has unless it gave it up.
    pub fn is_held(&self, object: usize) -> bool {
        self.objects.get(&object).is_none_or(|life| life.held)
    }

    /// Whether it is of that kind.
    pub fn is(&self, object: usize, kind: Kind) -> bool {
        self.objects.get(&object).is_some_and(|life| life.kind == kind)
    }

    /// The object underneath: what a memoryview was made of in the end, and any other object itself.
    pub fn root(&self, object: usize) -> usize {
        self.chain(object).last().unwrap_or(object)
    }

    /// An object, what it was made of, and so on.
    fn chain(&self, object: usize) -> impl Iterator<Item = usize> {
        let base = |object: &usize| self.objects.get(object)?.base.filter(|base| base < object);
        std::iter::successors(Some(object), base)
    }

    /// Whether memory of an object that is not made of another is lent: to views of it, of its
    /// memoryviews, or to memoryviews that are not released.
    pub fn is_lent(&self, root: usize, loans: &[Loan]) -> bool {
        let holds = |(&number, life): (&usize, &Life)| {
            number != root && life.held && !life.released && self.root(number) == root
        };
        loans.iter().any(|loan| self.root(loan.object) == root) || self.objects.iter().any(holds)
    }

    /// Whether an object that is not made of another is there at all: somebody has a reference to it.
    pub fn is_alive(&self, root: usize, loans: &[Loan]) -> bool {
        self.is_held(root) || self.is_lent(root, loans)
    }

    /// What there is of a memoryview.
    pub fn uses(&self, memoryview: usize, loans: &[Loan]) -> Uses {
        let released = self.objects.get(&memoryview).is_some_and(|life| life.released);
        let of_it = |loan: &&Loan| loan.object == memoryview;
        let views = loans.iter().filter(of_it).any(|loan| loan.owner == Some(Obj::Exporter));
        let handed_on = loans.iter().filter(of_it).any(|loan| loan.owner != Some(Obj::Exporter));
        let is_used = |number: usize, life: &Life| {
            !life.released && life.held || loans.iter().any(|loan| loan.object == number)
        };
        let made_of_it = self.objects.iter().any(|(&number, life)| {
            self.chain(number).skip(1).any(|base| base == memoryview) && is_used(number, life)
        });
        let others = handed_on || made_of_it;
        let direct = self.chain(memoryview).count() == 2;
        Uses { released, views, others, sole: direct && !others }
    }
}

/// `PyByteArray_Resize`. `lent` tells whether memory of it is lent, `same` whether it has that length.
pub fn resize(lent: bool, same: bool, edition: Edition) -> Expectation {
    let since = clause!("lifecycle.resize.since-2.7-draft");
    if since.holds(edition) {
        return Expectation::not_in_edition(since);
    }
    let refused = clause!("lifecycle.resize.refused-while-lent");
    let succeeds = clause!("lifecycle.resize.otherwise-succeeds");
    let answer = match (lent, same) {
        (true, true) => Answer::of(Outcome::Either, clause!("lifecycle.resize.to-its-size-open")),
        (true, false) => Answer::of(Outcome::Failure, refused),
        (false, _) => Answer::of(Outcome::Success, succeeds),
    };
    answer
        .on_success(succeeds, Fact::Returns(Exactly(0)))
        .on_success(succeeds, Fact::Raises(Exactly(None)))
        .on_failure(refused, Fact::Returns(Exactly(-1)))
        .on_failure(refused, Fact::Raises(Exactly(Some(Exception::BufferError))))
        .on_failure(refused, Fact::References(Exactly(0)))
        .in_edition(edition)
        .into()
}

/// `Py_DecRef`, of the reference that the case has.
pub fn drop(edition: Edition) -> Expectation {
    let clause = clause!("lifecycle.drop.always-succeeds");
    Answer::of(Outcome::Success, clause)
        .on_success(clause, Fact::Raises(Exactly(None)))
        .in_edition(edition)
        .into()
}

/// Adds to what is expected of a call whether it ends the life of the object underneath, to which the
/// case has no reference any more.
pub fn with_end(expectation: Expectation, freed: bool, edition: Edition) -> Expectation {
    let Expectation::Answer(answer) = expectation else {
        return expectation;
    };
    let keeps = clause!("lifecycle.view-keeps-alive");
    let clause = if freed { clause!("lifecycle.last-reference-frees") } else { keeps };
    let answer = answer.on_success(clause, Fact::Freed(Exactly(freed)));
    answer.on_failure(keeps, Fact::Freed(Permits::Exactly(false))).in_edition(edition).into()
}
