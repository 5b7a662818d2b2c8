//! Judging what an object answered.

use std::collections::BTreeSet;

use pybuf_model::Edition;

use super::{Checked, Transcript};

/// What is wrong with an object, by what it answered: to all questions in the last of `runs`, and up to the one that
/// ended the process in those before.
pub fn check(runs: &[Transcript], edition: Edition) -> Checked {
    let about = runs.last().map(|run| run.about.clone()).unwrap_or_default();
    Checked { about, edition, findings: vec![], exercised: BTreeSet::new() }
}
