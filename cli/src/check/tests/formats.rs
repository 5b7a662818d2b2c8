//! What each format, and the exit status, make of what came.

use super::*;

#[test]
fn no_text_of_others_breaks_a_format() {
    let bad = || {
        let finding = finding(READONLY, Severity::MemorySafety, HOSTILE);
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

    let xml = junit(&outcome);
    assert!(!xml.contains(['\x1b', '\x01', '\u{fffe}']), "{xml}");
    let report = Report::deserialize_from_str(&xml).expect("it is JUnit's XML");
    assert_eq!((report.tests, report.failures, report.errors), (3, 1, 2));

    let json: Value = json(&outcome);
    assert_eq!(json["cells"][0]["expression"], HOSTILE);

    let markdown = markdown(&outcome);
    assert!(!markdown.contains(['\r', '\x1b', '\x01']), "{markdown}");
    assert!(markdown.contains("\n`````text\nmemory safety: "), "a longer fence: {markdown}");
    let row = markdown.lines().find(|line| line.contains("| 1 finding |")).expect("a row");
    let bars = row.matches('|').count() - row.matches("\\|").count();
    assert_eq!(bars, 4, "{row}");
}

#[test]
fn junit_has_a_test_for_each_expression_in_each_interpreter() {
    let report = Report::deserialize_from_str(&junit(&two_by_two()));
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
    let json: Value = json(&outcome);
    let schema = include_str!("../../../../snapshots/schemas/reports.schema.json");
    let schema = serde_json::from_str(schema).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    let problems: Vec<_> = validator.iter_errors(&json).map(|it| it.to_string()).collect();
    assert_eq!(problems, [""; 0]);
    assert_eq!((&json["format"], &json["conforms"]), (&1.into(), &false.into()));
    let mut wrong = json.clone();
    wrong["cells"][1]["findings"][0]["steps"] = "none".into();
    assert!(!validator.is_valid(&wrong), "not everything fits");
    assert_eq!(json["interpreters"][1]["version"], "3.12.1");
    assert_eq!(json["cells"].as_array().map(Vec::len), Some(6));
    let cell = &json["cells"][1];
    assert_eq!((&cell["python"], &cell["status"]), (&1.into(), &"findings".into()));
    assert_eq!(cell["about"]["package"], "numpy 2.2.6");
    let finding = &cell["findings"][0];
    assert_eq!(finding["severity"], "wrong-error");
    assert_eq!(finding["call"], "PyObject_GetBuffer(obj, &view, PyBUF_ND)");
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
    let wrong = || Came::Checked(checked(vec![finding(READONLY, Severity::MemorySafety, "x")]));
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

#[test]
fn what_was_given_up_is_no_check() {
    let death =
        || Checked { to_the_end: false, ..checked(vec![Finding { failures: 5, ..crash() }]) };
    let why = "given up after 5 crashes or time-outs: not all questions were asked";
    let outcome = one(Came::Checked(death()));
    assert!(matches!(outcome.found(), Found::Stopped));
    assert!(outcome.tally(0).part);
    let text_of = human(&outcome);
    assert!(
        text_of.contains(&format!("\nnot checked: numpy.arange(6) on CPython 3.12.1: {why}\n")),
        "{text_of}"
    );
    assert!(text_of.contains(" --emit python --clause crash 'numpy.arange(6)'\n"), "{text_of}");
    assert!(text_of.ends_with(&format!(" on CPython 3.12.1: 1 crash; {why}\n")), "{text_of}");
    let slow = one(Came::Unfinished(death(), "it takes too long".into()));
    assert!(matches!(slow.found(), Found::Stopped));
    let text_of = human(&slow);
    assert!(text_of.ends_with(": 1 crash; given up: it takes too long\n"), "{text_of}");
    let json: Value = json(&outcome);
    let cell = &json["cells"][0];
    assert_eq!((&cell["status"], &cell["message"]), (&"given up".into(), &why.into()));
    assert_eq!(cell["to_the_end"], false);
    let xml = Report::deserialize_from_str(&junit(&outcome));
    assert_eq!(xml.expect("it is JUnit's XML").errors, 1);
    let markdown = markdown(&outcome);
    assert!(
        markdown.contains(&format!(
            "\n### Not checked\n\n- numpy.arange(6) on CPython 3.12.1: {why}\n"
        )),
        "{markdown}"
    );
}
