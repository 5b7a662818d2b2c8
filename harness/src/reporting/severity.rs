//! How bad it is.

use pybuf_model::{self as model, Clause, Level};
use pybuf_protocol::words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::verdict::Kind;

words! { "severity", "severities":
    /// What can come of a finding, the worst first.
    #[derive(
        Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
    )]
    #[serde(rename_all = "kebab-case")]
    pub enum Severity {
        /// The process dies, or hangs.
        Crash "crash",
        /// A consumer that trusts the view reads or writes where it must not, or frees what is in use.
        MemorySafety "memory safety",
        /// A consumer that trusts the view takes the data for something else.
        WrongData "wrong data",
        /// A refusal is not told as it should be.
        WrongError "wrong error",
        /// A grey area: the text can be read in two ways, or only practice speaks.
        Note "note",
    }
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
}
