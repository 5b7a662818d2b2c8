//! `--baseline` and `--write-baseline`.

mod pybuf;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::OnceLock;

use pybuf::{command, fails, out, pybuf};
use serde_json::{Value, json};
use tempfile::TempDir;

const ONE: &str = "check.one-for-exporters";

/// A folder with the report of a target that diverges, once in a crash: one of the fast implementation in
/// which that was written.
struct Run {
    folder: TempDir,
}

impl Run {
    fn new() -> Run {
        static REPORT: OnceLock<Vec<u8>> = OnceLock::new();
        let report = || pybuf(["run", "--edition", "3.12", "--format", "json"]).stdout;
        let mut report: Value = serde_json::from_slice(REPORT.get_or_init(report)).expect("JSON");
        // As of a target that is of this edition only.
        report["part"] = false.into();
        let group = |kind: &str, objects: &str| {
            json!({
                "clause": ONE, "level": "must", "kind": kind, "objects": objects, "failures": 1,
                "notes": 0, "case": "check/2.0", "edition": "3.12", "call": "f()",
                "expected": "a", "observed": "b"
            })
        };
        report["findings"] = json!([
            group("crash", "memoryview"),
            group("divergence", "bytes"),
            group("divergence", "array")
        ]);
        let folder = tempfile::Builder::new().prefix("a baseline ").tempdir().expect("a folder");
        let run = Run { folder };
        run.write("report.json", &report.to_string());
        run
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        fs::write(self.path(name), text).expect("the folder can be written to");
        self.path(name)
    }

    fn arguments(&self, options: &[&dyn AsRef<Path>]) -> Vec<OsString> {
        let merge = ["merge".into(), self.path("report.json").into_os_string()];
        let options = options.iter().map(|option| option.as_ref().as_os_str().to_owned());
        merge.into_iter().chain(options).collect()
    }

    fn merge(&self, options: &[&dyn AsRef<Path>]) -> Output {
        pybuf(self.arguments(options))
    }
}

fn entry(objects: &str, rest: &str) -> String {
    format!("\n[[known]]\nclause = \"{ONE}\"\nobjects = [{objects}]\n{rest}\n")
}

fn all_known() -> String {
    entry("\"bytes\", \"array\"", "reason = \"so\"\nissue = \"bug 1\"")
        + &entry("\"memoryview\"", "verdict = \"crash\"\nreason = \"it falls over\"")
}

#[test]
fn a_draft_needs_reasons_and_is_then_a_baseline() {
    let run = Run::new();
    let draft = run.path("draft.toml");
    let output = run.merge(&[&"--write-baseline", &draft]);
    assert_eq!(output.status.code(), Some(1), "{}", out(&output));
    let text = fs::read_to_string(&draft).expect("it was written");
    assert_eq!(text.matches("[[known]]").count(), 2, "{text}");
    assert!(text.contains("objects = [\"array\", \"bytes\"]"), "{text}");

    let output = run.merge(&[&"--baseline", &draft]);
    let report = out(&output);
    assert_eq!(output.status.code(), Some(1), "{report}");
    let lines = (1..).zip(text.lines()).filter(|(_, line)| line.starts_with("reason"));
    let lines: Vec<_> = lines.map(|(number, _)| number).collect();
    assert_eq!(lines.len(), 2, "{text}");
    for line in lines {
        let error = format!("error: {}:{line}: reason is empty: fill it in\n", draft.display());
        assert!(report.contains(&error), "{error}: {report}");
    }

    fs::write(&draft, text.replace("\"\"", "\"so it is\"")).expect("it can be written");
    let output = run.merge(&[&"--baseline", &draft, &"--strict"]);
    assert_eq!(output.status.code(), Some(0), "{}", out(&output));
    assert!(out(&output).ends_with("conforms: no divergence that is not known\n"));

    // There is nothing more to draft.
    let more = run.path("more.toml");
    let output = run.merge(&[&"--baseline", &draft, &"--write-baseline", &more]);
    assert_eq!(output.status.code(), Some(0));
    let text = fs::read_to_string(&more).expect("it was written");
    assert!(!text.contains("[[known]]"), "{text}");
}

