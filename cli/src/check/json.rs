//! JSON: what is reported, in full.

use std::io::Write;

use pybuf_harness::check::{About, Finding, Question, Severity};
use serde::Serialize;

use super::documentation;
use super::outcome::{Came, Cell, Outcome, Problem};
use super::program::{Shown, text};
use crate::{Error, Found};

#[derive(Serialize)]
struct Written<'a> {
    pybuf: &'a str,
    strict: bool,
    conforms: bool,
    interpreters: Vec<Interpreter<'a>>,
    /// Why others were not found.
    missing: &'a [String],
    cells: Vec<Row<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<Baseline>,
}

#[derive(Serialize)]
struct Interpreter<'a> {
    name: &'a str,
    version: &'a str,
    executable: String,
    edition: &'a str,
}

/// One expression in one interpreter.
#[derive(Serialize)]
struct Row<'a> {
    expression: &'a str,
    /// Its place in `interpreters`.
    python: usize,
    status: &'a str,
    /// Why it could not be checked, or not to the end.
    message: Option<String>,
    /// Whether the object was asked everything.
    to_the_end: bool,
    about: Option<&'a About>,
    exercised: Vec<&'a str>,
    findings: Vec<Told<'a>>,
}

#[derive(Serialize)]
struct Told<'a> {
    severity: Severity,
    clause: Option<&'a str>,
    level: &'a str,
    kind: &'a str,
    headline: &'a str,
    request: String,
    steps: &'a [Question],
    expected: &'a str,
    observed: &'a str,
    failures: usize,
    notes: usize,
    link: Option<String>,
    /// Why it is known, if it is.
    known: Option<String>,
    /// A program that shows it, if such are wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    program: Option<String>,
}

/// What is wrong with what is known.
#[derive(Serialize)]
struct Baseline {
    file: String,
    problems: Vec<Problem>,
}

/// Writes the report, with the programs that are wanted.
pub fn write(outcome: &Outcome, shown: Option<Shown>, out: &mut impl Write) -> Result<(), Error> {
    let interpreters = outcome.pythons.iter().map(|python| Interpreter {
        name: &python.name,
        version: &python.version_text,
        executable: python.executable.display().to_string(),
        edition: python.edition.name(),
    });
    let written = Written {
        pybuf: env!("CARGO_PKG_VERSION"),
        strict: outcome.strict,
        conforms: matches!(outcome.found(), Found::Conforms),
        interpreters: interpreters.collect(),
        missing: &outcome.missing,
        cells: outcome.cells.iter().map(|cell| of(outcome, cell, shown)).collect(),
        baseline: outcome.baseline.map(|(file, _)| Baseline {
            file: file.display().to_string(),
            problems: outcome.problems(),
        }),
    };
    serde_json::to_writer_pretty(&mut *out, &written)?;
    Ok(writeln!(out)?)
}

fn of<'a>(outcome: &'a Outcome, cell: &'a Cell, shown: Option<Shown>) -> Row<'a> {
    let (about, exercised) = match &cell.came {
        Came::Checked(checked) => {
            (Some(&checked.about), checked.exercised.iter().map(|it| it.id()).collect())
        }
        _ => (None, Vec::new()),
    };
    Row {
        expression: &cell.expression,
        python: cell.python,
        status: outcome.state(cell).name(),
        message: cell.why_not(),
        to_the_end: matches!(&cell.came, Came::Checked(checked) if checked.to_the_end),
        about,
        exercised,
        findings: cell.findings().iter().map(|it| told(outcome, cell, it, shown)).collect(),
    }
}

fn told<'a>(
    outcome: &Outcome,
    cell: &Cell,
    finding: &'a Finding,
    shown: Option<Shown>,
) -> Told<'a> {
    let python = outcome.python(cell);
    let clause = finding.clause;
    // What ended the evaluation is nothing that a program could show.
    let shown =
        shown.filter(|shown| shown.is_of(clause, finding.kind) && !finding.steps.is_empty());
    Told {
        severity: finding.severity,
        clause: clause.map(|clause| clause.id()),
        level: finding.level.name(),
        kind: finding.kind.name(),
        headline: finding.headline(),
        request: finding.request(),
        steps: &finding.steps,
        expected: &finding.expected,
        observed: &finding.observed,
        failures: finding.failures,
        notes: finding.notes,
        link: clause.and_then(|it| documentation::link(it, python.edition, python.version)),
        known: outcome.known(cell, finding),
        program: shown.map(|shown| text(outcome, cell, finding, shown.language)),
    }
}
