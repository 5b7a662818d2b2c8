//! Checks counted as a run is, so that what is known of a run's divergences can be said of findings, too.

use std::collections::{BTreeMap, BTreeSet};

use pybuf_model::Edition;

use super::grants::mask;
use super::{Checked, Finding};
use crate::case::CaseId;
use crate::shard::Shard;
use crate::tally::{Example, Group, Groups, Ran, Tally};

/// What is called of any object that can be checked.
const ALWAYS_CALLED: [&str; 4] =
    ["PyObject_GetBuffer", "PyBuffer_Release", "PyObject_CheckBuffer", "PyMemoryView_FromObject"];

/// The checks of some expressions in the interpreter `target`: what groups are about are expressions. `complete` is
/// whether all expressions that there are could be checked, to the end.
pub fn tally(target: &str, checks: &[(&str, &Checked)], complete: bool) -> Tally {
    let mut groups = Groups::default();
    let mut exercised_on: BTreeMap<String, BTreeSet<_>> = BTreeMap::new();
    for (expression, checked) in checks {
        for finding in &checked.findings {
            // The first comes first for a reason.
            groups.join(finding.group(expression, checked.edition), |_, _| false);
        }
        exercised_on.entry((*expression).to_owned()).or_default().extend(&checked.exercised);
    }
    Tally {
        target: target.to_owned(),
        lacks: BTreeMap::new(),
        ran: Ran::Walk(Shard::WHOLE),
        part: !complete,
        sections: Vec::new(),
        groups: groups.sorted(),
        exercised_on,
        unsupported: BTreeMap::new(),
        features_used: ALWAYS_CALLED.map(str::to_owned).into(),
        features_there: BTreeSet::new(),
        certificates: Vec::new(),
        stopped: None,
    }
}

impl Finding {
    /// The finding as a divergence of a run. It has no case: the id is made of the request's mask.
    pub fn group(&self, expression: &str, edition: Edition) -> Group {
        Group {
            clause: self.clause,
            function: self.clause.is_none().then(|| self.function().to_owned()),
            level: self.level,
            kind: self.kind,
            objects: expression.to_owned(),
            failures: self.failures,
            notes: self.notes,
            smallest: Example {
                case: CaseId::of("check", self.mask().into_iter().collect()),
                edition,
                call: self.request(),
                expected: self.expected.clone(),
                observed: self.observed.clone(),
            },
            again: None,
            drawn: None,
        }
    }

    /// The flags of the last request.
    fn mask(&self) -> Option<usize> {
        let flags = self.steps.iter().rev().find_map(mask);
        flags.and_then(|flags| usize::try_from(flags).ok())
    }
}

#[cfg(test)]
mod tests {
    use pybuf_model::{Clause, Level};

    use super::super::{About, Question, Severity};
    use super::*;
    use crate::baseline::{Baseline, draft};
    use crate::call::Call;
    use crate::verdict::Kind;

    fn checked(clause: &str, flags: &[i32]) -> Checked {
        let finding = |flags: &i32| Finding {
            clause: Clause::find(clause),
            kind: Kind::Diverges,
            level: Level::Must,
            severity: Severity::WrongError,
            steps: vec![Question::Call(Call::GetBuffer { object: 0, flags: *flags })],
            expected: "obj NULL".into(),
            observed: "obj not written".into(),
            excuse: None,
            failures: 3,
            notes: 1,
        };
        Checked {
            about: About::default(),
            edition: Edition::V3_12,
            findings: flags.iter().map(finding).collect(),
            exercised: Clause::find(clause).into_iter().collect(),
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
        let groups: Vec<_> = tally.groups.iter().collect();
        assert_eq!((groups.len(), groups[0].failures, groups[0].notes), (1, 6, 2));
        assert_eq!(groups[0].smallest.call, "PyObject_GetBuffer(obj, &view, PyBUF_WRITABLE)");
        let text = draft(&tally, &groups).replace("reason = \"\"", "reason = \"so\"");
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
        assert!(problems(&entry("other"), &complete)[0].starts_with("no case of the run puts"));
        let part = tally("CPython 3.12.1", &[("b''", &checked)], false);
        assert_eq!(problems(&entry("other"), &part), [""; 0]);
        checked.exercised.clear();
        let complete = tally("CPython 3.12.1", &[("b''", &checked)], true);
        assert!(problems(&entry("b''"), &complete)[0].starts_with("no case of the run puts"));
    }
}
