//! Running a program as its first lines say.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use libtest_mimic::Failed;
use pybuf_targets::cpython::Interpreter;

use crate::emit::Language;
use crate::findings::Example;

pub fn python(python: &Interpreter, example: &Example) -> Result<Output, Failed> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("finding.py");
    fs::write(&file, example.program(Language::Python, python))?;
    Ok(Command::new(&python.executable).arg("-B").arg(file).output()?)
}

/// By the command in its first line, with nothing but the interpreter's own folder in front of `PATH`.
pub fn c(python: &Interpreter, example: &Example) -> Result<Output, Failed> {
    let folder = tempfile::tempdir()?;
    let program = example.program(Language::C, python);
    fs::write(folder.path().join("finding.c"), &program)?;
    let first = program.lines().next().and_then(|line| line.strip_prefix("// "));
    let mut command = first.ok_or("no command in the first line")?.to_owned();
    if python.version < (3, 8, 0) {
        command = command.replace(" --embed", "");
    }
    let command =
        command.replace("cc finding.c", "cc -Werror -Wno-error=deprecated-declarations finding.c");
    let own = config(python).parent().map(PathBuf::from).unwrap_or_default();
    let rest = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths([own].into_iter().chain(env::split_paths(&rest)))?;
    let mut run = Command::new("sh");
    run.args(["-c", &command]).current_dir(folder.path()).env("PATH", path);
    // The first line is for a Python that the linker of the system knows.
    if let Some(libraries) = python.library.as_deref().and_then(Path::parent) {
        run.env("LD_LIBRARY_PATH", libraries);
    }
    Ok(run.output()?)
}

/// `python3-config` of an interpreter.
pub fn config(python: &Interpreter) -> PathBuf {
    let name = format!("python{}-config", python.version.0);
    python.home.join("bin").join(name)
}
