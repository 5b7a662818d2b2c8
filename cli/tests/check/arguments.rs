//! What is wrong before anything is asked.

use std::fs;

use crate::Test;
use crate::pybuf::{fails, out, pybuf};

pub const TESTS: [Test; 5] = [
    ("help says what it is and shows how to use it", help),
    ("arguments that make no sense are refused", nonsense),
    ("files that have no expression are refused", files),
    ("an interpreter that is not there: those that are", no_such_python),
    ("a baseline that cannot be made costs no check", draft),
];

fn help() {
    let output = pybuf(["check", "--help"]);
    let text = out(&output);
    assert_eq!(output.status.code(), Some(0));
    for part in [
        "\n  pybuf check 'numpy.arange(6).reshape(2,3).T'\n",
        "--setup 'import array' 'array.array(\"i\",[1,2])'\n",
        "The object is compared with itself",
        "expression may take six times --call-limit",
        "Exit status: 0 nothing is wrong, 1 there are findings, 2 something could not be checked",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

/// Exit status 2, and what clap says.
fn refused(arguments: &[&str], why: &str) {
    let output = pybuf(arguments);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((output.status.code(), out(&output).as_str()), (Some(2), ""), "{error}");
    assert!(error.starts_with("error: ") && error.contains(why), "{why}: {error}");
}

fn nonsense() {
    refused(&["check"], "<EXPRESSION>");
    refused(&["check", "--clause", "request.refusal.raises", "b''"], "--emit <LANGUAGE>");
    refused(&["check", "--emit", "c", "--clause", "request.x", "b''"], "no clause \"request.x\"");
    refused(&["check", "--emit", "rust", "b''"], "[possible values: python, c]");
    refused(&["check", "--emit", "c", "--clause", "divergence", "b''"], "no clause \"divergence\"");
    refused(
        &["check", "--emit", "c", "--format", "junit", "b''"],
        "or is part of one with --format json",
    );
    refused(&["check", "  \n"], "there is no expression in it");
    refused(&["check", "--emit", "c", "--write-baseline", "x", "b''"], "cannot be used with");
    refused(&["check", "--call-limit", "0s", "b''"], "it looks like 10s");
    refused(&["check", "-x"], "unexpected argument '-x'");
}

fn files() {
    let folder = tempfile::Builder::new().prefix("no expressions ").tempdir().expect("a folder");
    let missing = folder.path().join("missing.txt");
    let file =
        |path: &std::path::Path| fails(["check".as_ref(), "--file".as_ref(), path.as_os_str()]);
    assert!(file(&missing).contains("missing.txt cannot be read: "));
    let empty = folder.path().join("empty.txt");
    fs::write(&empty, "\n# b'ab'\n  \n").expect("it can be written");
    assert!(file(&empty).starts_with("error: there is no expression in "));
    fs::write(&empty, b"b'\xff'").expect("it can be written");
    assert!(file(&empty).contains("empty.txt cannot be read: "));
    let error = fails(["check", "--baseline", "no such file", "b''"]);
    assert!(error.contains("no such file cannot be read: "), "{error}");
}

fn no_such_python() {
    let error = fails(["check", "--python", "nonsense", "b''"]);
    assert!(error.starts_with("error: there is no Python \"nonsense\""), "{error}");
    assert!(error.contains(". Found: "), "{error}");
}

fn draft() {
    let folder = tempfile::Builder::new().prefix("a draft ").tempdir().expect("a folder");
    let path = folder.path().join("known.toml");
    fs::write(&path, "precious").expect("it can be written");
    let arguments = ["check", "--write-baseline"].map(std::ffi::OsStr::new);
    let error = fails(arguments.into_iter().chain([path.as_os_str(), "b''".as_ref()]));
    assert!(error.contains("known.toml is there already, and nothing is overwritten"), "{error}");
    assert_eq!(fs::read_to_string(&path).ok().as_deref(), Some("precious"));
}
