//! Running the command.
#![allow(dead_code)] // Not each of the tests needs all of it.

use std::ffi::OsStr;
use std::process::{Command, Output, Stdio};

/// Runs the command where neither colours nor annotations are asked for nor interpreters named.
pub fn pybuf<I: AsRef<OsStr>>(arguments: impl IntoIterator<Item = I>) -> Output {
    command().args(arguments).output().expect("the command was built for this test")
}

pub fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pybuf"));
    for variable in ["CLICOLOR_FORCE", "CLICOLOR", "NO_COLOR", "PYBUF_PYTHONS", "GITHUB_ACTIONS"] {
        command.env_remove(variable);
    }
    command
}

/// What comes of a command whose standard output nobody reads.
pub fn unread(command: &mut Command) -> Output {
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.expect("the command was built for this test");
    drop(child.stdout.take());
    child.wait_with_output().expect("it ends")
}

pub fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Exit status 2, nothing on standard output, one line that begins with `error`.
pub fn fails<I: AsRef<OsStr>>(arguments: impl IntoIterator<Item = I>) -> String {
    let output = pybuf(arguments);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert_eq!(out(&output), "", "{error}");
    assert!(error.starts_with("error: "), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
    error
}
