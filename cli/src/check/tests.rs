//! What each format makes of findings that were made up.

use std::path::Path;
use std::time::Duration;

use pybuf_harness::Call;
use pybuf_harness::baseline::Baseline;
use pybuf_harness::check::{About, Checked, Finding, Question, Severity};
use pybuf_harness::model::{Clause, Edition, Level};
use pybuf_harness::verdict::Kind;
use quick_junit::{Report, TestCaseStatus};
use serde_json::Value;

use super::outcome::{Came, Cell, Outcome, Python, State};
use super::{human, json, junit, markdown, summary};
use crate::{Error, Found};

/// Text that means something to a terminal, to XML and to Markdown.
const HOSTILE: &str = "<a> & \"b\" ]]> | `c` ```` \r\n\u{1b}[31m\u{1}\u{fffe}";

const OBJ_NULL: &str = "request.refusal.obj-null";
const BUFFER_ERROR: &str = "request.refusal.buffer-error";
const FORMAT: &str = "request.format.null-unless-asked";

fn finding(clause: &str, severity: Severity, observed: &str) -> Finding {
    Finding {
        clause: Clause::find(clause),
        kind: Kind::Diverges,
        level: if severity == Severity::Note { Level::Observed } else { Level::Must },
        severity,
        steps: vec![Question::Call(Call::GetBuffer { object: 0, flags: 8 })],
        expected: "what is promised".into(),
        observed: observed.into(),
        failures: if severity == Severity::Note { 0 } else { 40 },
        notes: 12,
    }
}

fn crash() -> Finding {
    let crash = finding("", Severity::Crash, "signal 11 (SIGSEGV)");
    Finding { kind: Kind::Crashed, failures: 1, notes: 0, ..crash }
}

fn checked(findings: Vec<Finding>) -> Checked {
    let about = About {
        type_name: "numpy.ndarray".into(),
        package: Some("numpy 2.2.6".into()),
        exports: true,
        modules: vec!["numpy".into()],
    };
    let exercised = [OBJ_NULL, BUFFER_ERROR].into_iter().filter_map(Clause::find).collect();
    Checked { about, edition: Edition::V3_12, findings, exercised, to_the_end: true }
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

fn text(write: impl Fn(&mut Vec<u8>) -> Result<(), Error>) -> String {
    let mut out = Vec::new();
    write(&mut out).expect("memory can be written to");
    String::from_utf8(out).expect("it is text")
}

/// Without colours.
fn human(outcome: &Outcome) -> String {
    anstream::adapter::strip_str(&text(|out| human::write(outcome, out))).to_string()
}

fn two_by_two() -> Outcome<'static> {
    let wrong_class = || finding(BUFFER_ERROR, Severity::WrongError, "exception ValueError");
    let note = || finding(FORMAT, Severity::Note, "format \"<i\"");
    let safety = || finding(OBJ_NULL, Severity::MemorySafety, "obj not written");
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
                    Came::Died(checked(vec![Finding { steps: vec![], ..crash() }])),
                ],
            ),
        ],
    )
}

#[test]
fn a_finding_has_all_that_its_reader_needs() {
    let finding = finding(BUFFER_ERROR, Severity::WrongError, "exception ValueError");
    let text = human(&one(Came::Checked(checked(vec![finding]))));
    let line = Clause::find(BUFFER_ERROR).expect("it is there").note().line;
    assert_eq!(
        text,
        format!(
            "wrong error: the exception is not the BufferError that is promised
  clause    request.refusal.buffer-error (must, edition 3.12)   SPEC_NOTES.md line {line}
  text      https://docs.python.org/3.12/c-api/buffer.html#c.PyObject_GetBuffer
  object    numpy.arange(6) on CPython 3.12.1 (numpy 2.2.6), in 40 answers, and as a note in 12
  request   PyObject_GetBuffer(obj, &view, PyBUF_ND)
  expected  what is promised
  observed  exception ValueError
  program   pybuf check --python=3.12 --emit python --clause request.refusal.buffer-error 'numpy.arange(6)'

pybuf {}: numpy.arange(6) (numpy.ndarray, numpy 2.2.6) on CPython 3.12.1: 1 clause broken: request.refusal.buffer-error
",
            env!("CARGO_PKG_VERSION")
        )
    );
}

