//! # Verdicts
//!
//! What judging a case comes to.

use pybuf_model::{Clause, Level};
use pybuf_protocol::words;

words! { "outcome", "outcomes":
    /// What became of a case. What comes later outweighs what comes before.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
    pub enum Verdict {
        /// All replies are permitted.
        Agrees "agrees",
        /// The edition does not have something that the case needs, and the implementation said so.
        NotInEdition "not in edition",
        /// The implementation does not support something that the case needs, as it said beforehand.
        Unsupported "unsupported",
        /// A reply is not permitted.
        Diverges "diverges",
    }
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

words! { "verdict", "verdicts":
    /// In what way a reply is not permitted. The worst comes first.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
    pub enum Kind {
        /// The process died. Never permitted, whatever the level of the clause.
        Crashed "crash",
        /// The call did not come back. Never permitted either.
        TimedOut "time-out",
        /// The edition has the function or object, and the implementation says that it does not.
        Denied "denial",
        /// The reply breaks the clause.
        Diverges "divergence",
        /// The reply is none that could be judged: an undeclared gap, a call made out of turn, or a case
        /// that cannot be right.
        OutOfProtocol "out of protocol",
    }
}

/// The judgement of a case.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// What became of it.
    pub verdict: Verdict,
    /// Why, if it diverges.
    pub divergences: Vec<Divergence>,
    /// The clauses that decided about its replies, each after the number of the call.
    pub exercised: Vec<(usize, Clause)>,
}
