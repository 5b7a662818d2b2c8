//! Objects in the interpreter of this machine: bytes, of which something is known to be wrong; a bytearray, of which
//! nothing is; and what is no object at all.

use std::ffi::OsStr;
use std::fs;
use std::process::{Command, Output};

use pybuf_targets::cpython;
use quick_junit::Report;
use serde_json::Value;
use tempfile::TempDir;

use crate::Test;
use crate::pybuf::{command, fails, out, pybuf, unread};

pub const TESTS: [Test; 17] = [
    ("an object that is right", right),
    ("an object that is not", wrong),
    ("what cannot be evaluated says why, and the rest is checked", not_evaluated),
    ("what ends its process is a finding, and the rest is checked", deaths),
    ("what prints, forks and exits does no harm", hostile),
    ("what does not come back is a finding", hang),
    ("a setup, and an expression that begins with a dash", setup),
    ("a file of expressions, whose path has a space", file),
    ("an interpreter is asked once, and one that is not there is told", once),
    ("JSON, XML and Markdown", formats),
    ("a baseline from its draft to its end", baseline),
    ("an emitted program shows the finding", emit),
    ("where there is nothing to show, it is said", nothing_to_show),
    ("what else there is to say does not get into a program", emit_some),
    ("python3 and python in one folder are one interpreter", names_of_one),
    ("a reader that stops early does not change what was found", broken_pipe),
    ("annotations for GitHub", annotations),
];

/// For those who have two interpreters.
pub const OF_TWO: [Test; 1] = [("several interpreters make a table", several)];

const OBJ_NULL: &str = "request.refusal.obj-null";

fn check<I: AsRef<OsStr>>(arguments: impl IntoIterator<Item = I>) -> Output {
    let mut command = command();
    command.arg("check").args(arguments).output().expect("the command was built for this test")
}

/// The report, after the exit status was looked at.
fn report<I: AsRef<OsStr>>(arguments: impl IntoIterator<Item = I>, status: i32) -> String {
    let output = check(arguments);
    let text = out(&output);
    assert_eq!(output.status.code(), Some(status), "{text}");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "no progress bar into a pipe");
    assert!(!text.contains('\x1b'), "no colours into a pipe: {text}");
    text
}

fn folder() -> TempDir {
    tempfile::Builder::new().prefix("a check ").tempdir().expect("a folder")
}

fn right() {
    let text = report(["bytearray(b'ab')"], 0);
    assert!(
        text.starts_with("pybuf ") && text.contains(": bytearray(b'ab') (bytearray) on "),
        "{text}"
    );
    assert!(text.contains(": right, by ") && text.lines().count() == 1, "{text}");
}

fn wrong() {
    let text = report(["b'ab'"], 1);
    assert!(text.contains(": view->obj is not NULL after a refusal\n"), "{text}");
    let lines = [
        "  clause    request.refusal.obj-null (must, edition ",
        "  text      https://docs.python.org/3.",
        "  object    b'ab' on CPython 3.",
        "  request   PyObject_GetBuffer(obj, &view, PyBUF_WRITABLE)",
        "  expected  obj NULL",
        "  observed  obj not written",
        "  program   pybuf check --emit python --clause request.refusal.obj-null \"b'ab'\"",
    ];
    for line in lines {
        assert!(text.lines().any(|it| it.starts_with(line)), "{line}: {text}");
    }
    assert!(text.ends_with(": 1 clause broken: request.refusal.obj-null\n"), "{text}");
}

fn not_evaluated() {
    let text = report(["b'ab'", "oops", "[", "1 / 0", "3"], 2);
    let told =
        |line: &str| text.lines().any(|it| it.starts_with("not checked: ") && it.ends_with(line));
    assert!(told("NameError: name 'oops' is not defined"), "{text}");
    assert!(text.contains("SyntaxError: "), "{text}");
    assert!(told("ZeroDivisionError: division by zero"), "{text}");
    assert!(told("int exports nothing"), "{text}");
    assert!(text.contains("obj not written"), "{text}");
    let verdict = text.lines().last().unwrap_or_default();
    assert!(verdict.contains(": 1 with findings, 4 not checked: 1 clause broken: "), "{text}");
}

fn deaths() {
    let text = report(["ctypes.string_at(0)", "bytearray(2)", "os._exit(7)"], 1);
    assert!(text.starts_with("crash: the process died\n"), "{text}");
    assert!(text.contains("\n  request   evaluating the expression\n"), "{text}");
    assert!(text.contains("\n  observed  exit status 7\n"), "{text}");
    let row = |begin: &str| text.lines().find(|line| line.trim_start().starts_with(begin));
    assert!(row("bytearray(2) ").is_some_and(|line| line.ends_with("right")), "{text}");
    assert!(row("os._exit(7) ").is_some_and(|line| line.ends_with("crash")), "{text}");
}