#[test]
fn what_is_the_same_is_said_once_and_the_worst_comes_first() {
    let text = human(&two_by_two());
    let begins = ["crash: ", "memory safety: ", "wrong error: ", "note: "];
    let places: Vec<_> =
        begins.iter().map(|it| text.find(it).unwrap_or_else(|| panic!("{it}: {text}"))).collect();
    assert!(places.is_sorted(), "{text}");
    assert!(text.contains("(must, editions 3.10 and 3.12)"), "{text}");
    let newest = "3.12/c-api/buffer.html#c.PyObject_GetBuffer\n  object    numpy.arange(6) on CPython 3.11.1";
    assert!(text.contains(newest), "{text}");
    assert!(
        text.contains("check --python=3.12 --emit python --clause request.refusal.buffer-error")
    );
    let both = "numpy.arange(6) on CPython 3.11.1 and 3.12.1 (numpy 2.2.6), in 40 answers, and";
    assert_eq!(text.matches(both).count(), 1, "{text}");
    assert!(
        text.contains("\n  reason    the text does not speak of such a request. Otherwise: "),
        "{text}"
    );
    let table = "
  CPython          3.11.1         3.12.1
  numpy.arange(6)  1 finding      1 finding
  b'ab'            right          1 finding
  oops             not evaluated  crash
";
    assert!(text.contains(table), "{text}");
    assert!(text.contains("\n  request   evaluating the expression\n"), "{text}");
    assert!(text.contains("\nnot checked: oops on CPython 3.11.1: NameError: <a> & "), "{text}");
    let last = "3 expressions on CPython 3.11.1 and 3.12.1: 1 right, 4 with findings, 1 not checked: \
                1 crash, 2 clauses broken, 1 note: request.refusal.buffer-error, request.refusal.obj-null\n";
    assert!(text.ends_with(last), "{text}");
}

#[test]
fn different_answers_that_break_a_clause_are_told_apart() {
    let finding = |observed| finding(BUFFER_ERROR, Severity::WrongError, observed);
    let findings = vec![finding("exception ValueError"), finding("exception TypeError")];
    let text = human(&one(Came::Checked(checked(findings))));
    assert_eq!(text.matches("wrong error: ").count(), 1, "{text}");
    assert_eq!(text.matches("  clause ").count(), 1, "{text}");
    assert_eq!(text.matches("  request ").count(), 2, "{text}");
    assert_eq!(text.matches("  program ").count(), 1, "{text}");
    assert!(text.contains("1 clause broken"), "{text}");
}

#[test]
fn no_text_of_others_breaks_a_format() {
    let bad = || {
        let finding = finding(OBJ_NULL, Severity::MemorySafety, HOSTILE);
        let mut checked = checked(vec![finding]);
        checked.about.type_name = HOSTILE.into();
        checked.about.package = Some(HOSTILE.into());
        Came::Checked(checked)
    };
    let rows = vec![(HOSTILE, vec![bad(), Came::NotEvaluated(HOSTILE.into())])];
    let mut outcome = outcome(vec![python(11, Some(HOSTILE)), python(12, None)], rows);
    outcome.missing.push(HOSTILE.into());

    let lines = human(&outcome);
    assert!(!lines.contains(['\r', '\x1b', '\x01', '\u{fffe}']), "{lines}");
    let begins = |line: &str| {
        line.is_empty()
            || ["  ", "memory safety: ", "not checked: ", "pybuf "]
                .iter()
                .any(|it| line.starts_with(it))
    };
    assert!(lines.lines().all(begins), "{lines}");

    let xml = text(|out| junit::write(&outcome, out));
    assert!(!xml.contains(['\x1b', '\x01', '\u{fffe}']), "{xml}");
    let report = Report::deserialize_from_str(&xml).expect("it is JUnit's XML");
    assert_eq!((report.tests, report.failures, report.errors), (3, 1, 2));

    let json: Value =
        serde_json::from_str(&text(|out| json::write(&outcome, None, out))).expect("JSON");
    assert_eq!(json["cells"][0]["expression"], HOSTILE);

    let markdown = text(|out| markdown::write(&outcome, out));
    assert!(!markdown.contains(['\r', '\x1b', '\x01']), "{markdown}");
    assert!(markdown.contains("\n`````text\nmemory safety: "), "a longer fence: {markdown}");
    let row = markdown.lines().find(|line| line.contains("| 1 finding |")).expect("a row");
    let bars = row.matches('|').count() - row.matches("\\|").count();
    assert_eq!(bars, 4, "{row}");
}

