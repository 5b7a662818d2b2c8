//! NumPy, in a virtual environment that is made for it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::Trial;
use pybuf_targets::cpython::Interpreter;

use crate::check::{self, Group};
use crate::{ignored, known, programs, readme, snapshot, snapshots};

/// It is there for Python 3.10 to 3.13.
const VERSION: &str = "2.2.6";

const GROUP: Group = Group {
    name: "numpy-2.2.6",
    since: (3, 10),
    expressions: include_str!("numpy.txt"),
    setup: "",
    known: Some("numpy.toml"),
};

/// Memory that has to be refused to some: with the wrong exception, `obj` left as it was, and what follows from that
/// in the functions that ask for it.
const MATRIX: Group = Group::alone("matrix", (3, 10), "numpy.arange(12).reshape(3, 4)[::2, ::-1]");
const MATRIX_BREAKS: [&str; 4] = [
    "request.refusal.buffer-error",
    "request.refusal.obj-null",
    "old.char.type-error",
    "old.read.type-error",
];

/// Those of the newest interpreter that it is there for.
pub fn trials(interpreters: &[Interpreter]) -> Vec<Trial> {
    let fits = |it: &&Interpreter| ((3, 10)..=(3, 13)).contains(&(it.version.0, it.version.1));
    let Some(python) = interpreters.iter().rfind(fits) else {
        return vec![ignored("numpy", "there is no Python 3.10 to 3.13")];
    };
    let environment = match environment(python) {
        Ok(environment) => environment,
        Err(why) => return vec![ignored("numpy", &why.replace('\n', " "))],
    };
    let version = &python.version_text;
    let folder = snapshots().join(format!("cpython-{version}"));
    let shown = readme::trial(version, &environment);
    let (one, other) = (environment.clone(), environment);
    let judged = Trial::test(format!("numpy::cpython-{version}"), move || {
        let report = check::check(&one, &GROUP)?;
        snapshot::compare(&folder, GROUP.name, &check::text(&report))?;
        check::all_is_known(&report)?;
        Ok(programs::all_show(&one, &report)?)
    });
    let known = Trial::test(format!("known::numpy::cpython-{version}"), move || {
        Ok(known::only(&other, &MATRIX, &MATRIX_BREAKS)?)
    });
    vec![judged, known, shown]
}

/// The Python of a virtual environment with NumPy, which is kept for the next time.
fn environment(python: &Interpreter) -> Result<PathBuf, String> {
    let name = format!("numpy-{VERSION}-python-{}", python.version_text);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let inside = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let works = || {
        let import = format!("import numpy; assert numpy.__version__ == '{VERSION}'");
        run(Command::new(&inside).args(["-c", &import]))
    };
    if works().is_ok() {
        return Ok(inside);
    }
    // What is there is half of one.
    let _ = fs::remove_dir_all(&folder);
    run(Command::new(&python.executable).args(["-m", "venv"]).arg(&folder))?;
    let package = format!("numpy=={VERSION}");
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", &package];
    run(Command::new(&inside).args(install))?;
    works().map(|()| inside.clone())
}

fn run(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{program}: {error}"))?;
    match output.status.success() {
        true => Ok(()),
        false => {
            let errors = String::from_utf8_lossy(&output.stderr);
            let last = errors.lines().last().unwrap_or_default().to_owned();
            Err(format!("{program}: {}: {last}", output.status))
        }
    }
}
