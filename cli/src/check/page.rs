//! The report of a check.

use std::collections::BTreeSet;

use pybuf_harness::text::in_a_line;
use quick_junit::{TestCase, TestCaseStatus, TestSuite};

use super::causes::{self, causes};
use super::outcome::{Cell, Outcome};
use super::summary;
use crate::report::junit::{error, failure, skipped, suite, test};
use crate::report::page::{Cause, Fault, Page, Table, known_row};

pub fn page(outcome: &Outcome) -> Page {
    Page {
        subject: None,
        name: summary::verdict(outcome),
        causes: causes(outcome, &outcome.cells).iter().map(cause).collect(),
        known: known(outcome),
        tables: table(outcome).into_iter().collect(),
        drawn: None,
        details: Vec::new(),
        faults: faults(outcome).collect(),
        remarks: summary::known(outcome).into_iter().collect(),
        verdict: summary::verdict(outcome),
        suites: suites(outcome),
    }
}

fn cause(cause: &causes::Cause) -> Cause {
    let clause = cause.clause.map_or(String::new(), |clause| format!(" ({clause})"));
    let (title, text, fails) = (cause.headline(), cause.to_string(), cause.is_failure());
    Cause { summary: format!("{title}{clause}"), title, text, fails }
}

fn known(outcome: &Outcome) -> Vec<[String; 4]> {
    let rows = outcome.cells.iter().flat_map(|cell| {
        let known = |it| Some(known_row(it, outcome.known(cell, it)?));
        cell.findings().iter().filter_map(known).collect::<Vec<_>>()
    });
    // The same in several interpreters is said once.
    rows.collect::<BTreeSet<_>>().into_iter().collect()
}

/// A row for each expression with what came of it in each interpreter, under their versions. Nothing if there is
/// but one cell.
fn table(outcome: &Outcome) -> Option<Table> {
    if outcome.cells.len() < 2 {
        return None;
    }
    let names = outcome.pythons.iter().map(|python| python.name.as_str());
    let versions = names.map(|name| name.strip_prefix("CPython ").unwrap_or(name));
    let head = ["CPython"].into_iter().chain(versions).map(str::to_owned).collect::<Vec<_>>();
    let rows = outcome.cells.chunks(outcome.pythons.len()).map(|cells| {
        let words = cells.iter().map(|cell| outcome.word(cell));
        [summary::shortened(&cells[0].expression)].into_iter().chain(words).collect()
    });
    let rows = [head].into_iter().chain(rows).collect();
    Some(Table { heading: "Objects", rows, numbers: false, notes: vec![] })
}

/// What the report is not about: what could not be checked, and what is wrong with the baseline.
pub fn faults(outcome: &Outcome) -> impl Iterator<Item = Fault> {
    let fault = |suite, text: &str| Fault {
        word: "not checked",
        suite,
        text: in_a_line(text),
        place: None,
    };
    let missing = outcome.missing.iter().map(move |why| fault(Some("interpreters"), why));
    let cells = outcome.cells.iter().filter_map(move |cell| {
        let (expression, python) = (summary::shortened(&cell.expression), outcome.python(cell));
        Some(fault(None, &format!("{expression} on {}: {}", python.name, cell.why_not()?)))
    });
    let file = outcome.baseline.map(|(file, _)| file).unwrap_or("".as_ref());
    let problems = outcome.problems().into_iter();
    let problems = problems.map(move |it| Fault::of_baseline(file, it.line, &it.problem));
    missing.chain(cells).chain(problems)
}

/// A suite for each interpreter, with a test for each expression.
fn suites(outcome: &Outcome) -> Vec<TestSuite> {
    let each = outcome.pythons.iter().enumerate().filter_map(|(index, python)| {
        let cells = outcome.cells.iter().filter(|cell| cell.python == index);
        suite(&python.name, cells.map(|cell| of(outcome, cell)).collect())
    });
    each.collect()
}

fn of(outcome: &Outcome, cell: &Cell) -> TestCase {
    let causes = causes(outcome, std::slice::from_ref(cell));
    let (failures, notes): (Vec<_>, Vec<_>) = causes.iter().partition(|cause| cause.is_failure());
    let texts = |causes: &[&causes::Cause]| {
        causes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let known = cell.findings().iter().filter_map(|finding| outcome.known(cell, finding));
    let known: Vec<_> = known.collect();
    let status = match (cell.why_not(), failures.first()) {
        (Some(why), _) => {
            let mut status = error(&why);
            if !failures.is_empty() {
                status.set_description(texts(&failures));
            }
            status
        }
        (None, Some(worst)) => failure(worst.severity.name(), &worst.headline(), &texts(&failures)),
        (None, None) if !known.is_empty() => skipped(&format!("known: {}", known.join("; "))),
        (None, None) => TestCaseStatus::success(),
    };
    let class = format!("check.{}", outcome.python(cell).version_text);
    let mut case = test(&class, &cell.expression, status);
    if !notes.is_empty() {
        case.set_system_out(texts(&notes));
    }
    case
}
