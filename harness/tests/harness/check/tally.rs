//! Checks counted as a run is, and compared with a baseline as a run's findings are.

use pybuf_harness::baseline::{Baseline, draft};
use pybuf_harness::check::{About, Checked, Question, finding, tally};
use pybuf_harness::finding::Finding;
use pybuf_harness::model::{Clause, Edition, Level};
use pybuf_harness::verdict::{Divergence, Kind};
use pybuf_harness::{Call, Tally};

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
