//! How bad it is.

use std::fmt;

use pybuf_model::{Clause, Level};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::verdict::Kind;

/// What can come of a finding, the worst first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The process dies, or hangs.
    Crash,
    /// A consumer that trusts the view reads or writes where it must not, or frees what is in use.
    MemorySafety,
    /// A consumer that trusts the view takes the data for something else.
    WrongData,
    /// A refusal is not told as it should be.
    WrongError,
    /// A grey area: the text can be read in two ways, or only practice speaks.
    Note,
}

impl Severity {
    /// What comes of breaking a clause in that way, as something that matters that much.
    pub(super) fn of(clause: Option<Clause>, kind: Kind, level: Level) -> Severity {
        match (kind, clause) {
            (Kind::Crashed | Kind::TimedOut, _) => Severity::Crash,
            _ if level != Level::Must => Severity::Note,
            (_, Some(clause)) => of_clause(clause.id()),
            (_, None) => Severity::WrongError,
        }
    }

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Crash => "crash",
            Severity::MemorySafety => "memory safety",
            Severity::WrongData => "wrong data",
            Severity::WrongError => "wrong error",
            Severity::Note => "note",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Clauses, by how their ids begin, that are about refusals; and those by which a view says what its data is. All
/// others are about where memory is, who may write to it, and how long it stays.
const WRONG_ERROR: [&str; 7] = [
    "request.refusal.",
    "request.raising.",
    "request.without-protocol.",
    "request.granted-if-representable",
    "request.flags.",
    "memoryview.",
    "old.",
];
const WRONG_DATA: [&str; 9] = [
    "request.format.",
    "request.itemsize.",
    "request.len.",
    "request.ndim.",
    "request.shape.null",
    "request.strides.null",
    "request.suboffsets.null",
    "request.scalar.",
    "consistency.itemsize",
];

fn of_clause(id: &str) -> Severity {
    let begins = |with: &&str| id.starts_with(with);
    if WRONG_ERROR.iter().any(begins) {
        Severity::WrongError
    } else if WRONG_DATA.iter().any(begins) {
        Severity::WrongData
    } else {
        Severity::MemorySafety
    }
}