fn hostile() {
    let expressions = [
        "[print('x' * 9999), bytearray(2)][1]",
        "[os.fork(), bytearray(2)][1]",
        "[os.close(1), bytearray(2)][1]",
        "[sys.stdout.close(), bytearray(2)][1]",
        "sys.exit(0)",
        "bytearray(2)",
    ];
    let text = report(expressions, 2);
    assert_eq!(text.lines().filter(|line| line.ends_with("  right")).count(), 5, "{text}");
    assert!(text.contains("sys.exit(0) on ") && text.contains(": SystemExit: 0\n"), "{text}");
}

fn hang() {
    let text = report(["--call-limit", "500ms", "[0 for _ in iter(int, 1)]", "bytearray(2)"], 1);
    assert!(text.starts_with("time-out: the call did not come back\n"), "{text}");
    assert!(text.contains("\n  observed  nothing within 500ms\n"), "{text}");
}

fn setup() {
    let text = report(["--setup", "import mmap as m", "--setup", "x = m.mmap(-1, 8)", "x"], 0);
    assert!(text.contains(": x (mmap.mmap) on "), "{text}");
    let text = report(["--setup", "oops", "b''"], 2);
    assert!(text.contains("the setup: NameError: name 'oops' is not defined"), "{text}");
    assert!(report(["--", "-3"], 2).contains("-3 on "));
}

fn file() {
    let folder = folder();
    let path = folder.path().join("some exporters.txt");
    let text = "# Two of them.\n\nbytearray(2)\r\n  array.array('i', [1, 2])  \nbytearray(2)\n";
    fs::write(&path, text).expect("the folder can be written to");
    let text = report(["--file".as_ref(), path.as_os_str(), "bytearray(1)".as_ref()], 0);
    assert!(text.contains(": 3 expressions on CPython 3."), "each once: {text}");
    assert!(text.contains("  array.array('i', [1, 2])  right\n"), "{text}");
}

/// The interpreters of this machine, the one first that is asked if nobody names one.
pub fn interpreters() -> Vec<String> {
    let others = cpython::discover().into_iter().filter_map(|it| it.interpreter.ok());
    let mut all: Vec<_> = cpython::active_interpreter().into_iter().chain(others).collect();
    let mut seen = std::collections::HashSet::new();
    all.retain(|it| seen.insert(it.version));
    all.iter().map(|it| it.executable.display().to_string()).collect()
}

fn once() {
    let path = &interpreters()[0];
    // The same one twice is one.
    let text = report(["--python", path, "--python", path, "bytearray(2)"], 0);
    assert_eq!(text.lines().count(), 1, "{text}");
    let text = report(["--python", path, "--python", "nonsense", "bytearray(2)"], 2);
    assert!(text.contains("not checked: there is no Python \"nonsense\""), "{text}");
    assert!(text.contains(": right, by "), "{text}");
}

fn several() {
    let [path, other, ..] = &interpreters()[..] else { panic!("there were two") };
    let text = report(["--python", path, "--python", other, "bytearray(2)", "b'ab'"], 1);
    let head = text.lines().find(|line| line.starts_with("  CPython "));
    assert_eq!(head.map(|line| line.split_whitespace().count()), Some(3), "{text}");
    let folder = folder();
    let draft = folder.path().join("known.toml").display().to_string();
    let error =
        fails(["check", "--python", path, "--python", other, "--write-baseline", &draft, "b''"]);
    assert!(error.contains("give one --python"), "{error}");
    assert!(!folder.path().join("known.toml").exists(), "nothing came of it");
}

fn formats() {
    let all = ["b'ab'", "bytearray(2)", "oops"];
    let with = |format| ["--format", format].into_iter().chain(all);
    let json: Value = serde_json::from_str(&report(with("json"), 2)).expect("it is JSON");
    let status: Vec<_> = (0..3).map(|cell| &json["cells"][cell]["status"]).collect();
    assert_eq!(status, ["findings", "right", "not evaluated"]);
    let finding = &json["cells"][0]["findings"][0];
    assert_eq!(finding["clause"], OBJ_NULL);
    assert_eq!(finding["steps"][0]["call"]["PyObject_GetBuffer"]["flags"], 1);
    assert_eq!(json["cells"][2]["message"], "NameError: name 'oops' is not defined");
    let report_of =
        Report::deserialize_from_str(&report(with("junit"), 2)).expect("it is JUnit's XML");
    assert_eq!((report_of.tests, report_of.failures, report_of.errors), (3, 1, 1));
    let markdown = report(with("markdown"), 2);
    for part in ["## pybuf check\n", "| bytearray(2) | right |", "### Not checked\n\n- oops on "] {
        assert!(markdown.contains(part), "{part}: {markdown}");
    }
    assert!(markdown.contains("<details><summary>"), "{markdown}");
}

