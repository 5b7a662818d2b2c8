//! Random runs of the command: seeds, budgets, statistics, and what is kept.

mod pybuf;

use pybuf::{command, fails, out, pybuf};
use serde_json::Value;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn json(arguments: &[&str]) -> Value {
    let output = pybuf([arguments, &["--format", "json"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("it is JSON")
}

#[test]
fn a_random_run_says_what_was_drawn() {
    let output = pybuf(["run", "--suite", "request", "--cases", "40", "--seed", "7"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    assert!(text(&output.stderr).starts_with("random cases, seed 7\n"));
    let out = text(&output.stdout);
    assert!(out.contains("random cases: seed 7, 400 cases in "), "{out}");
    for part in ["a second", "accepted ", "refused ", "strided ", "clauses", "exercised"] {
        assert!(out.contains(part), "{part}: {out}");
    }
    assert!(!out.contains("certificates"), "nothing was enumerated: {out}");
}

#[test]
fn statistics_are_in_the_json_and_the_same_for_the_same_seed() {
    let run = |seed| json(&["run", "--suite", "copy", "--cases", "30", "--seed", seed]);
    let report = run("5");
    let random = &report["ran"]["drawn"];
    assert_eq!(random["seed"], 5);
    assert!(random["seconds"].is_number() && report["cases_a_second"].is_number());
    let statistics = &random["statistics"][0];
    assert_eq!(statistics["domain"], "copy");
    assert_eq!(statistics["cases"], 300);
    assert!(statistics["accepted"].as_u64() > Some(0), "{statistics}");
    assert!(statistics["classes"]["strided"].as_u64() > Some(0), "{statistics}");
    assert_eq!(report["certificates"], Value::Array(vec![]));
    assert_eq!(*statistics, run("5")["ran"]["drawn"]["statistics"][0]);
    assert_ne!(*statistics, run("6")["ran"]["drawn"]["statistics"][0]);
}

#[test]
fn a_seed_alone_is_a_random_run_and_a_time_is_a_budget() {
    let report = json(&["run", "--suite", "format", "--edition", "3.13", "--seed", "5"]);
    assert_eq!(report["ran"]["drawn"]["statistics"][0]["cases"], 1_000);
    // Of two budgets the first that is used up ends it.
    let both = ["--for", "60m", "--cases", "3"];
    let report = json(&[&["run", "--suite", "format", "--edition", "3.13"][..], &both].concat());
    assert_eq!(report["ran"]["drawn"]["statistics"][0]["cases"], 3);
    for wrong in [["--for", "soon"], ["--cases", "0"], ["--seed", "x"]] {
        assert_eq!(pybuf(wrong).status.code(), Some(2), "{wrong:?}");
    }
}

#[test]
fn kept_cases_are_listed_and_replayed() {
    let listed = out(&pybuf(["list", "request"]));
    assert!(listed.starts_with("request/r1   make Exporter("), "{listed:.100}");
    let walked = text(&pybuf(["list", "request", "--json"]).stdout);
    assert!(walked.starts_with("request/0.plain.0 "), "certificates are of walks: {walked:.100}");
    let replay = pybuf(["replay", "request/r1"]);
    assert_eq!(replay.status.code(), Some(0));
    assert!(text(&replay.stdout).starts_with("request/r1 on pybuf-fast"));
    assert!(fails(["replay", "request/r999"]).contains("has no case request/r999"));
    // Beyond what is enumerated, ids are what they are within.
    let replay = pybuf(["replay", "check/any.0.0.7"]);
    assert_eq!(replay.status.code(), Some(0), "{}", text(&replay.stderr));
}

#[test]
#[cfg(target_os = "linux")]
fn what_cannot_be_written_beside_the_report_is_no_crash() {
    for (arguments, status) in
        [(&["run", "--cases", "20", "--suite", "check"][..], 0), (&["run", "--suite", "none"], 2)]
    {
        let full = std::fs::File::options().write(true).open("/dev/full").expect("Linux has it");
        let output = command().args(arguments).stderr(full).output().expect("it was built");
        assert_eq!(output.status.code(), Some(status), "{arguments:?}");
    }
}
