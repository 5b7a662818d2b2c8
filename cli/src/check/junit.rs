//! JUnit's XML: a suite for each interpreter, a test for each expression.

use std::io::{self, Write};

use pybuf_harness::text::in_a_line;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::causes::{Cause, of_cell};
use super::outcome::{Cell, Outcome};
use super::summary;
use crate::Error;
use crate::report::junit::skipped;

pub fn write(outcome: &Outcome, out: &mut impl Write) -> Result<(), Error> {
    let mut junit = Report::new(summary::verdict(outcome));
    for (index, python) in outcome.pythons.iter().enumerate() {
        let mut suite = TestSuite::new(python.name.as_str());
        let cells = outcome.cells.iter().filter(|cell| cell.python == index);
        suite.add_test_cases(cells.map(|cell| of(outcome, cell)));
        junit.add_test_suite(suite);
    }
    let missing = outcome.missing.iter();
    let missing =
        missing.map(|why| case(why, "interpreters", non_success(NonSuccessKind::Error, why)));
    let problems = outcome.baseline_problems();
    let problems =
        problems.map(|it| case(&it, "baseline", non_success(NonSuccessKind::Failure, &it)));
    let others: [(_, Vec<_>); 2] =
        [("interpreters", missing.collect()), ("baseline", problems.collect())];
    for (name, cases) in others.into_iter().filter(|(_, cases)| !cases.is_empty()) {
        let mut suite = TestSuite::new(name);
        suite.add_test_cases(cases);
        junit.add_test_suite(suite);
    }
    let text = junit.to_string().map_err(io::Error::other)?;
    Ok(out.write_all(text.as_bytes())?)
}

fn of(outcome: &Outcome, cell: &Cell) -> TestCase {
    let causes = of_cell(outcome, cell);
    let (failures, notes): (Vec<_>, Vec<_>) = causes.iter().partition(|cause| cause.is_failure());
    let known = cell.findings().iter().filter_map(|finding| outcome.known(cell, finding));
    let known: Vec<_> = known.collect();
    let status = match (cell.why_not(), failures.first()) {
        (Some(why), _) => {
            let mut status = non_success(NonSuccessKind::Error, &why);
            if !failures.is_empty() {
                status.set_description(texts(&failures));
            }
            status
        }
        (None, Some(worst)) => {
            let mut status = non_success(NonSuccessKind::Failure, &worst.headline());
            status.set_type(worst.severity.name());
            status.set_description(texts(&failures));
            status
        }
        (None, None) if !known.is_empty() => {
            skipped(&in_a_line(&format!("known: {}", known.join("; "))))
        }
        (None, None) => TestCaseStatus::success(),
    };
    let mut case = case(&cell.expression, &outcome.python(cell).version_text, status);
    if !notes.is_empty() {
        case.set_system_out(texts(&notes));
    }
    case
}

fn texts(causes: &[&Cause]) -> String {
    causes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn non_success(kind: NonSuccessKind, message: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_message(in_a_line(message));
    status
}

fn case(name: &str, class: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(in_a_line(name), status);
    case.set_classname(format!("pybuf.check.{class}"));
    case
}
