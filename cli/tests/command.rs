//! The command as its users see it: output, exit status, errors.

mod pybuf;

use pybuf::{command, fails, out, pybuf, unread};
use pybuf_harness::model::Edition;
use sha2::{Digest, Sha256};

fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

#[test]
fn without_arguments_the_fast_implementation_conforms() {
    let output = pybuf::<&str>([]);
    let text = out(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("editions 1.6 to 3.13"), "{text}");
    let must = text.lines().map(words).find(|line| line.first() == Some(&"must"));
    let must = must.expect("a line a level");
    assert!(must.len() == 3 && must[1] == must[2], "all clauses are exercised: {text}");
    assert!(!text.contains("not exercised"), "{text}");
    for line in [" old.pending", "21 more (lacks PyArg_ParseTuple)", "(lacks PyErr_SetString)"] {
        let of_line = |it: &str| it.starts_with("  not reachable: ") && it.contains(line);
        assert!(text.lines().any(of_line), "{line}: {text}");
    }
    assert!(text.contains("certificates"), "{text}");
    assert!(text.ends_with("conforms: no divergence\n"), "{text}");
    assert!(!text.contains('\x1b'), "no colours into a pipe: {text}");
    assert!(output.stderr.is_empty(), "no progress bar into a pipe");
}

#[test]
fn a_run_can_be_of_one_suite_and_one_edition_and_in_json() {
    let output = pybuf(["run", "--suite", "check", "--edition", "3.12", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0));
    let report: serde_json::Value =
        serde_json::from_slice(&output.stdout).expect("the report is JSON");
    let sections = report["sections"].as_array().expect("a report has sections");
    assert_eq!(sections.len(), 1);
    assert_eq!(sections[0]["edition"], "3.12");
    assert_eq!(report["findings"], serde_json::json!([]));
    assert_eq!(report["conforms"], true);
    let coverage = report["coverage"].as_array().expect("a report has coverage");
    let must = coverage.iter().find(|coverage| coverage["level"] == "must");
    let all = serde_json::json!({ "level": "must", "exercised": 4, "all": 4, "missed": [] });
    assert_eq!(must, Some(&all));
    assert_eq!(report["out_of_reach"], serde_json::json!([]));

    // The certificate is of the lines that `list` prints.
    let listed = pybuf(["list", "check", "--json"]);
    let digest: String =
        Sha256::digest(&listed.stdout).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(report["certificates"][0]["digest"], digest.as_str());
    let lines = out(&listed).lines().count();
    assert_eq!(report["certificates"][0]["cases"], lines);
}

#[test]
fn the_options_of_run_do_without_the_word() {
    let output = pybuf(["--suite", "check", "--edition", "2.2", "--strict"]);
    let text = out(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.ends_with("conforms: there is nothing of this in the edition\n"), "{text}");
}

#[test]
fn what_does_not_exist_is_an_error_that_says_what_does() {
    assert!(fails(["run", "--target", "fats"]).contains("cpython:WHICH"));
    assert!(fails(["run", "--suite", "requests"]).contains("old, check, request"));
    assert!(fails(["run", "--target", "cpython:no such python"]).contains("PYBUF_PYTHONS"));
    assert!(fails(["replay", "request/99.99"]).contains("pybuf list request"));
    assert!(fails(["replay", "requests/0"]).contains("old, check, request"));
    assert!(fails(["list", "requests"]).contains("old, check, request"));
    assert!(fails(["explain", "requests"]).contains("SPEC_NOTES.md"));
    assert!(fails(["explain", ""]).contains("SPEC_NOTES.md"));
}

