//! # Regressions
//!
//! Cases that once showed something and that no walk comes by are kept as values, so that they are the
//! same for ever, whatever becomes of the function that makes cases. They are run before all others.

use pybuf_model::Clause;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::call::{Call, LARGEST};
use crate::case::{Case, CaseId, Domain, Which};

/// A case that is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regression {
    /// The id of the clause that it was found to break.
    pub clause: String,
    /// By whom, and why that is worth keeping.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The calls of the case.
    pub calls: Vec<Call>,
}

/// A list of regressions that is none.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("suites/regressions/{domain}.json{entry}: {problem}")]
pub struct BadRegressions {
    domain: &'static str,
    /// Which one, as text, if it is one of them.
    entry: String,
    problem: String,
}

impl Domain {
    /// The cases of this domain that are kept.
    ///
    /// # Errors
    ///
    /// If they are no list of regressions in JSON, or if one of them has no calls, has a call that
    /// [needs too much memory](Call::is_too_large), or names a clause that does not exist.
    pub fn regressions(&self) -> Result<Vec<Regression>, BadRegressions> {
        let bad = |entry: String, problem| BadRegressions { domain: self.name, entry, problem };
        let entries: Vec<serde_json::Value> = serde_json::from_str(self.regressions)
            .map_err(|error| bad(String::new(), error.to_string()))?;
        let each = (1..).zip(entries).map(|(number, entry)| {
            let bad = |problem| bad(format!(", entry {number}"), problem);
            let regression: Regression =
                serde_json::from_value(entry).map_err(|error| bad(error.to_string()))?;
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
    if Clause::find(clause).is_none() {
        return Some(format!("{clause:?} is no clause"));
    }
    if calls.is_empty() {
        return Some("it has no calls".into());
    }
    calls.iter().any(Call::is_too_large).then(|| format!("a call needs more than {LARGEST} bytes"))
}
