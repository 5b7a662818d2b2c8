//! JSON: what is reported, in full.

use pybuf_harness::check::About;
use pybuf_harness::finding::Finding;
use pybuf_harness::severity::Severity;
use schemars::JsonSchema;
use serde::Serialize;

use super::documentation;
use super::outcome::{Came, Cell, Outcome, Problem};
use super::program::{Shown, text};
use crate::error::Found;
use crate::report::FORMAT;

/// The report of a check, as `pybuf check --format json` writes it.
#[derive(Serialize, JsonSchema)]
pub struct Written<'a> {
    /// The format of the report: 1.
    format: u32,
    /// The version of pybuf that has written it.
    pybuf: &'a str,
    /// Whether notes are failures.
    strict: bool,
    /// Whether everything could be checked and nothing was found that the check fails on.
    conforms: bool,
    /// The interpreters that were found.
    interpreters: Vec<Interpreter<'a>>,
    /// Why others were not found.
    missing: &'a [String],
    /// Each expression in each interpreter.
    cells: Vec<Row<'a>>,
    /// What is wrong with the baseline, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<Baseline>,
}

/// An interpreter.
#[derive(Serialize, JsonSchema)]
struct Interpreter<'a> {
    /// Its name, which no other has: `CPython 3.12.1`.
    name: &'a str,
    /// Its version: `3.12.1`.
    version: &'a str,
    /// The program.
    executable: String,
    /// The edition of the documentation that it is judged by.
    edition: &'a str,
}

/// One expression in one interpreter.
#[derive(Serialize, JsonSchema)]
struct Row<'a> {
    /// The expression.
    expression: &'a str,
    /// Its place in `interpreters`.
    python: usize,
    /// `right`, `findings`, `notes`, `known`, `given up`, `exports nothing`, `not evaluated` or `not checked`.
    status: &'a str,
    /// Why it could not be checked, or not to the end.
    message: Option<String>,
    /// Whether the object was asked everything.
    to_the_end: bool,
    /// What the object is; null if it could not be checked.
    about: Option<&'a About>,
    /// The clauses that decided about its answers.
    exercised: Vec<&'a str>,
    /// What is wrong with it, the worst first.
    findings: Vec<Told<'a>>,
}

/// Answers that break a clause in one way.
#[derive(Serialize, JsonSchema)]
struct Told<'a> {
    /// How bad it is.
    severity: Severity,
    /// What is wrong, in a sentence.
    headline: &'a str,
    #[serde(flatten)]
    finding: &'a Finding,
    /// Where the documentation says so, if it does.
    link: Option<String>,
    /// Why it is known, if it is.
    known: Option<String>,
    /// A program that shows it, if such are wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    program: Option<String>,
}

/// What is wrong with what is known.
#[derive(Serialize, JsonSchema)]
struct Baseline {
    /// The file.
    file: String,
    /// What is wrong, by line.
    problems: Vec<Problem>,
}

/// The report, with the programs that are wanted.
pub fn written<'a>(outcome: &'a Outcome, shown: Option<Shown>) -> Written<'a> {
    let interpreters = outcome.pythons.iter().map(|python| Interpreter {
        name: &python.name,
        version: &python.version_text,
        executable: python.executable.display().to_string(),
        edition: python.edition.name(),
    });
    Written {
        format: FORMAT,
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
    }
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
    // What ended the evaluation is nothing that a program could show.
    let shown = shown
        .filter(|shown| shown.is_of(finding.clause, finding.kind) && !finding.steps.is_empty());
    let link = |clause| documentation::link(clause, python.edition, python.version);
    Told {
        severity: finding.severity(),
        headline: finding.headline(),
        finding,
        link: finding.clause.and_then(link),
        known: outcome.known(cell, finding),
        program: shown.map(|shown| text(outcome, cell, finding, shown.language)),
    }
}