#[test]
fn junit_has_a_test_for_each_expression_in_each_interpreter() {
    let report = Report::deserialize_from_str(&text(|out| junit::write(&two_by_two(), out)));
    let report = report.expect("it is JUnit's XML");
    let names: Vec<_> = report.test_suites.iter().map(|suite| suite.name.as_str()).collect();
    assert_eq!(names, ["CPython 3.11.1", "CPython 3.12.1"]);
    assert_eq!((report.tests, report.failures, report.errors), (6, 4, 1));
    let case = &report.test_suites[0].test_cases[0];
    let TestCaseStatus::NonSuccess { message, description, .. } = &case.status else {
        panic!("a finding is a failure: {case:?}")
    };
    assert!(message.as_ref().is_some_and(|it| it.starts_with("wrong error: ")), "{message:?}");
    assert!(description.as_ref().is_some_and(|it| it.contains("  observed  exception ValueError")));
    assert!(case.system_out.as_ref().is_some_and(|it| it.as_str().starts_with("note: ")));
}

#[test]
fn json_has_each_finding_with_its_place_in_the_documentation() {
    let outcome = two_by_two();
    let json: Value =
        serde_json::from_str(&text(|out| json::write(&outcome, None, out))).expect("JSON");
    assert_eq!(json["conforms"], false);
    assert_eq!(json["interpreters"][1]["version"], "3.12.1");
    assert_eq!(json["cells"].as_array().map(Vec::len), Some(6));
    let cell = &json["cells"][1];
    assert_eq!((&cell["python"], &cell["status"]), (&1.into(), &"findings".into()));
    assert_eq!(cell["about"]["package"], "numpy 2.2.6");
    let finding = &cell["findings"][0];
    assert_eq!(finding["severity"], "wrong-error");
    assert_eq!(finding["request"], "PyObject_GetBuffer(obj, &view, PyBUF_ND)");
    let link = "https://docs.python.org/3.12/c-api/buffer.html#c.PyObject_GetBuffer";
    assert_eq!(finding["link"], link);
    assert_eq!(finding["known"], Value::Null);
    assert_eq!(json["cells"][4]["status"], "not evaluated");
}

#[test]
fn the_exit_status_tells_the_worst() {
    let status = |outcome: &Outcome| match outcome.found() {
        Found::Conforms => 0,
        Found::Diverges => 1,
        Found::Stopped => 2,
    };
    let note = || Came::Checked(checked(vec![finding(FORMAT, Severity::Note, "x")]));
    let wrong = || Came::Checked(checked(vec![finding(OBJ_NULL, Severity::MemorySafety, "x")]));
    assert_eq!(status(&one(Came::Checked(checked(vec![])))), 0);
    assert_eq!(status(&one(note())), 0);
    let strict = Outcome { strict: true, ..one(note()) };
    assert_eq!((status(&strict), strict.word(&strict.cells[0])), (1, "1 finding".into()));
    assert!(human(&strict).starts_with("note that --strict fails on: "));
    assert_eq!(status(&one(wrong())), 1);
    assert_eq!(status(&one(Came::Died(checked(vec![crash()])))), 1);
    assert_eq!(status(&one(Came::NotEvaluated("NameError".into()))), 2);
    assert_eq!(status(&one(Came::NotChecked("no ctypes".into()))), 2);
    let mut no_protocol = checked(vec![]);
    no_protocol.about.exports = false;
    let no_protocol = one(Came::Checked(no_protocol));
    assert_eq!(status(&no_protocol), 2);
    assert_eq!(no_protocol.state(&no_protocol.cells[0]), State::ExportsNothing);
    assert!(human(&no_protocol).contains(
        "not checked: numpy.arange(6) on CPython 3.12.1: numpy.ndarray exports nothing\n"
    ));
    assert_eq!(status(&two_by_two()), 2, "what was not checked weighs more");
    let missing = Outcome { missing: vec!["no such Python".into()], ..one(note()) };
    assert_eq!(status(&missing), 2);
}

