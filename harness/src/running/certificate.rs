//! # Certificates
//!
//! What an exhaustive run has covered, in a form that anyone can check: how many cases there are,
//! and a digest of them all.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::sync::{Mutex, PoisonError};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::call::Call;
use crate::case::{Case, Domain};

/// Which cases a domain consists of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Certificate {
    /// The name of the domain.
    pub domain: String,
    /// Which cases these are, in words.
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
    /// Goes through all cases of a domain, once in the life of the process.
    pub fn of(domain: &Domain) -> Certificate {
        walked(domain).certificate
    }
}

/// Everything that some case of these domains needs, by the names that capabilities speak in.
pub fn features(domains: &[Domain]) -> BTreeSet<&'static str> {
    domains.iter().flat_map(|domain| walked(domain).features).collect()
}

/// What a walk through all cases of a domain has found.
#[derive(Clone)]
struct Walked {
    certificate: Certificate,
    features: BTreeSet<&'static str>,
}

/// The walk through a domain. It is the same for each of a thousand runs, so it is kept; by the
/// function that makes the cases too, for names are free to be given twice.
fn walked(domain: &Domain) -> Walked {
    type Key = (&'static str, &'static str, usize);
    static WALKS: Mutex<BTreeMap<Key, Walked>> = Mutex::new(BTreeMap::new());
    let key = (domain.name, domain.bound, domain.build as usize);
    let mut walks = WALKS.lock().unwrap_or_else(PoisonError::into_inner);
    walks.entry(key).or_insert_with(|| walk(domain)).clone()
}

fn walk(domain: &Domain) -> Walked {
    let (mut cases, mut features) = (0, BTreeSet::new());
    let lines = domain.cases().map(|(id, case)| {
        cases += 1;
        features.extend(case.calls.iter().map(Call::feature));
        line(&id, &case)
    });
    let digest = digest(lines);
    let (domain, bound) = (domain.name.into(), domain.bound.into());
    Walked { certificate: Certificate { domain, bound, cases, digest }, features }
}
