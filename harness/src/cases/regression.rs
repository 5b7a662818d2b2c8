//! # Regressions
//!
//! Cases that once showed something and that no walk comes by are kept as values, so that they are the
//! same for ever, whatever becomes of the function that makes cases. They are run before all others.

use pybuf_model::Clause;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::call::{Call, LARGEST};
use crate::case::{Case, CaseId, Domain, Which};

/// The reason of a regression of which nobody has said why it is kept.
pub const TO_BE_SAID: &str = "...";

/// A case that is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Regression {
    /// The id of the clause that it was found to break, if it is one that was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<String>,
    /// Who was found to break it, and why that is worth keeping; [`TO_BE_SAID`] until somebody says it.
    pub reason: String,
    /// The calls of the case.
    pub calls: Vec<Call>,
}

/// A line that is no regression.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("suites/regressions/{domain}.jsonl, line {line}: {problem}")]
pub struct BadRegressions {
    domain: &'static str,
    line: usize,
    problem: String,
}

impl Domain {
    /// The cases of this domain that are kept.
    ///
    /// # Errors
    ///
    /// If a line is no regression in JSON, or one that has no calls, has a call that
    /// [needs too much memory](Call::is_too_large), or names a clause that does not exist.
    pub fn regressions(&self) -> Result<Vec<Regression>, BadRegressions> {
        let each = (1..).zip(self.regressions.lines()).map(|(line, text)| {
            let bad = |problem| BadRegressions { domain: self.name, line, problem };
            let regression: Regression =
                serde_json::from_str(text).map_err(|error| bad(error.to_string()))?;
            match problem_of(&regression) {
                Some(problem) => Err(bad(problem)),
                None => Ok(regression),
            }
        });
        each.collect()
    }

    /// The cases that are kept, with their ids.
    ///
    /// # Errors
    ///
    /// As [`Domain::regressions`].
    pub fn kept(&self) -> Result<Vec<(CaseId, Case)>, BadRegressions> {
        let each = (1..).zip(self.regressions()?).map(|(number, regression)| {
            let which = Which::Regression(number);
            let id = CaseId { domain: self.name.to_owned(), which };
            (id, Case { calls: regression.calls })
        });
        Ok(each.collect())
    }
}

fn problem_of(regression: &Regression) -> Option<String> {
    let Regression { clause, calls, .. } = regression;
    if let Some(clause) = clause.as_ref().filter(|clause| Clause::find(clause).is_none()) {
        return Some(format!("{clause:?} is no clause"));
    }
    if calls.is_empty() {
        return Some("it has no calls".into());
    }
    calls.iter().any(Call::is_too_large).then(|| format!("a call needs more than {LARGEST} bytes"))
}