fn baseline(clause: &str, rest: &str) -> Baseline {
    let text = format!("[[known]]\nclause = \"{clause}\"\nobjects = [\"numpy.arange(6)\"]\n{rest}");
    Baseline::read(&text).expect("it is TOML")
}

#[test]
fn what_is_known_is_not_told_again() {
    let came = || Came::Checked(checked(vec![finding(OBJ_NULL, Severity::MemorySafety, "x")]));
    let known = baseline(OBJ_NULL, "reason = \"so it is\"");
    let outcome = Outcome { baseline: Some((Path::new("known.toml"), &known)), ..one(came()) };
    assert!(matches!(outcome.found(), Found::Conforms));
    assert_eq!(outcome.word(&outcome.cells[0]), "1 known");
    let text_of = human(&outcome);
    assert!(text_of.starts_with("1 finding known, by known.toml\n"), "{text_of}");
    assert!(text_of.ends_with(": 1 known finding, nothing new\n"), "{text_of}");
    let json: Value =
        serde_json::from_str(&text(|out| json::write(&outcome, None, out))).expect("JSON");
    assert_eq!(json["cells"][0]["findings"][0]["known"], "so it is");
    assert_eq!(json["cells"][0]["status"], "known");
    let xml = text(|out| junit::write(&outcome, out));
    assert!(xml.contains("<skipped message=\"known: so it is\""), "{xml}");

    let other = baseline(BUFFER_ERROR, "reason = \"so it was\"");
    let outcome = Outcome { baseline: Some((Path::new("known.toml"), &other)), ..one(came()) };
    let problems = outcome.problems();
    assert!(problems[0].problem.contains("passes now"), "{problems:?}");
    assert!(human(&outcome).contains("\nerror: known.toml:1: "), "{problems:?}");
    let xml = Report::deserialize_from_str(&text(|out| junit::write(&outcome, out)));
    assert_eq!(xml.expect("it is JUnit's XML").failures, 2);

    // Nobody knows what the rest would have shown.
    let part = outcome_of_part(&other);
    assert_eq!(part.problems(), []);
}

fn outcome_of_part(baseline: &Baseline) -> Outcome<'_> {
    Outcome {
        baseline: Some((Path::new("known.toml"), baseline)),
        ..one(Came::NotEvaluated("NameError".into()))
    }
}

#[test]
fn an_entry_is_held_against_each_interpreter() {
    let came = |findings| Came::Checked(checked(findings));
    let wrong = finding(OBJ_NULL, Severity::MemorySafety, "x");
    let rows = || vec![("numpy.arange(6)", vec![came(vec![wrong.clone()]), came(vec![])])];
    let two = || outcome(vec![python(11, None), python(12, None)], rows());
    let all = baseline(OBJ_NULL, "reason = \"so\"");
    let held = Outcome { baseline: Some((Path::new("known.toml"), &all)), ..two() };
    let problems = held.problems();
    assert_eq!(problems.len(), 1);
    assert!(problems[0].problem.ends_with(" (on CPython 3.12.1)"), "{problems:?}");
    let some = baseline(OBJ_NULL, "reason = \"so\"\nversions = \"3.11\"");
    let held = Outcome { baseline: Some((Path::new("known.toml"), &some)), ..two() };
    assert_eq!(held.problems(), []);
    assert!(matches!(held.found(), Found::Conforms));
}