#[test]
fn what_cannot_be_parsed_is_an_error_too() {
    for arguments in [&["run", "--edition", "3.14"][..], &["replay", "request"], &["frobnicate"]] {
        let output = pybuf(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}

#[test]
fn every_command_has_help_with_an_example() {
    let names = [
        "run", "merge", "smoke", "schema", "replay", "list", "explain", "editions", "vectors",
        "targets",
    ];
    for name in names {
        let output = pybuf([name, "--help"]);
        assert_eq!(output.status.code(), Some(0), "{name}");
        let text = out(&output);
        assert!(text.contains("Example") && text.contains(&format!("  pybuf {name}")), "{text}");
    }
}

#[test]
fn a_replay_shows_what_is_permitted_by_which_clauses_and_the_verdict() {
    let output = pybuf(["replay", "request/0.bytes.0.1", "--edition", "3.12"]);
    assert_eq!(output.status.code(), Some(0));
    let text = out(&output);
    assert!(text.starts_with("request/0.bytes.0.1 on pybuf-fast"), "{text}");
    let calls: Vec<_> = text.split("\n\n").collect();
    let [_, made, asked, released, verdict] = calls[..] else { panic!("three calls: {text}") };
    assert!(made.starts_with("1. make bytes(5)\n  permitted the object is made\n"), "{text}");
    let call = "2. PyObject_GetBuffer(bytes(5), &view, PyBUF_WRITABLE)\n  permitted failure";
    assert!(asked.starts_with(call), "{text}");
    let has = |line: &[&str]| asked.lines().any(|it| words(it).ends_with(line));
    assert!(has(&["failure", "must", "request.writable.refused-on-readonly"]), "{text}");
    assert!(has(&["exception", "BufferError", "must", "request.refusal.buffer-error"]), "{text}");
    assert!(has(&["obj", "NULL", "must", "request.refusal.obj-null"]), "{text}");
    let reply = "\n  reply     return value -1, exception BufferError, obj NULL, ";
    assert!(asked.contains(reply) && asked.ends_with("\n  verdict   agrees"), "{text}");
    assert!(released.contains("\n  reply     the call was not made\n"), "{text}");
    assert_eq!(verdict, "verdict: agrees\n");
    assert!(!text.contains(['{', '}']), "JSON is for --format json: {text}");
}

#[test]
fn the_cases_of_the_readme_can_be_replayed() {
    let readme = include_str!("../../README.md");
    let replays = readme.lines().filter_map(|line| line.trim().strip_prefix("replay    pybuf "));
    let ids: Vec<&str> = replays.filter_map(|line| line.split(' ').nth(1)).collect();
    assert!(ids.len() >= 3, "{ids:?}");
    for id in ids {
        let output = pybuf(["replay", id, "--target", "model"]);
        assert_eq!(
            output.status.code(),
            Some(0),
            "{id}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

#[test]
fn a_replay_is_in_json_for_those_who_ask() {
    let output = pybuf(["replay", "request/0.bytes.0.1", "--edition", "3.12", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    assert_eq!(
        (&json["case"], &json["verdict"]),
        (&"request/0.bytes.0.1".into(), &"agrees".into())
    );
    let call = &json["calls"][1];
    assert_eq!(call["call"]["PyObject_GetBuffer"]["object"], 0);
    assert_eq!(call["reply"]["returned"]["exception"], "BufferError");
    assert_eq!(call["permitted"][0]["clause"], "request.writable.refused-on-readonly");
    assert_eq!(call["divergences"], serde_json::json!([]));
}

#[test]
fn suites_and_clauses_are_listed() {
    let suites = out(&pybuf(["list"]));
    let sections = suites.lines().filter(|line| !line.starts_with(' '));
    let names: Vec<_> = sections.map(|line| words(line)[0]).collect();
    let all: Vec<_> = pybuf_suites::ALL.iter().map(|domain| domain.name).collect();
    assert_eq!(names, all);
    assert!(suites.contains("\n    PyObject_GetBuffer\n"), "{suites}");
    let clause = out(&pybuf(["explain", "request.format.null-unless-asked"]));
    assert!(clause.contains("must") && clause.contains("S4, PyBUF_FORMAT"), "{clause}");
    assert!(clause.contains("\n  severity  wrong data\n  fix       set view->format"), "{clause}");
    let several = out(&pybuf(["explain", "request.contiguity."]));
    assert_eq!(several.matches("  witness   request/").count(), 3, "{several}");
    assert_eq!(several.matches("  counter   request/").count(), 3, "{several}");
    assert_eq!(several.matches("SPEC_NOTES.md line").count(), 3, "{several}");
}

#[test]
fn the_two_sides_of_a_clause_can_be_replayed() {
    let clause = out(&pybuf(["explain", "request.writable.refused-on-readonly"]));
    let replied = |side: &str| {
        let line = clause.lines().map(words).find(|line| line.first() == Some(&side));
        let line = line.unwrap_or_else(|| panic!("no {side}: {clause}"));
        let edition = line[3].trim_end_matches(')');
        assert_eq!((line[2], edition), ("(edition", "3.13"), "{clause}");
        out(&pybuf(["replay", line[1], "--edition", edition]))
    };
    let (witness, counter) = (replied("witness"), replied("counter"));
    assert!(witness.contains("PyBUF_WRITABLE") && witness.contains("BufferError"), "{witness}");
    assert!(!counter.contains("PyBUF_WRITABLE"), "{counter}");

    let always = out(&pybuf(["explain", "release.always-succeeds"]));
    assert!(always.contains("  counter   none: it binds every call"), "{always}");
}

#[test]
fn editions_are_listed_with_what_each_changed() {
    let output = pybuf(["editions"]);
    assert_eq!(output.status.code(), Some(0));
    let text = out(&output);
    let names: Vec<_> = text.lines().skip(1).step_by(2).map(|line| words(line)[0]).collect();
    let all: Vec<_> = Edition::ALL.iter().map(|edition| edition.name()).collect();
    assert_eq!(names, all, "{text}");
    for about in Edition::ALL.map(pybuf_harness::model::edition::about) {
        assert!(text.contains(&about.new) && text.contains(&about.document), "{about:?}");
    }
}

#[test]
fn two_editions_are_compared_either_way_round() {
    let output = pybuf(["editions", "2.7", "3.12"]);
    assert_eq!(output.status.code(), Some(0));
    let text = out(&output);
    let has = |text: &str, line: &[&str]| text.lines().any(|l| words(l).starts_with(line));
    assert!(text.starts_with("from edition 2.7 to edition 3.12\n"), "{text}");
    assert!(has(&text, &["went", "slots"]), "{text}");
    assert!(has(&text, &["must", "request.refusal.obj-null"]), "{text}");
    assert!(has(&text, &["should,", "now", "must", "request.granted-if-representable"]), "{text}");
    let smallest = "PyObject_CheckBuffer(array.array('i', range(3)))   4 calls, first in check/array.0\n    \
                    2.7        success with return value 0\n    \
                    3.12       success with return value 1\n";
    assert!(text.contains(smallest), "{text}");

    let back = out(&pybuf(["editions", "3.12", "2.7"]));
    assert!(has(&back, &["came", "slots"]), "{back}");
    assert!(back.contains("\n    3.12       success with return value 1\n    2.7 "), "{back}");

    let same = pybuf(["editions", "3.12", "3.12"]);
    assert_eq!(out(&same), "no difference between 3.12 and 3.12\n");
    assert_eq!(same.status.code(), Some(0));
}

#[test]
fn an_edition_that_does_not_exist_is_an_error_with_those_that_do() {
    for arguments in [&["editions", "2.7", "3.9"][..], &["editions", "3", "2.7"]] {
        let output = pybuf(arguments);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(error.contains("1.6, 2.2, 2.5, 2.7-draft, 2.7, 3.2, 3.3, 3.10"), "{error}");
    }
    assert_eq!(
        pybuf(["editions", "2.7"]).status.code(),
        Some(2),
        "one alone is compared to nothing"
    );
}

#[test]
fn a_reader_that_has_enough_does_not_change_what_was_found() {
    let commands: [&[&str]; 3] = [
        &["list", "request"],
        &["run", "--suite", "check"],
        &["--suite", "check", "--format", "json"],
    ];
    for arguments in commands {
        let output = unread(command().args(arguments));
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
    }
}

#[test]
fn colours_are_for_terminals_and_never_with_no_color() {
    let clause = ["explain", "request.format.null-unless-asked"];
    let text = |variables: &[(&str, &str)]| {
        let mut command = command();
        out(&command.args(clause).envs(variables.iter().copied()).output().expect("it runs"))
    };
    assert!(!text(&[]).contains('\x1b'));
    assert!(text(&[("CLICOLOR_FORCE", "1")]).contains('\x1b'));
    assert!(!text(&[("NO_COLOR", "1")]).contains('\x1b'));
}

#[test]
fn candidates_that_are_no_interpreter_are_shown_with_the_reason() {
    let folder = tempfile::Builder::new().prefix("no python here ").tempdir().expect("a folder");
    let missing = folder.path().join("bin/python3");
    let output = command().arg("targets").env("PYBUF_PYTHONS", &missing).output().expect("it runs");
    assert_eq!(output.status.code(), Some(0));
    let text = out(&output);
    assert!(text.starts_with("fast "), "{text}");
    let line = text.lines().find(|line| line.contains(&*missing.to_string_lossy()));
    assert!(line.is_some_and(|line| line.starts_with("not usable")), "{text}");
}
