//! The programs that are emitted for findings, run.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::check::{cells, findings, word};

/// Longer than any program takes that does not hang.
const LIMIT: Duration = Duration::from_secs(20);

/// Runs the program of each finding, which must show just that.
pub fn all_show(python: &Path, report: &Value) -> Result<(), String> {
    let mut failed = String::new();
    for cell in cells(report) {
        for finding in findings(cell) {
            if let Err(why) = shows(python, finding) {
                let (expression, clause) = (word(cell, "expression"), word(finding, "clause"));
                failed += &format!("{expression}: {clause}: {why}\n");
            }
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(failed) }
}

/// How a program ended.
struct Ended {
    status: ExitStatus,
    timed_out: bool,
    out: String,
    err: String,
}

fn shows(python: &Path, finding: &Value) -> Result<(), String> {
    let kind = word(finding, "kind");
    let limit = if kind == "time-out" { Duration::from_secs(2) } else { LIMIT };
    let Ended { status, timed_out, out, err } =
        program(python, word(finding, "program"), limit).map_err(|error| error.to_string())?;
    let shown = match kind {
        "crash" => status.code().is_none() && !timed_out,
        "time-out" => timed_out,
        _ => {
            let mut told = [word(finding, "observed"), word(finding, "expected")];
            if told.iter().all(|it| it.starts_with("bytes ")) {
                // Contents need not be the same in each process.
                told = ["bytes other than the elements", "bytes of the elements"];
            }
            let line = format!("  {}      <- expected: {}", told[0], told[1]);
            status.code() == Some(1) && out.lines().any(|it| it == line)
        }
    };
    let end: Vec<&str> = out.lines().rev().take(20).collect();
    let end = end.into_iter().rev().collect::<Vec<_>>().join("\n");
    let told = || format!("{status}, timed out: {timed_out}, the end is\n{end}\n{err}");
    if shown { Ok(()) } else { Err(told()) }
}

fn program(python: &Path, text: &str, limit: Duration) -> Result<Ended, io::Error> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("finding.py");
    fs::write(&file, text)?;
    run(Command::new(python).arg(&file), folder.path(), limit)
}

/// What comes of a command, and whether it had to be ended. What it says goes to files: there may be more than a pipe
/// takes.
fn run(command: &mut Command, folder: &Path, limit: Duration) -> Result<Ended, io::Error> {
    let (out, err) = (folder.join("out"), folder.join("err"));
    command.stdin(Stdio::null()).stdout(File::create(&out)?).stderr(File::create(&err)?);
    let mut child = command.spawn()?;
    let begun = Instant::now();
    let mut timed_out = false;
    let status = loop {
        match child.try_wait()? {
            Some(status) => break status,
            None if begun.elapsed() > limit => {
                timed_out = true;
                child.kill()?;
                break child.wait()?;
            }
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    Ok(Ended { status, timed_out, out: fs::read_to_string(out)?, err: fs::read_to_string(err)? })
}
