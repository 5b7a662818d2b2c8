//! `pybuf check` as its users see it: output, exit status, errors. What it finds of real exporters is another test's.

#[path = "../pybuf/mod.rs"]
mod pybuf;

mod arguments;
mod objects;

use libtest_mimic::{Arguments, Failed, Trial};
use pybuf_targets::cpython;

/// A test by its name.
type Test = (&'static str, fn());

fn main() {
    let python = cpython::active_interpreter();
    let trial = |(name, test): Test| {
        Trial::test(name, move || -> Result<(), Failed> {
            test();
            Ok(())
        })
    };
    let mut trials: Vec<_> = arguments::TESTS.into_iter().map(trial).collect();
    match python {
        Ok(_) => trials.extend(objects::TESTS.into_iter().map(trial)),
        Err(why) => trials.extend(objects::TESTS.into_iter().map(|(name, _)| {
            let name = format!("{name} (not tested: {why})");
            Trial::test(name, || Ok(())).with_ignored_flag(true)
        })),
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}
