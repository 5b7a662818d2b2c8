//! The suite against the targets of this machine: a trial for each family of clauses x edition x
//! target. The fast implementation must conform in every edition. What real interpreters diverge in
//! is held against snapshots, and each of those divergences must be explained in `known.toml`.

mod conform;
mod interpreters;
mod snapshot;

use std::env;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use pybuf_harness::model::Edition;
use pybuf_suites::ALL;
use pybuf_targets::fast::Fast;

fn main() -> ExitCode {
    // Interpreters run in workers, which are this program again.
    pybuf_targets::serve_if_worker();
    if let Some(variable) = accepts_everything() {
        eprintln!("error: CI is set and {variable} would accept any snapshot; unset it");
        return ExitCode::from(2);
    }
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

/// A setting by which snapshots could not fail, where that must not be.
fn accepts_everything() -> Option<&'static str> {
    env::var_os("CI")?;
    let set = |name, values: &[&str]| env::var(name).is_ok_and(|v| values.contains(&v.as_str()));
    if set("INSTA_UPDATE", &["always", "unseen", "1"]) {
        return Some("INSTA_UPDATE");
    }
    set("INSTA_FORCE_PASS", &["1"]).then_some("INSTA_FORCE_PASS")
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
