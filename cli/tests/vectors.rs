//! `pybuf vectors` as its users see it: what it writes, and what it leaves alone.

mod pybuf;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use pybuf_harness::vectors::{self, Vectors};
use tempfile::TempDir;

fn pybuf(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = pybuf::command();
    command.arg("vectors").arg("--out").arg(folder).args(arguments);
    command.output().expect("the command was built for this test")
}

fn folder() -> TempDir {
    tempfile::Builder::new().prefix("some vectors ").tempdir().expect("a folder")
}

/// Exit status 2, and one line that says why.
fn fails(folder: &Path, arguments: &[&str]) -> String {
    let output = pybuf(folder, arguments);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.starts_with("error: ") && error.lines().count() == 1, "{error}");
    error
}

/// All files below a folder, with their contents.
fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => found.extend(contents(&path)),
            false => {
                let bytes = fs::read(&path).expect("a file");
                found.push((path, bytes));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn a_section_is_written_for_each_edition_and_twice_alike() {
    let folder = folder();
    let out = folder.path().join("a b").join("vectors");
    let output = pybuf(&out, &["--suite", "check"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(text.contains("\n3.13        1 files     190 cases "), "{text}");
    assert!(text.ends_with("file and model agree\n"), "{text}");
    assert!(output.stderr.is_empty(), "no progress bar into a pipe");
    let first = contents(&out);
    assert_eq!(first.len(), 3 + 10, "the texts, and a file for each edition");
    assert!(first.iter().any(|(path, _)| path.ends_with("2.7-draft/check.json")), "{first:?}");
    assert_eq!(fs::read_to_string(out.join("README.md")).ok().as_deref(), Some(vectors::README));

    let again = pybuf(&out, &["--suite", "check"]);
    assert_eq!(again.status.code(), Some(0), "{again:?}");
    assert!(first == contents(&out), "the same bytes each time");

    let file = fs::read_to_string(out.join("3.13/check.json")).expect("a file");
    let file: Vectors = serde_json::from_str(&file).expect("the format of files");
    let head = (file.format, &*file.section, &*file.edition, file.certificate.cases);
    assert_eq!(head, (2, "check", "3.13", 190));
}

#[test]
fn what_is_there_already_is_left_alone() {
    let folder = folder();
    let mine = folder.path().join("mine.txt");
    fs::write(&mine, "mine").expect("it can be written");
    assert!(fails(folder.path(), &["--suite", "check"]).contains("has other files in it"));
    assert_eq!(contents(folder.path()), [(mine.clone(), b"mine".to_vec())]);
    // A file is no folder.
    let error = fails(&mine, &["--suite", "check"]);
    assert!(error.contains("mine.txt cannot be written: "), "{error}");
    assert_eq!(fs::read(&mine).expect("it is there"), b"mine");
    assert!(fails(folder.path(), &["--suite", "checks"]).contains("old, check, request"));
}

/// What is like a full disk is there on Linux.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_cannot_be_written_is_an_error_and_leaves_the_old_one() {
    let folder = folder();
    let only = ["--suite", "check", "--edition", "3.13"];
    assert_eq!(pybuf(folder.path(), &only).status.code(), Some(0));
    let before = contents(folder.path());
    let partial = folder.path().join("3.13/check.json.part");
    std::os::unix::fs::symlink("/dev/full", &partial).expect("a link");
    let error = fails(folder.path(), &only);
    assert!(
        error.contains("3.13/check.json cannot be written: No space left on device"),
        "{error}"
    );
    assert!(before == contents(folder.path()), "what was there is there, and nothing else");
}

/// Whoever reads what was written so far may stop, as `head` does: the files are written all the same.
#[cfg(unix)]
#[test]
fn all_is_written_though_nobody_reads_the_progress() {
    let folder = folder();
    let out = folder.path().join("vectors");
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = Command::new(env!("CARGO_BIN_EXE_pybuf"));
    command.args(["vectors", "--suite", "check", "--out"]).arg(&out).stdout(writer);
    assert!(command.status().expect("it was built for this test").success());
    assert_eq!(contents(&out).len(), 3 + 10);
}
