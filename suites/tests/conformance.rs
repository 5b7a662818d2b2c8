//! The suite against the targets of this machine: a trial for each family of clauses x edition x
//! target. The fast implementation must conform in every edition. What real interpreters diverge in
//! is held against snapshots, and each of those divergences must be explained in `known.toml`.

mod conform;
mod interpreters;
mod snapshot;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use pybuf_harness::model::Edition;
use pybuf_suites::ALL;
use pybuf_targets::fast::Fast;

fn main() -> ExitCode {
    // Interpreters run in workers, which are this program again.
    pybuf_targets::serve_if_worker();
    let arguments = Arguments::from_args();
    let mut trials: Vec<Trial> = fast_trials().collect();
    assert_eq!(trials.len(), ALL.len() * Edition::ALL.len());
    // Under nextest each trial is a process; only those of interpreters have to look for them.
    let alone =
        arguments.exact && trials.iter().any(|t| Some(t.name()) == arguments.filter.as_deref());
    if !alone {
        trials.extend(interpreters::trials());
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn fast_trials() -> impl Iterator<Item = Trial> {
    Edition::ALL.into_iter().flat_map(|edition| {
        ALL.iter().map(move |&domain| {
            let name = format!("{}::{edition}::fast", domain.name);
            Trial::test(name, move || {
                conform::conforms(domain, edition, &mut Fast::of(edition), Some("fast"))
                    .map_err(Failed::from)
            })
        })
    })
}
