//! # pybuf-faults
//!
//! Wrong implementations: small wrappers around the fast one, each of which breaks one clause, and
//! each named after what it does. A suite that does not catch them is worth nothing.
//!
//! The faults are listed by the family of the clause that they break, a module a family, or a few where
//! there are many. Those that were seen in the wild say where; the others say in a few words who would
//! make such a mistake, and why.

mod change;
mod elements;
mod faulty;

mod buffer_object;
mod buffer_string;
mod check;
mod check_read;
mod contiguity;
mod copy;
mod copy_data;
mod fill;
mod format;
mod lifecycle;
mod memoryview;
mod old;
mod pointer;
mod release;
mod request;
mod strides;
mod structure;

use pybuf_harness::model::{Clause, Edition, Level};
use pybuf_harness::reply::Reply;
use pybuf_harness::{Call, Implementation};

pub use faulty::Past;

/// A way to be wrong.
#[derive(Clone, Copy)]
pub struct Fault {
    /// What it does.
    pub name: &'static str,
    /// The id of the clause that it breaks.
    pub clause: &'static str,
    /// Where it was seen in the wild, or else who would make the mistake.
    pub seen_in: &'static str,
    before: fn(&Past, Call) -> Call,
    after: fn(&Past, &Call, Reply) -> Reply,
}

/// All faults, by the section of the documentation that they are about.
pub fn all() -> impl Iterator<Item = &'static Fault> {
    let families = [
        old::FAULTS,
        check_read::FAULTS,
        check::FAULTS,
        request::grant::FAULTS,
        request::refusal::FAULTS,
        request::view::FAULTS,
        request::arrays::FAULTS,
        release::FAULTS,
        fill::FAULTS,
        contiguity::FAULTS,
        strides::FAULTS,
        pointer::FAULTS,
        structure::FAULTS,
        copy::FAULTS,
        copy_data::FAULTS,
        format::FAULTS,
        memoryview::FAULTS,
        lifecycle::FAULTS,
        buffer_object::FAULTS,
        buffer_string::FAULTS,
    ];
    families.into_iter().flatten()
}

impl Fault {
    /// One that does nothing yet: see [`Fault::asks`] and [`Fault::tells`].
    pub const fn new(name: &'static str, clause: &'static str, seen_in: &'static str) -> Fault {
        Fault { name, clause, seen_in, before: |_, call| call, after: |_, _, reply| reply }
    }

    /// Makes another call than it is told to.
    pub const fn asks(self, before: fn(&Past, Call) -> Call) -> Fault {
        Fault { before, ..self }
    }

    /// Tells something else than what came of a call.
    pub const fn tells(self, after: fn(&Past, &Call, Reply) -> Reply) -> Fault {
        Fault { after, ..self }
    }

    /// The newest edition in which the clause is a must; `None` if there is none, and then the fault is no
    /// fault.
    pub fn edition(&self) -> Option<Edition> {
        let clause = Clause::find(self.clause)?;
        let is_must = |edition: &Edition| clause.level(*edition) == Some(Level::Must);
        Edition::ALL.into_iter().rev().find(is_must)
    }

    /// An implementation of `edition` that is wrong in this way.
    pub fn implementation(&self, edition: Edition) -> impl Implementation + use<> {
        faulty::Faulty::new(*self, edition)
    }
}
