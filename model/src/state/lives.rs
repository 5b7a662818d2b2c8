//! # Lives
//!
//! Which objects of a case there are, who made them of which, and who still holds them.

use std::collections::BTreeMap;

use pybuf_protocol::Object;
use pybuf_protocol::reply::Obj;

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
        self.objects.entry(object).and_modify(|life| life.released = true);
    }

    /// The case gave up its reference.
    pub fn drop(&mut self, object: usize) {
        self.objects.entry(object).and_modify(|life| life.held = false);
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

/// What there is of a memoryview that is to be released.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Uses {
    /// It was released before.
    pub released: bool,
    /// Views of it are out, for which it answers itself.
    pub views: bool,
    /// There are memoryviews of it, or views that were handed on to the object underneath.
    pub others: bool,
    /// It holds a view of the object underneath that it shares with no other.
    pub sole: bool,
}

impl Kind {
    /// What can happen to the object of a recipe.
    pub fn of(recipe: &Object) -> Kind {
        match recipe {
            Object::Bytearray { .. } => Kind::Bytearray,
            Object::Memoryview { .. } => Kind::Memoryview,
            _ => Kind::Other,
        }
    }
}
