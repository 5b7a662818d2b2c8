//! `pybuf check` as its users see it: output, exit status, errors. What it finds of real exporters is another test's.

#[path = "../pybuf/mod.rs"]
mod pybuf;

mod arguments;
mod objects;

use libtest_mimic::{Arguments, Trial};

/// A test by its name.
type Test = (&'static str, fn());

fn main() {
    let found = objects::interpreters().len();
    let mut trials = Vec::new();
    trials.extend(arguments::TESTS.map(|test| trial(test, 0, found)));
    trials.extend(objects::TESTS.map(|test| trial(test, 1, found)));
    trials.extend(objects::OF_TWO.map(|test| trial(test, 2, found)));
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// A test that needs so many interpreters, of those that were found.
fn trial((name, test): Test, needed: usize, found: usize) -> Trial {
    if found < needed {
        let name = format!("{name} (not tested: it needs {needed} interpreters, of {found})");
        return Trial::test(name, || Ok(())).with_ignored_flag(true);
    }
    Trial::test(name, move || {
        test();
        Ok(())
    })
}
