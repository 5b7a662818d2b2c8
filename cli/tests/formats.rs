//! Reports in each format, of a target that diverges: a report of the fast implementation in which
//! divergences were written.

mod pybuf;

use std::fs;
use std::path::PathBuf;
use std::process::Output;

use pybuf::{command, fails, out, pybuf};
use quick_junit::{Report, TestCaseStatus};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Text that means something to a terminal, to XML, to Markdown and to GitHub.
const HOSTILE: &str = "<a> & \"b\" ]]> | `c` ```` %0A\r\n::error::\u{1b}[31m\u{1}\u{fffe}";

fn group(clause: Value, level: &str, kind: &str) -> Value {
    json!({
        "clause": clause, "level": level, "kind": kind, "objects": "bytes",
        "function": if clause.is_null() { "PyObject_CheckBuffer".into() } else { Value::Null },
        "failures": 2, "notes": 0,
        "case": "check/2.0", "edition": "3.12", "call": "f()", "expected": HOSTILE, "observed": "b"
    })
}

struct Diverging {
    _folder: TempDir,
    report: PathBuf,
}

impl Diverging {
    fn new() -> Diverging {
        let output = pybuf(["run", "--suite", "check", "--edition", "3.12", "--format", "json"]);
        let mut report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        report["findings"] = json!([
            group("check.one-for-exporters".into(), "must", "divergence"),
            group(Value::Null, "must", "denial"),
            group("check.touches-nothing".into(), "observed", "divergence"),
        ]);
        report["lacks"]["make waves"] = "so".into();
        report["target"] = "mine | <b>\u{1b}[31m\u{fffe}".into();
        let folder = tempfile::Builder::new().prefix("reports of pybuf ").tempdir();
        let folder = folder.expect("a folder");
        let path = folder.path().join("diverging.json");
        fs::write(&path, report.to_string()).expect("the folder can be written to");
        Diverging { _folder: folder, report: path }
    }

    fn merged(&self, options: &[&str], github: &str) -> Output {
        let mut command = command();
        command.arg("merge").arg(&self.report).args(options).env("GITHUB_ACTIONS", github);
        let output = command.output().expect("the command was built for this test");
        assert_eq!(output.status.code(), Some(1), "{}", out(&output));
        output
    }

    fn report(&self, options: &[&str]) -> String {
        let output = self.merged(options, "");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        out(&output)
    }
}

#[test]
fn junit_has_a_test_for_each_clause() {
    let diverging = Diverging::new();
    let xml = diverging.report(&["--format", "junit"]);
    assert!(!xml.contains(['\x1b', '\x01', '\u{fffe}']), "XML cannot have these: {xml}");
    let report = Report::deserialize_from_str(&xml).expect("it is JUnit's XML");
    let names: Vec<_> = report.test_suites.iter().map(|suite| suite.name.to_string()).collect();
    assert_eq!(names[names.len() - 2..], ["replies", "capabilities"]);
    assert_eq!((report.tests > 5, report.failures, report.errors), (true, 2, 1));
    let cases: Vec<_> = report.test_suites.iter().flat_map(|suite| &suite.test_cases).collect();
    let case = |name: &str| *cases.iter().find(|case| case.name.as_str() == name).expect(name);
    let TestCaseStatus::NonSuccess { message, description, .. } =
        &case("check.one-for-exporters").status
    else {
        panic!("a divergence is a failure: {xml}")
    };
    assert_eq!(
        message.as_ref().map(|it| it.as_str()),
        Some("an exporter is said to export nothing")
    );
    let text = description.as_ref().expect("the divergence in full").as_str();
    assert!(text.contains("\n  case      check/2.0   f()\n"), "{text}");
    let expected = r#"expected  <a> & "b" ]]> | `c` ```` %0A\r\n::error::\u{1b}[31m\u{1}\u{fffe}"#;
    assert!(text.contains(expected), "a line is a line: {text}");
    let passes = |name: &str| matches!(case(name).status, TestCaseStatus::Success { .. });
    assert!(passes("check.zero-without-protocol"));
    assert!(passes("check.touches-nothing"), "a note is no failure");
    let note = case("check.touches-nothing").system_out.as_ref().expect("but it is told");
    assert!(note.as_str().starts_with("note: "), "{note:?}");
    let strict = diverging.report(&["--format", "junit", "--strict"]);
    let strict = Report::deserialize_from_str(&strict).expect("it is JUnit's XML");
    assert_eq!(strict.failures, 3);
}

