//! Objects of real interpreters are asked for buffers, and survive it or not.

mod hostile;
mod objects;
mod obstacles;
mod support;
mod surroundings;

use std::path::Path;
use std::{env, fs, io};

use libtest_mimic::{Arguments, Failed, Trial};
use pybuf_targets::cpython::{Found, Interpreter, discover};

/// A test, by name, and the first version that it is about.
type Test = (&'static str, (u8, u8), fn(&Interpreter) -> Result<(), Failed>);

fn main() {
    let mut pythons = Vec::new();
    for Found { source, interpreter } in discover() {
        match interpreter.map_err(|reason| reason.to_string()).and_then(known) {
            Ok(python) => pythons.push(python),
            Err(reason) => eprintln!("not tested: {}: {reason}", source.display()),
        }
    }
    let mut trials = Vec::new();
    for (index, python) in pythons.iter().enumerate() {
        // What does not depend on the version is tested with the first and the last.
        let ends = index == 0 || index + 1 == pythons.len();
        let of_ends = [obstacles::TESTS, surroundings::TESTS].concat();
        let each = objects::TESTS.iter().chain(hostile::TESTS);
        let tests = each.chain(of_ends.iter().filter(|_| ends));
        let (major, minor, _) = python.version;
        let of_version = tests.filter(|(_, since, _)| *since <= (major, minor));
        trials.extend(of_version.map(|test| trial(python, test)));
    }
    if trials.is_empty() {
        eprintln!("no interpreter was found, so that nothing is tested: see PYBUF_PYTHONS");
    }
    let folder = tempfile::tempdir().expect("a folder can be made");
    fill(folder.path()).expect("it can be written to");
    // Of all processes that the tests start: it has modules for them, and others that must not be ours.
    env::set_current_dir(&folder).expect("it is there");
    let conclusion = libtest_mimic::run(&Arguments::from_args(), trials);
    drop(folder);
    conclusion.exit();
}

fn fill(folder: &Path) -> io::Result<()> {
    let ours = ["ast", "ctypes", "fcntl", "gc", "importlib", "io", "itertools", "json", "os", "re"];
    for name in ours.iter().chain(&["signal", "types"]) {
        fs::write(
            folder.join(name).with_extension("py"),
            "raise Exception('in the current folder')",
        )?;
    }
    fs::write(folder.join("local_module.py"), "memory = bytearray(b'local')")?;
    fs::write(folder.join("local_broken.py"), "import no_such_module")
}

/// An interpreter of which these tests know how it answers.
fn known(python: Interpreter) -> Result<Interpreter, String> {
    let (major, minor, _) = python.version;
    if !matches!((major, minor), (2, 7) | (3, 6..=13)) {
        return Err(format!("{} is not among 2.7 and 3.6 to 3.13", python.version_text));
    }
    if !cfg!(all(target_os = "linux", target_pointer_width = "64")) || python.debug {
        return Err("what is known is known of 64-bit Linux, and not of debug builds".into());
    }
    Ok(python)
}

fn trial(python: &Interpreter, (name, _, test): &Test) -> Trial {
    let name = format!("CPython {}: {name}", python.version_text);
    let (python, test) = (python.clone(), *test);
    Trial::test(name, move || test(&python))
}
