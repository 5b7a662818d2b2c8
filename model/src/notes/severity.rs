//! # Severities
//!
//! What breaking a clause can do to a consumer.

use pybuf_protocol::words;

words! { "severity", "severities":
    /// How bad it is for a consumer that a clause is broken. The worst comes first. `SPEC_NOTES.md` has the
    /// names in one word each.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Severity {
        /// A consumer that trusts the reply reads or writes where it must not, or memory or a reference is
        /// kept or freed at the wrong time.
        MemorySafety "memory safety" ("memory-safety"),
        /// A consumer takes the data for something else.
        WrongData "wrong data" ("wrong-data"),
        /// A refusal or an error is not reported as it should be, or something is refused that must be
        /// granted.
        WrongError "wrong error" ("wrong-error"),
        /// No consumer is hurt.
        Note "note",
    }
}