#[test]
fn a_draft_overwrites_nothing() {
    let run = Run::new();
    let draft = run.write("draft.toml", "precious");
    let error = fails(run.arguments(&[&"--write-baseline", &draft]));
    assert!(error.contains("draft.toml is there already, and nothing is overwritten"), "{error}");
    assert_eq!(fs::read_to_string(&draft).ok().as_deref(), Some("precious"));
    let nowhere = run.path("no such folder/draft.toml");
    let error = fails(run.arguments(&[&"--write-baseline", &nowhere]));
    assert!(error.contains("the baseline cannot be written to "), "{error}");
    // A file of which nothing comes does not stay.
    let (nothing, name) = (run.path("nothing.toml"), "--write-baseline");
    fails([
        "run".as_ref(),
        "--target".as_ref(),
        "none".as_ref(),
        name.as_ref(),
        nothing.as_os_str(),
    ]);
    assert!(!nothing.exists());
    let shard = pybuf(["run", "--shard", "1/2", "--write-baseline", "x"]);
    assert_eq!(shard.status.code(), Some(2), "a shard does not know all divergences");
}

#[test]
fn a_file_that_cannot_be_read_is_an_error_before_anything_is_run() {
    let run = Run::new();
    let missing = fails(["run", "--target", "none", "--baseline", "no such.toml"]);
    assert!(missing.contains("no such.toml cannot be read"), "{missing}");
    let broken = run.write("broken.toml", "[[known]]\nclause = \"x\nreason = = 1\n");
    let error = fails(run.arguments(&[&"--baseline", &broken]));
    let (first, second) =
        (format!("{}:2: ", broken.display()), format!("{}:3: ", broken.display()));
    assert!(error.contains(&first) && error.contains(&second), "{error}");
}

#[test]
fn only_what_is_not_known_is_reported() {
    let run = Run::new();
    let file = run.write("known.toml", &entry("\"bytes\"", "reason = \"so\""));
    let output = run.merge(&[&"--baseline", &file]);
    let text = out(&output);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text.matches("divergence: ").count(), 2, "{text}");
    assert!(!text.contains("target    bytes on"), "{text}");
    assert!(text.contains("\n1 cause of divergence known, by "), "{text}");
    assert!(text.ends_with("does not conform: 2 causes of divergence\n"), "{text}");
    // And only that is drafted.
    let draft = run.path("draft.toml");
    run.merge(&[&"--baseline", &file, &"--write-baseline", &draft]);
    let draft = fs::read_to_string(draft).expect("it was written");
    assert!(draft.contains("[\"array\"]") && !draft.contains("\"bytes\""), "{draft}");
}

