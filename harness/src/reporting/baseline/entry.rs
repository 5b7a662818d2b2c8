//! What is in a baseline, and what may be wrong with it.

use pybuf_model::Clause;
use thiserror::Error;

use super::versions::{Version, Versions};
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
    /// What, and what to do about it.
    pub what: String,
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

    /// Whether both are about the same divergence in the same version, whatever the objects.
    pub(super) fn overlaps(&self, other: &Entry) -> bool {
        let what = |it: &Entry| (it.clause, it.function.clone(), it.verdict);
        let of_both = self.versions.as_ref().zip(other.versions.as_ref());
        what(self) == what(other) && of_both.is_none_or(|(one, other)| one.overlaps(other))
    }

    fn is_of(&self, finding: &Finding) -> bool {
        self.clause == finding.clause
            && self.function == finding.function
            && self.verdict == finding.kind
            && self.objects.contains(&finding.objects)
    }
}
