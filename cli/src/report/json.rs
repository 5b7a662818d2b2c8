//! JSON: what is reported, in full. `pybuf merge` reads what of it was counted.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use pybuf_harness::campaign::Campaign;
use pybuf_harness::report::Coverage;
use pybuf_harness::text::in_a_line;
use pybuf_harness::{Report, Tally};
use serde::{Deserialize, Serialize, de};

use super::Outcome;
use crate::Error;

/// The only version whose reports can be read: what is counted, and how, may change with each.
const VERSION: &str = env!("CARGO_PKG_VERSION");

#[derive(Serialize)]
struct Written<'a> {
    pybuf: &'a str,
    target_option: &'a str,
    strict: bool,
    conforms: bool,
    coverage: Vec<Coverage>,
    baseline: Option<Baseline<'a>>,
    /// Of a run of random cases.
    #[serde(skip_serializing_if = "Option::is_none")]
    cases_a_second: Option<f64>,
    #[serde(flatten)]
    report: &'a Report,
}

/// What is known, and what is wrong with that.
#[derive(Serialize)]
struct Baseline<'a> {
    file: String,
    known: Vec<Known<'a>>,
    problems: Vec<Problem>,
}

#[derive(Serialize)]
struct Known<'a> {
    clause: Option<&'static str>,
    function: Option<&'a str>,
    objects: &'a str,
    verdict: &'static str,
    line: usize,
    reason: &'a str,
    issue: Option<&'a str>,
}

#[derive(Serialize)]
struct Problem {
    line: usize,
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

pub(super) fn write(outcome: &Outcome) -> Result<(), Error> {
    let written = Written {
        pybuf: VERSION,
        target_option: outcome.target,
        strict: outcome.strict,
        conforms: outcome.conforms(),
        coverage: outcome.report.coverage(),
        baseline: baseline(outcome),
        cases_a_second: outcome.report.tally.drawn().map(Campaign::cases_a_second),
        report: outcome.report,
    };
    let mut out = io::BufWriter::new(io::stdout().lock());
    serde_json::to_writer_pretty(&mut out, &written)?;
    writeln!(out)?;
    Ok(out.flush()?)
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
    /// What is told by every version.
    #[derive(Deserialize)]
    struct Head {
        pybuf: String,
    }
    let Head { pybuf } = serde_json::from_str(&text).map_err(no_report)?;
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
