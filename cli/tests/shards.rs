//! `pybuf run --shard` and `pybuf merge`: what is reported, and what is refused.

mod pybuf;

use pybuf::{command, fails, out, pybuf, unread};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

fn folder() -> TempDir {
    tempfile::Builder::new().prefix("shards of pybuf ").tempdir().expect("a folder")
}

/// What a run of a small suite writes, and where that is.
fn written(folder: &TempDir, name: &str, options: &[&str]) -> PathBuf {
    let run = ["run", "--suite", "check", "--format", "json"];
    let output = pybuf(run.iter().chain(options));
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let path = folder.path().join(name);
    fs::write(&path, output.stdout).expect("the folder can be written to");
    path
}

fn shards(folder: &TempDir, count: usize) -> Vec<PathBuf> {
    let shard = |i| format!("{i}/{count}");
    let each = (1..=count).map(|i| written(folder, &format!("{i}.json"), &["--shard", &shard(i)]));
    each.collect()
}

fn merge(reports: &[impl AsRef<Path>], options: &[&str]) -> Vec<std::ffi::OsString> {
    let reports = reports.iter().map(|path| path.as_ref().as_os_str().to_owned());
    ["merge".into()].into_iter().chain(reports).chain(options.iter().map(Into::into)).collect()
}

/// The same report with something changed.
fn changed(path: &Path, change: impl Fn(&mut Value)) -> PathBuf {
    let mut report = serde_json::from_slice(&fs::read(path).expect("it is there")).expect("JSON");
    change(&mut report);
    let path = path.with_extension("changed.json");
    fs::write(&path, report.to_string()).expect("the folder can be written to");
    path
}

#[test]
fn the_shards_of_a_run_merge_into_its_report_in_every_format() {
    let folder = folder();
    let mut reports = shards(&folder, 3);
    reports.rotate_left(1);
    for format in ["json", "human", "junit", "markdown"] {
        let whole = pybuf(["run", "--suite", "check", "--format", format]);
        let merged = pybuf(merge(&reports, &["--format", format]));
        assert_eq!(out(&merged), out(&whole), "{format}");
        assert_eq!(merged.status.code(), Some(0), "{format}");
        assert!(!out(&merged).contains('\x1b'), "no colours into a pipe");
    }
    let whole = written(&folder, "whole.json", &["--shard", "1/1"]);
    let merged = pybuf(merge(&[whole], &["--format", "json"]));
    assert_eq!(out(&merged), out(&pybuf(["run", "--suite", "check", "--format", "json"])));
}

#[test]
fn a_shard_does_not_tell_what_was_not_exercised() {
    let output = pybuf(["--suite", "check", "--edition", "3.12", "--shard", "200/200"]);
    let text = out(&output);
    assert_eq!(output.status.code(), Some(0), "there is no case 200: {text}");
    assert!(text.contains("\nshard 200/200: ") && text.contains("`pybuf merge`"), "{text}");
    assert!(!text.contains("exercised  ") && !text.contains("not exercised:"), "{text}");
}

#[test]
fn what_is_no_shard_is_refused() {
    for shard in ["0/3", "4/3", "3", "a/b", "1/0"] {
        let output = pybuf(["run", "--shard", shard]);
        assert_eq!(output.status.code(), Some(2), "{shard}");
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(error.contains("is no shard; the three shards of a run are 1/3"), "{error}");
    }
}

#[test]
fn shards_that_overlap_are_refused_and_what_is_missing_was_not_run() {
    let folder = folder();
    let all = shards(&folder, 3);
    let missing = pybuf(merge(&all[1..], &[]));
    assert_eq!(missing.status.code(), Some(2));
    let error = "\nerror: stopped early: 1/3 is missing; ";
    assert!(out(&missing).contains(error), "{}", out(&missing));
    let twice = fails(merge(&[&all[0], &all[1], &all[2], &all[1]], &[]));
    assert!(twice.contains("2/3 is in ") && twice.contains("2.json and in "), "{twice}");
    let whole = written(&folder, "whole.json", &[]);
    assert!(fails(merge(&[&all[0], &whole], &[])).contains("is one of 1, and "));
}

#[test]
fn what_is_not_of_this_run_is_refused() {
    let folder = folder();
    let all = shards(&folder, 2);
    let with = |change: &dyn Fn(&mut Value)| {
        let other = changed(&all[1], change);
        fails(merge(&[&all[0], &other], &[]))
    };
    let target = with(&|it| it["target"] = "another".into());
    assert!(target.contains("2.changed.json is of another, and "), "{target}");
    let version = with(&|it| it["pybuf"] = "0.0.1".into());
    assert!(version.contains("was written by pybuf 0.0.1, and this is "), "{version}");
    let cases = with(&|it| it["certificates"][0]["digest"] = "0".into());
    assert!(cases.contains("has other cases of check than this pybuf"), "{cases}");
    let suite = with(&|it| it["certificates"][0]["domain"] = "checks".into());
    assert!(suite.contains("has other cases of checks than this pybuf"), "{suite}");
    let unlike = with(&|it| it["sections"][0]["cases"] = 0.into());
    assert!(unlike.contains("is no report") && unlike.contains("do not add up"), "{unlike}");
    let incomplete = with(&|it| {
        for count in ["cases", "agree", "not_in_edition", "unsupported", "diverge", "notes"] {
            it["sections"][0][count] = 0.into();
        }
    });
    assert!(incomplete.contains("cases of check in edition 1.6 there are 95"), "{incomplete}");
    let clause = with(&|it| it["exercised_on"]["bytes"] = serde_json::json!(["check.no-such"]));
    assert!(clause.contains("is no report") && clause.contains("check.no-such"), "{clause}");
    let suites = written(&folder, "old.json", &["--edition", "3.12", "--shard", "2/2"]);
    assert!(fails(merge(&[&all[0], &suites], &[])).contains("not of the same suites, editions"));
}

#[test]
fn what_is_no_report_is_refused() {
    let folder = folder();
    let missing = fails(merge(&[folder.path().join("no such.json")], &[]));
    assert!(missing.contains("no such.json cannot be read"), "{missing}");
    for (name, text) in [("empty", &b""[..]), ("text", b"text"), ("other", b"{\"pybuf\": 1}")] {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("the folder can be written to");
        let error = fails(merge(&[path], &[]));
        assert!(error.contains("is no report of `pybuf run --format json`"), "{error}");
    }
    let binary = folder.path().join("binary");
    fs::write(&binary, [0xff, 0xfe, 0]).expect("the folder can be written to");
    assert!(fails(merge(&[binary], &[])).contains("cannot be read"));
    assert_eq!(pybuf(["merge"]).status.code(), Some(2), "of nothing");
}

#[test]
fn a_reader_that_has_enough_does_not_change_what_was_found() {
    let folder = folder();
    let whole = written(&folder, "whole.json", &[]);
    let gap = |it: &mut Value| it["lacks"]["make waves"] = "so".into();
    for (path, status) in [(changed(&whole, gap), 1), (whole, 0)] {
        for format in ["human", "json", "junit", "markdown"] {
            let output = unread(command().args(merge(&[&path], &["--format", format])));
            assert_eq!(output.status.code(), Some(status), "{format}");
            assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{format}");
        }
    }
}
