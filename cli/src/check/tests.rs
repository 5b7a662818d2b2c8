//! What each format makes of findings that were made up.

mod formats;
mod known;
mod told;

use std::path::Path;
use std::time::Duration;

use pybuf_harness::Call;
use pybuf_harness::baseline::Baseline;
use pybuf_harness::check::{self, About, Checked, Question};
use pybuf_harness::finding::Finding;
use pybuf_harness::model::{Clause, Edition, Level};
use pybuf_harness::severity::Severity;
use pybuf_harness::verdict::{Divergence, Kind};
use quick_junit::{Report, TestCaseStatus};
use serde_json::Value;

use super::outcome::{Came, Cell, Outcome, Python, State};
use super::{json, page, summary};
use crate::error::{Error, Found};
use crate::report;
use crate::report::page::Page;

/// Text that means something to a terminal, to XML and to Markdown.
const HOSTILE: &str = "<a> & \"b\" ]]> | `c` ```` \r\n\u{1b}[31m\u{1}\u{fffe}";

const READONLY: &str = "request.readonly.consistent";
const BUFFER_ERROR: &str = "request.refusal.buffer-error";
const FORMAT: &str = "request.format.null-unless-asked";

fn found(clause: &str, kind: Kind, level: Level, observed: &str) -> Finding {
    let steps = vec![Question::Call(Call::GetBuffer { object: 0, flags: 8 })];
    of_steps(steps, clause, kind, level, observed)
}

fn of_steps(
    steps: Vec<Question>,
    clause: &str,
    kind: Kind,
    level: Level,
    observed: &str,
) -> Finding {
    let (clause, expected) = (Clause::find(clause), "what is promised".into());
    let divergence =
        Divergence { call: 0, kind, clause, level, expected, observed: observed.into() };
    let object = ("numpy.arange(6)", Edition::V3_12);
    check::finding(&divergence, object, steps, None)
}

fn finding(clause: &str, severity: Severity, observed: &str) -> Finding {
    let is_note = severity == Severity::Note;
    let level = if is_note { Level::Observed } else { Level::Must };
    let found = found(clause, Kind::Diverges, level, observed);
    assert_eq!(found.severity(), severity);
    Finding { failures: if is_note { 0 } else { 40 }, notes: 12, ..found }
}

fn crash() -> Finding {
    found("", Kind::Crashed, Level::Must, "signal 11 (SIGSEGV)")
}

fn checked(findings: Vec<Finding>) -> Checked {
    let about = About {
        type_name: "numpy.ndarray".into(),
        package: Some("numpy 2.2.6".into()),
        exports: true,
        old: None,
        modules: vec!["numpy".into()],
    };
    let exercised = [READONLY, BUFFER_ERROR].into_iter().filter_map(Clause::find).collect();
    Checked { about, findings, exercised, to_the_end: true }
}

fn python(minor: u8, option: Option<&str>) -> Python {
    Python {
        name: format!("CPython 3.{minor}.1"),
        version_text: format!("3.{minor}.1"),
        version: (3, minor),
        executable: format!("/a path/python3.{minor}").into(),
        edition: Edition::of_interpreter(3, minor.into()).expect("it is known"),
        option: option.map(str::to_owned),
    }
}

/// Rows of cells, under so many interpreters.
fn outcome(pythons: Vec<Python>, rows: Vec<(&str, Vec<Came>)>) -> Outcome<'static> {
    let expressions = rows.iter().map(|(expression, _)| (*expression).to_owned()).collect();
    let cells = rows.into_iter().flat_map(|(expression, row)| {
        let cell = move |(python, came)| Cell { expression: expression.to_owned(), python, came };
        row.into_iter().enumerate().map(cell)
    });
    let cells = cells.collect();
    let missing = Vec::new();
    Outcome {
        pythons,
        missing,
        expressions,
        cells,
        setup: &[],
        call_limit: None,
        strict: false,
        baseline: None,
    }
}

fn one(came: Came) -> Outcome<'static> {
    outcome(vec![python(12, Some("3.12"))], vec![("numpy.arange(6)", vec![came])])
}

type Write = fn(&Page, &mut Vec<u8>) -> Result<(), Error>;

fn text(outcome: &Outcome, write: Write) -> String {
    let mut out = Vec::new();
    write(&page::page(outcome), &mut out).expect("memory can be written to");
    String::from_utf8(out).expect("it is text")
}

/// Without colours.
fn human(outcome: &Outcome) -> String {
    anstream::adapter::strip_str(&text(outcome, report::human::write)).to_string()
}

fn markdown(outcome: &Outcome) -> String {
    text(outcome, report::markdown::write)
}

fn junit(outcome: &Outcome) -> String {
    text(outcome, report::junit::write)
}

fn json(outcome: &Outcome) -> Value {
    serde_json::to_value(json::written(outcome, None)).expect("it is plain data")
}

fn two_by_two() -> Outcome<'static> {
    let wrong_class = || finding(BUFFER_ERROR, Severity::WrongError, "exception ValueError");
    let note = || finding(FORMAT, Severity::Note, "format \"<i\"");
    let safety = || finding(READONLY, Severity::MemorySafety, "obj not written");
    outcome(
        vec![python(11, None), python(12, Some("3.12"))],
        vec![
            (
                "numpy.arange(6)",
                vec![
                    Came::Checked(checked(vec![wrong_class(), note()])),
                    Came::Checked(checked(vec![wrong_class()])),
                ],
            ),
            ("b'ab'", vec![Came::Checked(checked(vec![])), Came::Checked(checked(vec![safety()]))]),
            (
                "oops",
                vec![
                    Came::NotEvaluated(format!("NameError: {HOSTILE}")),
                    Came::Died(checked(vec![of_steps(
                        vec![],
                        "",
                        Kind::Crashed,
                        Level::Must,
                        "signal 11",
                    )])),
                ],
            ),
        ],
    )
}
