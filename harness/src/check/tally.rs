//! Checks counted as a run is, so that what is known of a run's divergences can be said of findings, too.

use std::collections::{BTreeMap, BTreeSet};

use super::Checked;
use crate::finding::Findings;
use crate::tally::Tally;

/// What is called of any object that can be checked.
const ALWAYS_CALLED: [&str; 4] =
    ["PyObject_GetBuffer", "PyBuffer_Release", "PyObject_CheckBuffer", "PyMemoryView_FromObject"];

/// The checks of some expressions in the interpreter `target`: what findings are about are expressions. `complete` is
/// whether all expressions that there are could be checked, to the end.
pub fn tally(target: &str, checks: &[(&str, &Checked)], complete: bool) -> Tally {
    let mut findings = Findings::default();
    let mut exercised_on: BTreeMap<String, BTreeSet<_>> = BTreeMap::new();
    for (expression, checked) in checks {
        for finding in &checked.findings {
            // The first comes first for a reason.
            findings.join(finding.clone(), |_, _| false);
        }
        exercised_on.entry((*expression).to_owned()).or_default().extend(&checked.exercised);
    }
    Tally {
        target: target.to_owned(),
        part: !complete,
        findings: findings.sorted(),
        exercised_on,
        features_used: ALWAYS_CALLED.map(str::to_owned).into(),
        ..Tally::default()
    }
}