fn baseline() {
    let folder = folder();
    let path = folder.path().join("known.toml");
    let with = |option: &'static str| [option.as_ref(), path.as_os_str(), "b'ab'".as_ref()];
    report(with("--write-baseline"), 1);
    let draft = fs::read_to_string(&path).expect("it was written");
    assert!(draft.contains("objects = [\"b'ab'\"]") && !draft.contains("replay"), "{draft}");
    assert!(report(with("--baseline"), 1).contains("reason is empty: fill it in\n"));
    let known = draft.replace("reason = \"\"", "reason = \"PyBuffer_FillInfo\"");
    fs::write(&path, &known).expect("it can be written");
    let text = report(with("--baseline"), 0);
    assert!(text.starts_with("1 finding known, by "), "{text}");
    // What is not so any more, and what is about nothing.
    let stale = known.replace(OBJ_NULL, "request.refusal.raises");
    fs::write(&path, &stale).expect("it can be written");
    assert!(report(with("--baseline"), 1).contains(" passes now: "));
    let emitted = check(with("--baseline").into_iter().chain(["--emit", "c"].map(OsStr::new)));
    assert!(out(&emitted).contains("#include <Python.h>"));
    let error = String::from_utf8_lossy(&emitted.stderr).into_owned();
    assert!(error.starts_with("error: ") && error.contains(" passes now: "), "{error}");
    fs::write(&path, known.replace("b'ab'", "b'other'")).expect("it can be written");
    let text = report(with("--baseline"), 1);
    assert!(
        text.contains("no case of the run tests ") && text.contains("obj not written"),
        "{text}"
    );
}

fn emit() {
    let python = cpython::active_interpreter().expect("it was found before");
    let folder = folder();
    let file = folder.path().join("finding.py");
    let with = ["--emit", "python", "--clause", OBJ_NULL, "codecs.encode('ab')"];
    fs::write(&file, report(with, 1)).expect("the folder can be written to");
    let run = Command::new(&python.executable).arg(&file).output().expect("it was found before");
    let text = out(&run);
    assert_eq!(run.status.code(), Some(1), "{text}{}", String::from_utf8_lossy(&run.stderr));
    assert!(text.contains("obj not written      <- expected: obj NULL"), "{text}");
    assert!(report(["--emit", "c", "b'ab'"], 1).contains("#include <Python.h>"));
}

/// What is on standard error, where there is no program.
fn nothing_emitted(arguments: &[&str], status: i32) -> String {
    let output = check(["--emit", "python"].iter().chain(arguments));
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((output.status.code(), out(&output).as_str()), (Some(status), ""), "{error}");
    error
}

fn nothing_to_show() {
    let error = nothing_emitted(&["bytearray(2)"], 0);
    assert!(error.starts_with("nothing to show: pybuf ") && error.contains(": right, "), "{error}");
    let error = nothing_emitted(&["--clause", "crash", "b'ab'"], 1);
    assert!(error.starts_with("nothing to show of crash: pybuf "), "{error}");
    let error = nothing_emitted(&["os._exit(7)"], 1);
    assert!(error.starts_with("nothing to show: no program shows what ends the "), "{error}");
    let error = nothing_emitted(&["oops"], 2);
    assert!(error.starts_with("not checked: oops on CPython ") && error.lines().count() == 2);
}

fn emit_some() {
    let output = check(["--emit", "python", "b'ab'", "oops"]);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(out(&output).contains("obj NULL"), "{}", out(&output));
    assert!(error.starts_with("not checked: oops on CPython ") && error.lines().count() == 1);
    let mut command = command();
    command.args(["check", "--emit", "c", "b'ab'"]).env("GITHUB_ACTIONS", "true");
    let output = command.output().expect("the command was built for this test");
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(error.starts_with("::error title=") && error.lines().count() == 1, "{error}");
}

fn names_of_one() {
    let python = cpython::active_interpreter().expect("it was found before");
    let folder = folder();
    let bin = folder.path().join("bin");
    fs::create_dir(&bin).expect("the folder can be written to");
    let link = |name: &str| {
        let link = bin.join(name);
        std::os::unix::fs::symlink(&python.executable, &link).expect("it can be made");
        link.display().to_string()
    };
    let (one, other) = (link("python3"), link("python"));
    let text = report(["--python", &one, "--python", &other, "bytearray(2)"], 0);
    assert_eq!(text.lines().count(), 1, "{text}");
    let base = python.executable.display().to_string();
    fs::write(folder.path().join("pyvenv.cfg"), format!("home = {}\n", bin.display()))
        .expect("the folder can be written to");
    let text = report(["--python", &one, "--python", &base, "bytearray(2)"], 0);
    assert!(text.contains(": 1 expression on CPython ") && text.contains(": 2 right\n"), "{text}");
}

fn broken_pipe() {
    let output = unread(command().args(["check", "b'ab'"]));
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

fn annotations() {
    let mut command = command();
    command.args(["check", "b'ab'", "oops"]).env("GITHUB_ACTIONS", "true");
    let output = command.output().expect("the command was built for this test");
    assert_eq!(out(&output), out(&pybuf(["check", "b'ab'", "oops"])), "the report is the same");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(text.lines().count(), 2, "{text}");
    assert!(text.lines().all(|line| line.starts_with("::error title=")), "{text}");
    assert!(text.contains("view->obj is not NULL after a refusal::"), "{text}");
    assert!(text.contains("title=not checked::oops on "), "{text}");
}
