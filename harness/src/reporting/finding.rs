//! # Findings
//!
//! What is wrong with a target or with an object: divergences of one cause, counted and shown by one example.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;

use pybuf_model::{Clause, Edition, Level};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::{DisplayFromStr, serde_as};

use crate::case::CaseId;
use crate::check::Question;
use crate::regression::Regression;
use crate::severity::Severity;
use crate::verdict::{Divergence, Kind};

/// Divergences of one cause: the same clause, in the same way, on the same objects; where no clause is broken, in the
/// same function. The smallest example shows it.
#[serde_as]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// The clause, if it is one that is broken.
    #[serde_as(as = "Option<DisplayFromStr>")]
    pub clause: Option<Clause>,
    /// The function that was called, by the names of [`Call::feature`](crate::Call::feature), if no clause
    /// is broken.
    pub function: Option<String>,
    /// The level of the worst.
    #[serde_as(as = "DisplayFromStr")]
    pub level: Level,
    /// In what way.
    #[serde_as(as = "DisplayFromStr")]
    pub kind: Kind,
    /// The kind of object, or the function where there is none; in a check the expression.
    pub objects: String,
    /// In how many calls it was seen as a failure.
    pub failures: usize,
    /// In how many calls it was seen as a note, for the call is beyond the text, or the level is weak.
    pub notes: usize,
    /// The id of the case; in a check, which has none, `check/` and the flags of the request.
    #[serde_as(as = "DisplayFromStr")]
    pub case: CaseId,
    /// The edition that it was judged by.
    #[serde_as(as = "DisplayFromStr")]
    pub edition: Edition,
    /// The call, as text; in a check all steps.
    pub call: String,
    /// What is permitted.
    pub expected: String,
    /// What was replied.
    pub observed: String,
    /// The smallest list of questions that shows it in a check, in that order: the answer to the last one breaks
    /// the clause. The object is number 0, and views and objects are numbered within the list. Of an object that does
    /// not give the same answer twice, all questions up to the first that shows it. Empty if there was no object to
    /// ask: evaluating the expression did it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Question>,
    /// Why it is a note, if that is not for its clause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excuse: Option<String>,
    /// What came of running the case again, if it is not what was hoped for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<Again>,
    /// How to come by it again, if it was drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drawn: Option<Drawn>,
}

/// What came of running the case of a finding again, alone, and of making it simpler.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Again {
    /// It does not show the same alone: what was seen comes of cases before it.
    NotSeen,
    /// It could not be run again, for this reason.
    NotRun(String),
    /// It shows the same, but could not be made as simple as can be, for this reason.
    NotSimpler(String),
}

impl fmt::Display for Again {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Again::NotSeen => f.write_str("alone, this case does not show it"),
            Again::NotRun(why) => write!(f, "not run: {why}"),
            Again::NotSimpler(why) => write!(f, "not made simpler: {why}"),
        }
    }
}

/// How to come by a divergence again that was drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Drawn {
    /// The seed of the run.
    pub seed: u64,
    /// How it is kept; `None` if its case alone does not show it.
    pub keep: Option<Keep>,
}

/// How the case of a finding is run again by every run.
#[serde_as]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// By a line that is yet to be added to the regressions of its domain.
    Line(Regression),
    /// By the line for the case of a finding before it.
    With(#[serde_as(as = "DisplayFromStr")] CaseId),
    /// It need not be added: it is an exhaustive case already, or a regression.
    As(#[serde_as(as = "DisplayFromStr")] CaseId),
}

impl Finding {
    /// A divergence, seen once: in a call of `function`, which is `call` as text.
    pub fn of(
        divergence: &Divergence,
        (function, objects): (&str, &str),
        (case, edition): (CaseId, Edition),
        call: String,
    ) -> Finding {
        let &Divergence { kind, clause, level, .. } = divergence;
        let failure = divergence.is_failure();
        Finding {
            clause,
            function: clause.is_none().then(|| function.into()),
            level,
            kind,
            objects: objects.into(),
            failures: failure.into(),
            notes: (!failure).into(),
            case,
            edition,
            call,
            expected: divergence.expected.clone(),
            observed: divergence.observed.clone(),
            steps: Vec::new(),
            excuse: None,
            again: None,
            drawn: None,
        }
    }

    /// Whether it makes a run or a check fail that is not strict.
    pub fn is_failure(&self) -> bool {
        self.level == Level::Must
    }

    /// How bad it is.
    pub fn severity(&self) -> Severity {
        Severity::of(self.clause, self.kind, self.level)
    }

    /// What is wrong, in a sentence.
    pub fn headline(&self) -> &'static str {
        match (self.kind, self.clause) {
            (Kind::Crashed, _) if self.again == Some(Again::NotSeen) => {
                "the process died after other cases, not in this case alone"
            }
            (Kind::Crashed, _) => "the process died",
            (Kind::TimedOut, _) => "the call did not come back",
            (Kind::Denied, _) => "the edition has this, and it is denied",
            (Kind::Diverges, Some(clause)) => &clause.note().broken,
            (Kind::Diverges | Kind::OutOfProtocol, _) => "the reply cannot be judged",
        }
    }
}

/// Gathers findings, one of each cause.
#[derive(Default)]
pub(crate) struct Findings(BTreeMap<(Option<Clause>, Option<String>, Kind, String), Finding>);

impl Findings {
    /// Takes a finding as it is, or adds it to the one of the same cause. What the text speaks of says more than what
    /// it does not, even if that is smaller; of what says as much the smaller one is shown.
    pub(crate) fn join(&mut self, new: Finding, smaller: impl FnOnce(&Finding, &Finding) -> bool) {
        let key = (new.clause, new.function.clone(), new.kind, new.objects.clone());
        let Some(known) = self.0.get_mut(&key) else {
            self.0.insert(key, new);
            return;
        };
        let failures = known.failures.saturating_add(new.failures);
        let notes = known.notes.saturating_add(new.notes);
        if new.level > known.level || new.level == known.level && smaller(&new, known) {
            *known = new;
        }
        (known.failures, known.notes) = (failures, notes);
    }

    /// Those of a run, the worst first: crashes, then by level, then by clause.
    pub(crate) fn sorted(self) -> Vec<Finding> {
        self.sorted_by_key(|finding| (Reverse(finding.level), finding.kind))
    }

    pub(crate) fn sorted_by_key<K: Ord>(self, key: impl FnMut(&Finding) -> K) -> Vec<Finding> {
        let mut findings: Vec<Finding> = self.0.into_values().collect();
        findings.sort_by_key(key);
        findings
    }
}