#[test]
fn every_format_tells_what_is_known_and_what_is_wrong_with_that() {
    let run = Run::new();
    let problem = entry("\"list\"", "reason = \"so\"");
    let good = run.write("good.toml", &all_known());
    let bad = run.write("bad.toml", &(all_known() + &problem));
    let line = all_known().lines().count() + 2;
    let stale = format!("no case of the run tests {ONE} on list: remove the entry");
    let report = |format: &str, file: &PathBuf, status| {
        let output = run.merge(&[&"--baseline", file, &"--format", &format]);
        assert_eq!(output.status.code(), Some(status), "{format}: {}", out(&output));
        assert!(!out(&output).contains('\x1b'), "no colours into a pipe");
        out(&output)
    };
    let human = report("human", &bad, 1);
    assert!(human.contains(&format!("error: {}:{line}: {stale}", bad.display())), "{human}");
    assert!(!human.contains("divergence: "), "{human}");
    let json: Value = serde_json::from_str(&report("json", &bad, 1)).expect("JSON");
    assert_eq!(json["baseline"]["problems"][0]["line"], line);
    assert_eq!(json["baseline"]["known"].as_array().map(Vec::len), Some(3));
    assert_eq!(json["baseline"]["known"][1]["issue"], "bug 1");
    let json: Value = serde_json::from_str(&report("json", &good, 0)).expect("JSON");
    assert_eq!((&json["conforms"], &json["baseline"]["problems"]), (&json!(true), &json!([])));
    let junit = report("junit", &bad, 1);
    assert!(junit.contains("failures=\"1\"") && junit.contains(&stale), "{junit}");
    assert!(junit.contains("<skipped message=\"known: "), "{junit}");
    assert!(report("junit", &good, 0).contains("failures=\"0\""));
    let markdown = report("markdown", &bad, 1);
    assert!(markdown.contains("\n### Errors\n\n- "), "{markdown}");
    assert!(
        markdown.contains("| check.one-for-exporters | bytes | divergence | so (bug 1) |"),
        "{markdown}"
    );
    assert!(!report("markdown", &good, 0).contains("### Errors"));

    let mut github = command();
    github.args(run.arguments(&[&"--baseline", &bad])).env("GITHUB_ACTIONS", "true");
    let output = github.output().expect("the command was built for this test");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let annotation = format!("bad.toml,line={line},title=baseline::{stale}");
    assert!(text.starts_with("::error file=") && text.contains(&annotation), "{text}");
    assert_eq!(text.lines().count(), 1, "{text}");
}

#[test]
fn a_changed_verdict_and_a_pass_fail() {
    let run = Run::new();
    let text = all_known()
        .replace("verdict = \"crash\"\n", "")
        .replace("\"array\"", "\"array\", \"bytearray\"");
    let file = run.write("known.toml", &text);
    let output = run.merge(&[&"--baseline", &file]);
    let report = out(&output);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        report.contains(":2: check.one-for-exporters on bytearray passes now: take bytearray"),
        "{report}"
    );
    assert!(report.contains("on memoryview is a crash now, not a divergence"), "{report}");
    assert!(report.contains("divergence: the process died"), "the crash is new: {report}");
}

#[test]
fn entries_are_judged_when_all_shards_are_there() {
    let run = Run::new();
    let file = run.write("known.toml", &entry("\"bytes\"", "reason = \"so\""));
    let shard = |shard: &str, name: &str| {
        let mut command = command();
        command.args(["run", "--edition", "3.12", "--format", "json", "--shard", shard]);
        let output = command.arg("--baseline").arg(&file).output().expect("it runs");
        assert_eq!(output.status.code(), Some(0), "{}", out(&output));
        // As of a target that is of this edition only.
        let mut report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(report["part"], true, "nine editions were left out");
        report["part"] = false.into();
        run.write(name, &report.to_string())
    };
    let (one, two) = (shard("1/2", "1.json"), shard("2/2", "2.json"));
    let merge = |file: &Path| {
        let mut command = command();
        command.arg("merge").args([&one, &two]).arg("--baseline").arg(file);
        command.output().expect("it runs")
    };
    let output = merge(&file);
    assert_eq!(output.status.code(), Some(1));
    assert!(out(&output).contains(":2: check.one-for-exporters on bytes passes now"));
    assert_eq!(merge(&run.write("empty.toml", "")).status.code(), Some(0));
    // The rest of the suites, or of the editions, may need what one does not.
    let mut one_suite = command();
    let output = one_suite.args(["run", "--suite", "check"]).arg("--baseline").arg(&file).output();
    let output = output.expect("it runs");
    assert_eq!(output.status.code(), Some(0), "{}", out(&output));
    assert!(out(&output).contains("\n1 entry of "), "{}", out(&output));
}

/// If this very version is here.
#[test]
fn what_is_known_of_cpython_is_all_there_is() {
    if !out(&pybuf(["targets"])).contains("\ncpython:3.12.1 ") {
        eprintln!("CPython 3.12.1 is not here: not run");
        return;
    }
    let known = concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots/targets/known.toml");
    let output = pybuf(["run", "--target", "cpython:3.12.1", "--baseline", known]);
    assert_eq!(output.status.code(), Some(0), "{}", out(&output));
}
