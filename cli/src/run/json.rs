//! JSON: what is reported, in full. `pybuf merge` reads what was counted.

use std::fs;
use std::path::Path;

use pybuf_harness::report::Coverage;
use pybuf_harness::statistics::Campaign;
use pybuf_harness::text::in_a_line;
use pybuf_harness::{Report, Tally};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de};

use super::outcome::Outcome;
use crate::error::Error;
use crate::report::FORMAT;

/// The only version whose reports can be read: what is counted, and how, may change with each.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The report of a run, as `pybuf run --format json` and `pybuf merge --format json` write it.
#[derive(Serialize, JsonSchema)]
pub struct Written<'a> {
    /// The format of the report: 1.
    format: u32,
    /// The version of pybuf that has written it.
    pybuf: &'a str,
    /// What `--target` was.
    target_option: &'a str,
    /// Whether notes are failures.
    strict: bool,
    /// Whether there is nothing that the run fails on.
    conforms: bool,
    /// How many clauses were exercised, level by level.
    coverage: Vec<Coverage>,
    /// What the baseline knows; null without one.
    baseline: Option<Baseline<'a>>,
    /// How many random cases were run in a second, if the run is one of those.
    #[serde(skip_serializing_if = "Option::is_none")]
    cases_a_second: Option<f64>,
    #[serde(flatten)]
    report: &'a Report,
}

/// What is known, and what is wrong with that.
#[derive(Serialize, JsonSchema)]
struct Baseline<'a> {
    /// The file.
    file: String,
    /// The divergences that are known.
    known: Vec<Known<'a>>,
    /// What is wrong with the file.
    problems: Vec<Problem>,
}

/// A divergence that is known.
#[derive(Serialize, JsonSchema)]
struct Known<'a> {
    /// The clause that is broken, if it is one.
    clause: Option<&'static str>,
    /// The function that was called, if no clause is broken.
    function: Option<&'a str>,
    /// The kind of object, or the function where there is none.
    objects: &'a str,
    /// In what way.
    verdict: &'static str,
    /// Where the entry begins, from 1.
    line: usize,
    /// Why it is there.
    reason: &'a str,
    /// Where it is discussed, if it is.
    issue: Option<&'a str>,
}

/// Something that is wrong with a baseline.
#[derive(Serialize, JsonSchema)]
struct Problem {
    /// Where, from 1.
    line: usize,
    /// What, and what to do about it.
    problem: String,
}

/// What was counted in a run.
#[derive(Deserialize)]
pub struct Counted {
    /// What `--target` was.
    pub target_option: String,
    #[serde(flatten)]
    pub tally: Tally,
}

pub fn written<'a>(outcome: &'a Outcome) -> Written<'a> {
    Written {
        format: FORMAT,
        pybuf: VERSION,
        target_option: outcome.target,
        strict: outcome.strict,
        conforms: outcome.conforms(),
        coverage: outcome.report.coverage(),
        baseline: baseline(outcome),
        cases_a_second: outcome.report.tally.drawn().map(Campaign::cases_a_second),
        report: outcome.report,
    }
}

fn baseline<'a>(outcome: &'a Outcome) -> Option<Baseline<'a>> {
    let held = outcome.baseline.as_ref()?;
    let known = held.comparison.known.iter().map(|(group, entry)| Known {
        clause: group.clause.map(|clause| clause.id()),
        function: group.function.as_deref(),
        objects: &group.objects,
        verdict: group.kind.name(),
        line: entry.line,
        reason: &entry.reason,
        issue: entry.issue.as_deref(),
    });
    let problems = outcome.problems().map(|(_, line, problem)| Problem { line, problem });
    Some(Baseline {
        file: held.file.display().to_string(),
        known: known.collect(),
        problems: problems.collect(),
    })
}

/// Reads what was counted from the report of a run.
pub fn read(path: &Path) -> Result<Counted, Error> {
    let unreadable = |source| Error::Unreadable { path: path.to_owned(), source };
    let no_report = |source| Error::NoReport { path: path.to_owned(), source };
    let text = fs::read_to_string(path).map_err(unreadable)?;
    /// What reports of all formats and versions have.
    #[derive(Deserialize)]
    struct Head {
        format: u32,
        pybuf: String,
    }
    let Head { format, pybuf } = serde_json::from_str(&text).map_err(no_report)?;
    if format != FORMAT {
        return Err(Error::OtherFormat { path: path.to_owned(), theirs: format, ours: FORMAT });
    }
    if pybuf != VERSION {
        let path = path.to_owned();
        return Err(Error::OtherVersion { path, theirs: pybuf, ours: VERSION });
    }
    let mut counted: Counted = serde_json::from_str(&text).map_err(no_report)?;
    counted.tally.check().map_err(|error| no_report(de::Error::custom(error)))?;
    counted.tally.clean();
    counted.target_option = in_a_line(&counted.target_option);
    Ok(counted)
}
