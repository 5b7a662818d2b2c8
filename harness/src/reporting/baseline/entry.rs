//! What is in a baseline, and what may be wrong with it.

use pybuf_model::Clause;
use thiserror::Error;

use super::versions::{NoVersions, Version, Versions};
use crate::finding::Finding;
use crate::verdict::Kind;

/// What is known of a target.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// The entries, but for those that cannot be made sense of.
    pub entries: Vec<Entry>,
    /// What is wrong with the file, whatever the run.
    pub problems: Vec<Problem>,
}

/// Divergences that are known, and why they are there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it begins, from 1.
    pub line: usize,
    /// The clause that is broken, if it is one: not in a denial, perhaps not in a crash.
    pub clause: Option<Clause>,
    /// The function that was called, if there is no clause.
    pub function: Option<String>,
    /// The kinds of objects, or the functions where there is none.
    pub objects: Vec<String>,
    /// In what way.
    pub verdict: Kind,
    /// The versions of the target, if it is not about all.
    pub versions: Option<Versions>,
    /// Why.
    pub reason: String,
    /// Where it is discussed, if it is.
    pub issue: Option<String>,
}

/// Something that is wrong with a baseline, alone or compared with a run.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{what}")]
pub struct Problem {
    /// Where, from 1.
    pub line: usize,
    /// What.
    pub what: What,
}

/// What is wrong, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum What {
    /// A key that has no meaning.
    #[error("there is no key {key:?}; {place} has {keys}")]
    UnknownKey {
        /// The key.
        key: String,
        /// Where it stands.
        place: &'static str,
        /// The keys that there are.
        keys: String,
    },
    /// A key twice.
    #[error("this key is there already: keep one of the two")]
    DuplicateKey,
    /// A key that has to be there.
    #[error("the entry has no {0}: add it")]
    Missing(&'static str),
    /// A value that is none of the key.
    #[error("{key} is not {expected}")]
    Type {
        /// The key.
        key: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// An empty text or list.
    #[error("{0} is empty: fill it in")]
    Empty(&'static str),
    /// A clause that does not exist.
    #[error("there is no clause {0:?}: correct the id, or remove the entry if the clause is gone")]
    UnknownClause(String),
    /// A function where there is a clause.
    #[error("a function is for what breaks no clause: remove it")]
    FunctionAndClause,
    /// Text that is no verdict.
    #[error(transparent)]
    UnknownVerdict(#[from] pybuf_protocol::UnknownWord),
    /// Text that is no versions.
    #[error(transparent)]
    NoVersions(#[from] NoVersions),
    /// The same divergence twice.
    #[error("{about} is in the entry of line {line} already: keep one of the two")]
    Twice {
        /// What it is about.
        about: String,
        /// Where the other entry begins.
        line: usize,
    },
    /// The entry is about versions, and the target does not tell its own.
    #[error("this is about versions, and the name of the target, {0:?}, tells none: remove them")]
    NoVersionOfTarget(String),
    /// The clause was tested on the objects, and nothing diverged.
    #[error("{about} passes now: {remedy}")]
    Passes {
        /// What it is about.
        about: String,
        /// What to do.
        remedy: String,
    },
    /// It diverges in another way than it did.
    #[error("{about} is a {seen} now, not a {recorded}: correct the verdict")]
    Changed {
        /// What it is about.
        about: String,
        /// What the entry says.
        recorded: Kind,
        /// What was seen.
        seen: Kind,
    },
    /// No case is about it.
    #[error("no case of the run tests {about}: {remedy}")]
    Stale {
        /// What it is about.
        about: String,
        /// What to do.
        remedy: String,
    },
}

impl Baseline {
    /// The entry of these divergences of a target of that version.
    pub fn entry_of(&self, finding: &Finding, version: Option<Version>) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.holds_for(version) && entry.is_of(finding))
    }
}

impl Entry {
    /// The reason and where it is discussed, in a line.
    pub fn why(&self) -> String {
        match &self.issue {
            Some(issue) => format!("{} ({issue})", self.reason),
            None => self.reason.clone(),
        }
    }

    /// Whether it is about a target of that version.
    pub(super) fn holds_for(&self, version: Option<Version>) -> bool {
        match (&self.versions, version) {
            (None, _) => true,
            (Some(versions), Some(version)) => versions.contains(version),
            (Some(_), None) => false,
        }
    }

    fn is_of(&self, finding: &Finding) -> bool {
        self.clause == finding.clause
            && self.function == finding.function
            && self.verdict == finding.kind
            && self.objects.contains(&finding.objects)
    }
}
