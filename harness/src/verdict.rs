//! # Verdicts
//!
//! What judging a case comes to.

use std::fmt;
use std::str::FromStr;

use pybuf_model::{Clause, Level};
use thiserror::Error;

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
    /// How many of them it were after each call, as far as the case was judged.
    pub exercised_after: Vec<usize>,
}

impl Judgement {
    /// The clauses that the reply to each call was held against, as far as the case was judged.
    pub fn exercised_by_call(&self) -> impl Iterator<Item = &[Clause]> {
        let mut begin = 0;
        self.exercised_after.iter().map(move |&end| {
            let clauses = self.exercised.get(begin..end).unwrap_or_default();
            begin = end;
            clauses
        })
    }
}

impl Kind {
    /// All of them, the worst first.
    pub const ALL: [Kind; 5] =
        [Kind::Crashed, Kind::TimedOut, Kind::Denied, Kind::Diverges, Kind::OutOfProtocol];

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Crashed => "crash",
            Kind::TimedOut => "time-out",
            Kind::Denied => "denial",
            Kind::Diverges => "divergence",
            Kind::OutOfProtocol => "out of protocol",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Text that names no kind of divergence.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("there is no verdict {0:?}; the verdicts are {names}", names = Kind::ALL.map(Kind::name).join(", "))]
pub struct UnknownKind(String);

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Kind::ALL.into_iter().find(|kind| kind.name() == name);
        found.ok_or_else(|| UnknownKind(name.to_owned()))
    }
}
