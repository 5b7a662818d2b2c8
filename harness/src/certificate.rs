//! # Certificates
//!
//! What an exhaustive walk has covered, in a form that anyone can check: how many cases there are,
//! and a digest of them all.

use std::fmt::Display;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::case::{Case, Domain};

/// Which cases a domain consists of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Certificate {
    /// The name of the domain.
    pub domain: String,
    /// What was walked through, in words.
    pub bound: String,
    /// The number of cases.
    pub cases: usize,
    /// The SHA-256 of the [`line()`] of every case, in hexadecimal.
    pub digest: String,
}

/// A case as a line of text: its id, a blank, its calls in JSON.
pub fn line(id: &impl Display, case: &Case) -> String {
    let calls = serde_json::to_string(&case.calls).unwrap_or_default();
    format!("{id} {calls}\n")
}

/// The SHA-256 of lines of text, in hexadecimal.
pub(crate) fn digest(lines: impl Iterator<Item = String>) -> String {
    let mut sha = Sha256::new();
    lines.for_each(|line| sha.update(line));
    sha.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Certificate {
    /// Walks through a domain.
    pub fn of(domain: &Domain) -> Certificate {
        let mut cases = 0;
        let lines = domain.cases().map(|(id, case)| line(&id, &case)).inspect(|_| cases += 1);
        let digest = digest(lines);
        Certificate { domain: domain.name.into(), bound: domain.bound.into(), cases, digest }
    }
}