#[test]
fn what_no_case_could_exercise_is_skipped_with_the_reason() {
    let output = pybuf(["run", "--suite", "old", "--edition", "2.7", "--format", "junit"]);
    assert_eq!(output.status.code(), Some(0));
    let report = Report::deserialize_from_str(&out(&output)).expect("it is JUnit's XML");
    let mut cases = report.test_suites.iter().flat_map(|suite| &suite.test_cases);
    let case = cases.find(|case| case.name.as_str() == "old.pending").expect("a clause, a test");
    let TestCaseStatus::Skipped { message, .. } = &case.status else { panic!("{case:?}") };
    let message = message.as_ref().map(|it| it.as_str());
    assert_eq!(message, Some("not reachable: lacks PyErr_SetString"));
}

#[test]
fn markdown_is_a_table_and_the_divergences() {
    let text = Diverging::new().report(&["--format", "markdown"]);
    assert!(
        text.starts_with("## mine \\| &lt;b>\\\\u{1b}\\[31m\\\\u{fffe}, edition 3.12\n\n**does not conform: 2 causes"),
        "{text}"
    );
    assert!(text.contains("\n| suite | cases | agree | diverge |"), "{text}");
    assert!(text.contains("\n| check | 190 | 162 | 0 |"), "{text}");
    assert_eq!(text.matches("<details><summary>").count(), 2, "{text}");
    assert!(text.contains("\n`````text\ndivergence: "), "a fence longer than those in it: {text}");
    assert!(text.contains("\n### Errors\n\n- it declares to lack make waves"), "{text}");
    assert!(!text.contains("touches-nothing"), "{text}");
}

#[test]
fn json_is_all_of_it() {
    let json: Value =
        serde_json::from_str(&Diverging::new().report(&["--format", "json"])).expect("JSON");
    assert_eq!(json["conforms"], false);
    assert_eq!(json["unknown_gaps"], json!(["make waves"]));
    assert_eq!(json["findings"][0]["expected"], HOSTILE);
    assert_eq!(json["target_option"], "fast");
}

#[test]
fn annotations_are_for_github_and_never_in_a_report() {
    let diverging = Diverging::new();
    for format in ["human", "json", "junit", "markdown"] {
        let options = ["--format", format];
        let output = diverging.merged(&options, "true");
        assert_eq!(out(&output), diverging.report(&options), "{format}");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 3, "two causes and a gap, a line each: {text}");
        assert!(lines.iter().all(|line| line.starts_with("::error title=")), "{text}");
        let title = "::error title=an exporter is said to export nothing::divergence: ";
        assert!(text.contains(title) && text.contains("%250A\\r\\n::error::"), "{text}");
        assert!(!text.contains('\r'), "{text}");
    }
    assert_eq!(String::from_utf8_lossy(&diverging.merged(&[], "false").stderr), "");
}

#[test]
fn what_is_no_format_is_refused() {
    let output = pybuf(["run", "--format", "xml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("human, json, junit, markdown"));
    assert!(fails(["run", "--format", "junit", "--suite", "none"]).contains("there is no suite"));
}

#[test]
fn a_report_of_another_format_is_refused() {
    let diverging = Diverging::new();
    let text = fs::read_to_string(&diverging.report).expect("it was written");
    let mut report: Value = serde_json::from_str(&text).expect("JSON");
    let refused = |report: &Value| {
        fs::write(&diverging.report, report.to_string()).expect("it can be written to");
        fails(["merge".as_ref(), diverging.report.as_os_str()])
    };
    report["format"] = 2.into();
    let error = refused(&report);
    assert!(error.ends_with("has format 2 of reports, and this pybuf reads format 1\n"), "{error}");
    report.as_object_mut().expect("an object").remove("format");
    let error = refused(&report);
    assert!(error.contains("is no report of `pybuf run --format json`"), "{error}");
}
