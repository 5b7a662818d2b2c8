//! Checks counted as a run is, so that what is known of a run's divergences can be said of findings, too.

use std::collections::{BTreeMap, BTreeSet};

use super::Checked;
use crate::finding::Findings;
use crate::shard::Shard;
use crate::tally::{Ran, Tally};

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
        lacks: BTreeMap::new(),
        ran: Ran::Walk(Shard::WHOLE),
        part: !complete,
        sections: Vec::new(),
        findings: findings.sorted(),
        exercised_on,
        unsupported: BTreeMap::new(),
        features_used: ALWAYS_CALLED.map(str::to_owned).into(),
        features_there: BTreeSet::new(),
        certificates: Vec::new(),
        skipped: Vec::new(),
        stopped: None,
    }
}

#[cfg(test)]
mod tests {
    use pybuf_model::{Clause, Edition, Level};

    use super::super::finding::finding;
    use super::super::{About, Question};
    use super::*;
    use crate::baseline::{Baseline, draft};
    use crate::call::Call;
    use crate::finding::Finding;
    use crate::verdict::{Divergence, Kind};

    fn checked(clause: &str, flags: &[i32]) -> Checked {
        let (kind, level) = (Kind::Diverges, Level::Must);
        let (expected, observed) = ("obj NULL".into(), "obj not written".into());
        let clause = Clause::find(clause);
        let divergence = Divergence { call: 0, kind, clause, level, expected, observed };
        let found = |flags: &i32| {
            let steps = vec![Question::Call(Call::GetBuffer { object: 0, flags: *flags })];
            let found = finding(&divergence, ("b'ab'", Edition::V3_12), steps, None);
            Finding { failures: 3, notes: 1, ..found }
        };
        Checked {
            about: About::default(),
            edition: Edition::V3_12,
            findings: flags.iter().map(found).collect(),
            exercised: clause.into_iter().collect(),
            to_the_end: true,
        }
    }

    const CLAUSE: &str = "request.refusal.obj-null";

    fn problems(text: &str, tally: &Tally) -> Vec<String> {
        let baseline = Baseline::read(text).expect("it is TOML");
        let problems = baseline.compare(tally, false).problems;
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn two_ways_to_break_a_clause_are_one_entry() {
        let checked = checked(CLAUSE, &[1, 0x18]);
        let tally = tally("CPython 3.12.1", &[("b'ab'", &checked)], true);
        let findings: Vec<_> = tally.findings.iter().collect();
        assert_eq!((findings.len(), findings[0].failures, findings[0].notes), (1, 6, 2));
        assert_eq!(findings[0].call, "PyObject_GetBuffer(obj, &view, PyBUF_WRITABLE)");
        let text = draft(&tally, &findings).replace("reason = \"\"", "reason = \"so\"");
        assert!(text.contains("objects = [\"b'ab'\"]"), "{text}");
        assert_eq!(problems(&text, &tally), [""; 0]);
    }

    #[test]
    fn an_entry_that_is_not_needed_is_told_by_a_complete_check_only() {
        let entry = |objects: &str| {
            format!("[[known]]\nclause = \"{CLAUSE}\"\nobjects = [\"{objects}\"]\nreason = \"so\"")
        };
        let mut checked = checked(CLAUSE, &[]);
        let complete = tally("CPython 3.12.1", &[("b''", &checked)], true);
        assert!(problems(&entry("b''"), &complete)[0].contains("passes now"));
        assert!(problems(&entry("other"), &complete)[0].starts_with("no case of the run tests"));
        let part = tally("CPython 3.12.1", &[("b''", &checked)], false);
        assert_eq!(problems(&entry("other"), &part), [""; 0]);
        checked.exercised.clear();
        let complete = tally("CPython 3.12.1", &[("b''", &checked)], true);
        assert!(problems(&entry("b''"), &complete)[0].starts_with("no case of the run tests"));
    }
}
