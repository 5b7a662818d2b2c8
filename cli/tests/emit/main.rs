//! Programs that show a finding, run with the interpreters of this machine. What is true of the objects here is
//! known, not taken from any check.

#[path = "../../src/emit/mod.rs"]
mod emit;
mod examples;
mod findings;
mod runs;
mod text;
mod written;

use std::process::Command;

use libtest_mimic::{Arguments, Trial};
use pybuf_targets::cpython::{self, Interpreter};

use findings::Example;

fn main() {
    let mut trials = text::trials();
    let found: Vec<_> =
        cpython::discover().into_iter().filter_map(|it| it.interpreter.ok()).collect();
    if found.is_empty() {
        trials.push(ignored("programs that show a finding", "no Python was found"));
    }
    for python in &found {
        for example in examples::examples(python.version) {
            trials.push(in_python(python, example));
        }
        for example in examples::examples(python.version).into_iter().filter(|it| it.in_c) {
            trials.push(in_c(python, example));
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn in_python(python: &Interpreter, example: Example) -> Trial {
    let name = format!("Python {}: {}", python.version_text, example.name);
    let python = python.clone();
    Trial::test(name, move || example.judge(runs::python(&python, &example)?))
}

fn in_c(python: &Interpreter, example: Example) -> Trial {
    let name = format!("C, Python {}: {}", python.version_text, example.name);
    if let Err(why) = compilable(python) {
        return ignored(&name, &why);
    }
    let python = python.clone();
    Trial::test(name, move || example.judge(runs::c(&python, &example)?))
}

/// Why nothing can be compiled for it.
fn compilable(python: &Interpreter) -> Result<(), String> {
    Command::new("cc").arg("--version").output().map_err(|error| format!("cc: {error}"))?;
    let config = runs::config(python);
    if config.is_file() { Ok(()) } else { Err(format!("there is no {}", config.display())) }
}

fn ignored(name: &str, why: &str) -> Trial {
    Trial::test(format!("{name} (not tested: {why})"), || Ok(())).with_ignored_flag(true)
}
