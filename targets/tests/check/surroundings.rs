//! Where an interpreter is, and what is there before anything is evaluated.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::Failed;
use pybuf_targets::cpython::{Interpreter, find_any};

use crate::Test;
use crate::support::{elements, expect, transcript};

pub const TESTS: &[Test] = &[
    ("a path with spaces, and no library", (2, 7), odd_path),
    ("a virtual environment", (3, 6), virtual_environment),
    ("a wrapper that sets something up", (2, 7), wrapper),
    ("something is printed at the start", (2, 7), printed),
    ("what only prints is no Python", (2, 7), no_python),
];

fn odd_path(python: &Interpreter) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("a folder with 'spaces'");
    fs::create_dir(&path)?;
    let path = path.join("python");
    symlink(&python.executable, &path)?;
    let found = find_any(&path.to_string_lossy())?;
    expect(&found.executable, &path)?;
    transcript(&Interpreter { library: None, ..found }, "", "b''")?;
    Ok(())
}

/// Its packages are those of its own.
fn virtual_environment(python: &Interpreter) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let mut command = Command::new(&python.executable);
    command.args(["-m", "venv", "--without-pip"]).arg(folder.path()).current_dir("/");
    if !command.output()?.status.success() {
        return Err("it cannot make a virtual environment".into());
    }
    let (major, minor, _) = python.version;
    let packages = format!("lib/python{major}.{minor}/site-packages");
    let package = "__version__ = '1.2'\nclass Thing(bytearray): pass";
    fs::write(folder.path().join(packages).join("only_here.py"), package)?;
    let program = folder.path().join("bin/python");
    let found = find_any(&folder.path().to_string_lossy())?;
    expect((&found.program, &found.executable), (&program, &program))?;
    expect(found.version, python.version)?;
    let told = transcript(&found, "", "only_here.Thing(b'ab')")?;
    expect(told.about.type_name.as_str(), "only_here.Thing")?;
    expect(told.about.package.as_deref(), Some("only_here 1.2"))
}

fn wrapper(python: &Interpreter) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("only_there.py"), "memory = bytearray(b'there')")?;
    let set_up = format!("export PYTHONPATH='{}'", folder.path().display());
    let program = script(folder.path(), &set_up, python)?;
    let found = find_any(&program.to_string_lossy())?;
    expect((&found.program, &found.executable), (&program, &python.executable))?;
    let told = transcript(&found, "", "only_there.memory")?;
    expect(elements(&told)?, Some(&b"there"[..]))
}

fn printed(python: &Interpreter) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let program = script(folder.path(), "echo '{}'; printf 'Hello, '", python)?;
    let found = find_any(&program.to_string_lossy())?;
    expect(found.version, python.version)?;
    transcript(&found, "", "b''")?;
    Ok(())
}

fn no_python(python: &Interpreter) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    for first in ["echo Hello; exit", "exec yes"] {
        let program = script(folder.path(), first, python)?;
        let message = find_any(&program.to_string_lossy())
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default();
        expect(message.ends_with("which is not what Python would answer"), true)
            .map_err(|_| message)?;
    }
    Ok(())
}

/// A program that does this and then is the interpreter.
fn script(folder: &Path, first: &str, python: &Interpreter) -> Result<PathBuf, Failed> {
    let program = folder.join("wrapper");
    let python = python.executable.display();
    fs::write(&program, format!("#!/bin/sh\n{first}\nexec '{python}' \"$@\"\n"))?;
    fs::set_permissions(&program, Permissions::from_mode(0o755))?;
    Ok(program)
}
