//! How bad it is.

use std::fmt;

use pybuf_model::{self as model, Clause, Level};
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
    pub fn of(clause: Option<Clause>, kind: Kind, level: Level) -> Severity {
        match (kind, clause) {
            (Kind::Crashed | Kind::TimedOut, _) => Severity::Crash,
            _ if level != Level::Must => Severity::Note,
            (_, Some(clause)) => match clause.note().severity {
                Some(model::Severity::MemorySafety) => Severity::MemorySafety,
                Some(model::Severity::WrongData) => Severity::WrongData,
                Some(model::Severity::WrongError) => Severity::WrongError,
                Some(model::Severity::Note) | None => Severity::Note,
            },
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
