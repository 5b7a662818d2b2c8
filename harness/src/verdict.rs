//! # Verdicts
//!
//! What judging a case comes to.

use std::fmt;

use pybuf_model::{Clause, Level};

/// What became of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// All replies are permitted.
    Agrees,
    /// The edition does not have something that the case needs, and so it was told.
    NotInEdition,
    /// The implementation does not support something that the case needs, as it said beforehand.
    Unsupported,
    /// A reply is not permitted.
    Diverges,
}

/// A reply, or the lack of one, that is not permitted.
#[derive(Clone, Debug, PartialEq)]
pub struct Divergence {
    /// Which call of the case.
    pub call: usize,
    /// In what way.
    pub kind: Kind,
    /// The clause that is broken; `None` where it is not a clause that is: see [`Kind`].
    pub clause: Option<Clause>,
    /// How much that matters.
    pub level: Level,
    /// What is permitted.
    pub expected: String,
    /// What was replied.
    pub observed: String,
}

impl Divergence {
    /// Whether it makes a run fail that is not strict.
    pub fn is_failure(&self) -> bool {
        self.level == Level::Must
    }
}

/// In what way a reply is not permitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The process died. Never permitted, whatever the level of the clause.
    Crashed,
    /// The call did not come back. Never permitted either.
    TimedOut,
    /// The edition has the function or object, and the implementation says that it does not.
    Denied,
    /// The reply breaks the clause.
    Diverges,
    /// The reply is none that could be judged: an undeclared gap, a call made out of turn, or a case
    /// that cannot be right.
    OutOfProtocol,
}

/// The judgement of a case.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// What became of it.
    pub verdict: Verdict,
    /// Why, if it diverges.
    pub divergences: Vec<Divergence>,
    /// The clauses that its replies were held against.
    pub exercised: Vec<Clause>,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Kind::Crashed => "crash",
            Kind::TimedOut => "time-out",
            Kind::Denied => "denial",
            Kind::Diverges => "divergence",
            Kind::OutOfProtocol => "out of protocol",
        })
    }
}
