//! Objects of real interpreters are asked for buffers, and survive it or not.

mod hostile;
mod objects;
mod support;

use std::path::Path;
use std::{env, fs, io};

use libtest_mimic::{Arguments, Failed, Trial};
use pybuf_targets::cpython::{Interpreter, discover};

/// A test, by name, and the first version that it is about.
type Test = (&'static str, (u8, u8), fn(&Interpreter) -> Result<(), Failed>);

fn main() {
    let tests = || objects::TESTS.iter().chain(hostile::TESTS);
    let mut trials = Vec::new();
    for found in discover() {
        match found.interpreter {
            Ok(python) => trials.extend(tests().map(|test| trial(&python, test))),
            Err(reason) => eprintln!("not tested: {}: {reason}", found.source.display()),
        }
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
    for name in ["ast", "ctypes", "gc", "importlib", "io", "itertools", "json", "os", "re", "types"]
    {
        fs::write(
            folder.join(name).with_extension("py"),
            "raise Exception('in the current folder')",
        )?;
    }
    fs::write(folder.join("local_module.py"), "memory = bytearray(b'local')")?;
    fs::write(folder.join("local_broken.py"), "import no_such_module")
}

fn trial(python: &Interpreter, (name, since, test): &Test) -> Trial {
    let name = format!("CPython {}: {name}", python.version_text);
    let (python, test) = (python.clone(), *test);
    let is_known = cfg!(all(target_os = "linux", target_pointer_width = "64")) && !python.debug;
    let (major, minor, _) = python.version;
    let is_known = is_known && (major, minor) >= *since;
    Trial::test(name, move || test(&python)).with_ignored_flag(!is_known)
}
