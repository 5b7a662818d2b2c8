//! Real exporters, checked in the real interpreters of this machine. What is found is compared with snapshots, and is
//! explained in a baseline beside the expressions; of some exporters it is written down by hand what is to be found, and
//! that nothing else is; and the program that is emitted for a finding shows it.

mod check;
mod known;
mod numpy;
mod programs;
#[path = "../pybuf/mod.rs"]
mod pybuf;
mod readme;
#[path = "../../../suites/tests/snapshot/mod.rs"]
mod snapshot;

use std::collections::BTreeSet;
use std::path::PathBuf;

use libtest_mimic::{Arguments, Trial};
use pybuf_targets::cpython::{self, Found, Interpreter};

use check::Group;

const GROUPS: [Group; 5] = [
    Group {
        name: "builtins",
        since: (2, 7),
        expressions: include_str!("builtins.txt"),
        setup: include_str!("builtins.py"),
        known: Some("builtins.toml"),
    },
    Group {
        name: "ctypes",
        since: (2, 7),
        expressions: include_str!("ctypes.txt"),
        setup: include_str!("ctypes.py"),
        known: Some("ctypes.toml"),
    },
    Group {
        name: "memoryview",
        since: (2, 7),
        expressions: include_str!("memoryview.txt"),
        setup: include_str!("memoryview.py"),
        known: Some("memoryview.toml"),
    },
    Group {
        name: "testbuffer",
        since: (3, 3),
        expressions: include_str!("testbuffer.txt"),
        setup: include_str!("testbuffer.py"),
        known: Some("testbuffer.toml"),
    },
    Group {
        name: "python",
        since: (3, 12),
        expressions: include_str!("python.txt"),
        setup: include_str!("python.py"),
        known: Some("python.toml"),
    },
];

fn main() {
    let mut trials = Vec::new();
    let mut versions = BTreeSet::new();
    let mut interpreters = Vec::new();
    for Found { source, interpreter } in cpython::discover() {
        match interpreter {
            Ok(it) if versions.insert(it.version_text.clone()) => interpreters.push(it),
            Ok(_) => {
                eprintln!("not tested: {}: that version is tested already", source.display());
            }
            Err(reason) => eprintln!("not tested: {}: {reason}", source.display()),
        }
    }
    if interpreters.is_empty() {
        eprintln!("no Python interpreter found: no exporters are checked");
    }
    for python in &interpreters {
        let (major, minor, _) = python.version;
        for group in GROUPS.iter().filter(|group| (major, minor) >= group.since) {
            trials.push(of_group(python, group));
        }
        trials.extend(known::trials(python));
    }
    trials.extend(numpy::trials(&interpreters));
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// Snapshots are of exact versions: what is right in one may be wrong in the next.
fn of_group(python: &Interpreter, group: &'static Group) -> Trial {
    let version = format!("cpython-{}", python.version_text);
    let folder = snapshots().join(&version);
    let executable = python.executable.clone();
    if !folder.is_dir() && std::env::var_os("PYBUF_RECORD").is_none() {
        let why = format!(
            "there is no snapshots/check/{version}; PYBUF_RECORD=1 INSTA_UPDATE=always makes one"
        );
        return ignored(&format!("{}::{version}", group.name), &why);
    }
    Trial::test(format!("{}::{version}", group.name), move || {
        let report = check::check(&executable, group)?;
        snapshot::compare(&folder, group.name, &check::text(&report))?;
        check::all_is_known(&report)?;
        Ok(programs::all_show(&executable, &report)?)
    })
}

fn snapshots() -> PathBuf {
    snapshot::folder().join("check")
}

fn ignored(name: &str, why: &str) -> Trial {
    Trial::test(format!("{name} (not tested: {why})"), || Ok(())).with_ignored_flag(true)
}
