//! Every interpreter of this machine answers calls whose replies are known.

mod functions;
mod helpers;
mod objects;

use std::fs;
use std::process::Command;

use libtest_mimic::{Arguments, Failed, Trial};
use pybuf_harness::Implementation;
use pybuf_targets::Process;
use pybuf_targets::cpython::{Found, Interpreter, discover, find, find_any};

type Test = fn(&Interpreter, &mut Process) -> Result<(), Failed>;

const TESTS: [(&str, Test); 12] = [
    ("bytes are lent and given back", objects::bytes),
    ("releases are counted", objects::releases),
    ("memory is found in every object", objects::memory),
    ("a view is of its root, or of itself", objects::roots),
    ("what a version does not have", objects::not_in_edition),
    ("what nobody makes room for is not made", objects::too_large),
    ("our own types do as they are told", objects::own_types),
    ("old functions", functions::old_functions),
    ("an exception can be pending", functions::pending),
    ("a stepped memoryview is refused to old readers", functions::stepped),
    ("information is filled in", functions::fill_info),
    ("a crash is found in its call", functions::crash),
];

fn main() {
    pybuf_targets::serve_if_worker();
    let found = discover();
    let mut trials = Vec::new();
    for Found { source, interpreter } in &found {
        let ready = interpreter.as_ref().map_err(ToString::to_string).and_then(ready);
        match ready {
            Ok(interpreter) => {
                let executable = interpreter.executable.display();
                eprintln!("CPython {}: {executable}", interpreter.version_text);
                trials.extend(TESTS.map(|test| trial(interpreter.clone(), test)));
            }
            Err(reason) => eprintln!("not tested: {}: {reason}", source.display()),
        }
    }
    if trials.is_empty() {
        eprintln!("no interpreter was found, so that nothing is tested: see PYBUF_PYTHONS");
    }
    let first = found.iter().find_map(|it| it.interpreter.as_ref().ok()).cloned();
    trials.extend(first.into_iter().flat_map(|python| {
        let moved = python.clone();
        [
            Trial::test("without its library it is not opened", || without_library(python)),
            Trial::test("a library in a folder for its architecture is found", || multiarch(moved))
                .with_ignored_flag(cfg!(not(unix))),
        ]
    }));
    trials.push(Trial::test("what is discovered can be found by name", || found_by_name(found)));
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// Whether these tests know how an interpreter answers: not one of tomorrow, of another system, that
/// lacks something, or that does not start. Whoever has such a one must be able to run the tests.
fn ready(interpreter: &Interpreter) -> Result<&Interpreter, String> {
    let (major, minor, _) = interpreter.version;
    if !matches!((major, minor), (2, 7) | (3, 6..=13)) {
        return Err(format!("{} is not among 2.7 and 3.6 to 3.13", interpreter.version_text));
    }
    if !cfg!(all(target_os = "linux", target_pointer_width = "64")) {
        return Err("what is known is known of 64-bit Linux".into());
    }
    if interpreter.debug {
        return Err("what is known is not known of debug builds".into());
    }
    let process = interpreter.open(Process::DEFAULT_LIMIT).map_err(|error| error.to_string())?;
    // What every installation of a version lacks is known, too.
    let mut lacks = process.capabilities().lacks.into_iter();
    match lacks.find(|(feature, _)| feature.starts_with("make ")) {
        Some((feature, reason)) => Err(format!("it cannot {feature}: {reason}")),
        None => Ok(interpreter),
    }
}

fn trial(interpreter: Interpreter, (name, test): (&str, Test)) -> Trial {
    let name = format!("CPython {}: {name}", interpreter.version_text);
    Trial::test(name, move || {
        let mut process = interpreter.open(Process::DEFAULT_LIMIT)?;
        test(&interpreter, &mut process)?;
        match process.error() {
            Some(failure) => Err(failure.into()),
            None => Ok(()),
        }
    })
}

fn without_library(python: Interpreter) -> Result<(), Failed> {
    let python = Interpreter { library: None, ..python };
    let error = python.open(Process::DEFAULT_LIMIT).err().map(|error| error.to_string());
    let reason = "it has no shared library: install the package with libpython";
    helpers::expect(error.is_some_and(|error| error.contains(reason)), true)
}

/// As Debian has it, in an installation that was moved: what it was configured with is nowhere.
fn multiarch(python: Interpreter) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let libraries = folder.path().join("lib/x86_64-linux-gnu");
    let library = libraries.join("libpython.so.1.0");
    fs::create_dir_all(libraries)?;
    fs::write(&library, "")?;
    let moved = folder.path().join("python");
    let configured = r#"{"LIBDIR": "/nowhere", "MULTIARCH": "x86_64-linux-gnu", "LDLIBRARY": "libpython.so.1.0"}"#;
    let script = format!(
        "#!/bin/sh\nexec '{}' -E -s -B -c 'import sys, sysconfig\n\
         sys.base_prefix = sys.real_prefix = \"{}\"\n\
         sysconfig.get_config_var = {configured}.get\n\
         '\"$5\"\n",
        python.executable.display(),
        folder.path().display(),
    );
    fs::write(&moved, script)?;
    helpers::expect(Command::new("chmod").arg("+x").arg(&moved).status()?.success(), true)?;
    helpers::expect(Interpreter::ask(&moved)?.library, Some(library))
}

fn found_by_name(found: Vec<Found>) -> Result<(), Failed> {
    let all: Vec<_> = found.into_iter().filter_map(|it| it.interpreter.ok()).collect();
    let Some(newest) = all.last() else { return Ok(()) };
    let path = newest.executable.to_string_lossy();
    helpers::expect(&find(&path)?.library, &newest.library)?;
    let (major, minor, _) = newest.version;
    let command = find_any(&format!("python{major}.{minor}"))?;
    helpers::expect((command.version.0, command.version.1), (major, minor))?;
    for which in [newest.version_text.clone(), newest.version.0.to_string()] {
        helpers::expect(&find(&which)?.version_text, &newest.version_text)?;
    }
    Ok(())
}