#[test]
fn the_command_that_shows_it_again_can_be_pasted() {
    let finding = || vec![finding(OBJ_NULL, Severity::MemorySafety, "x")];
    let python = python(12, Some("/a path/python3"));
    let rows = vec![("-m.it('s')", vec![Came::Checked(checked(finding()))])];
    let setup = ["import m".to_owned()];
    let call_limit = Some(Duration::from_secs(2));
    let outcome = Outcome { setup: &setup, call_limit, ..outcome(vec![python], rows) };
    let text = human(&outcome);
    let program = text.lines().find_map(|line| line.strip_prefix("  program   ")).expect("a line");
    assert_eq!(
        shlex::split(program).expect("it is quoted well"),
        [
            "pybuf",
            "check",
            "--python=/a path/python3",
            "--setup=import m",
            "--call-limit",
            "2s",
            "--emit",
            "python",
            "--clause",
            OBJ_NULL,
            "--",
            "-m.it('s')"
        ]
    );
}

#[test]
fn an_object_that_is_right_is_said_to_be_so() {
    let right = one(Came::Checked(checked(vec![])));
    let verdict = summary::verdict(&right);
    assert!(verdict.ends_with(" on CPython 3.12.1: right, by 2 clauses"), "{verdict}");
}

#[test]
fn what_was_given_up_is_no_check() {
    let death =
        || Checked { to_the_end: false, ..checked(vec![Finding { failures: 5, ..crash() }]) };
    let why = "given up behind 5 deaths: not all was asked";
    let outcome = one(Came::Checked(death()));
    assert!(matches!(outcome.found(), Found::Stopped));
    assert!(outcome.tally(0).part);
    let text_of = human(&outcome);
    assert!(
        text_of.contains(&format!("\nnot checked: numpy.arange(6) on CPython 3.12.1: {why}\n")),
        "{text_of}"
    );
    assert!(text_of.contains(" --emit python --clause crash 'numpy.arange(6)'\n"), "{text_of}");
    assert!(text_of.ends_with(&format!(" on CPython 3.12.1: {why}\n")), "{text_of}");
    let json: Value =
        serde_json::from_str(&text(|out| json::write(&outcome, None, out))).expect("JSON");
    let cell = &json["cells"][0];
    assert_eq!((&cell["status"], &cell["message"]), (&"given up".into(), &why.into()));
    assert_eq!(cell["to_the_end"], false);
    let xml = Report::deserialize_from_str(&text(|out| junit::write(&outcome, out)));
    assert_eq!(xml.expect("it is JUnit's XML").errors, 1);
    let markdown = text(|out| markdown::write(&outcome, out));
    assert!(
        markdown.contains(&format!(
            "\n### Not checked\n\n- numpy.arange(6) on CPython 3.12.1: {why}\n"
        )),
        "{markdown}"
    );
}

#[test]
fn long_expressions_are_cut_where_they_are_only_told() {
    let long = format!("[{}]", "1, ".repeat(400));
    let wrong = || Came::Checked(checked(vec![finding(OBJ_NULL, Severity::MemorySafety, "x")]));
    let rows = vec![(long.as_str(), vec![wrong()]), ("x", vec![Came::NotChecked("so".into())])];
    let text_of = human(&outcome(vec![python(12, None)], rows));
    let (program, told): (Vec<_>, Vec<_>) =
        text_of.lines().partition(|line| line.starts_with("  program "));
    assert!(program[0].contains(&long), "{text_of}");
    assert!(told.iter().all(|line| line.len() < 400), "{text_of}");
    let verdict = human(&outcome(vec![python(12, None)], vec![(long.as_str(), vec![wrong()])]));
    assert!(verdict.lines().last().is_some_and(|line| line.len() < 400), "{verdict}");
}
