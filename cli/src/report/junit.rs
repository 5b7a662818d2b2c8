//! JUnit's XML.

use std::io::{self, Write};

use pybuf_harness::text::in_a_line;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::page::{Fault, Page};
use crate::error::Error;

/// The suites of what is no test of another.
const SUITES: [&str; 3] = ["capabilities", "interpreters", "baseline"];

pub fn write(page: &Page, out: &mut impl Write) -> Result<(), Error> {
    let mut junit = Report::new(page.name.as_str());
    junit.add_test_suites(page.suites.iter().cloned());
    for name in SUITES {
        let faults = page.faults.iter().filter(|fault| fault.suite == Some(name));
        junit.add_test_suites(suite(name, faults.map(|it| of_fault(name, it)).collect()));
    }
    let text = junit.to_string().map_err(io::Error::other)?;
    Ok(out.write_all(text.as_bytes())?)
}

/// A suite of some tests, if there are any.
pub fn suite(name: &str, tests: Vec<TestCase>) -> Option<TestSuite> {
    let mut suite = TestSuite::new(name);
    suite.add_test_cases(tests);
    (!suite.test_cases.is_empty()).then_some(suite)
}

pub fn test(class: &str, name: &str, status: TestCaseStatus) -> TestCase {
    let mut test = TestCase::new(in_a_line(name), status);
    test.set_classname(format!("pybuf.{class}"));
    test
}

/// The status of a test that is of no consequence, and why.
pub fn skipped(why: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(in_a_line(why));
    status
}

/// The status of a test that fails, with everything there is to know.
pub fn failure(word: &str, message: &str, description: &str) -> TestCaseStatus {
    let mut status = non_success(NonSuccessKind::Failure, message);
    status.set_type(word);
    status.set_description(description);
    status
}

/// The status of a test that could not be made, or not to its end.
pub fn error(message: &str) -> TestCaseStatus {
    non_success(NonSuccessKind::Error, message)
}

fn non_success(kind: NonSuccessKind, message: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_message(in_a_line(message));
    status
}

fn of_fault(suite: &str, fault: &Fault) -> TestCase {
    let kind = if fault.place.is_some() { NonSuccessKind::Failure } else { NonSuccessKind::Error };
    test(suite, &fault.line(), non_success(kind, &fault.text))
}
