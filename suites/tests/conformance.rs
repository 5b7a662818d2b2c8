//! The suite against the targets of this machine: a trial for each family of clauses x edition x
//! target. The model and the fast implementation must conform in every edition. What real interpreters diverge in
//! is compared with snapshots, and each of those divergences must be explained in `known.toml`.

mod conform;
mod interpreters;
mod snapshot;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use pybuf_harness::Implementation;
use pybuf_harness::model::Edition;
use pybuf_suites::ALL;
use pybuf_targets::fast::Fast;
use pybuf_targets::model::Model;

fn main() -> ExitCode {
    // Interpreters run in workers, which are this program again.
    pybuf_targets::serve_if_worker();
    let arguments = Arguments::from_args();
    let mut trials: Vec<Trial> = embedded_trials().collect();
    assert_eq!(trials.len(), 2 * ALL.len() * Edition::ALL.len());
    // Under nextest each trial is a process; only those of interpreters have to look for them.
    let alone =
        arguments.exact && trials.iter().any(|t| Some(t.name()) == arguments.filter.as_deref());
    if !alone {
        trials.extend(interpreters::trials());
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// The model, whose conformance shows that no clause contradicts another, and the fast implementation.
fn embedded_trials() -> impl Iterator<Item = Trial> {
    let open = |target: &str, edition: Edition| -> Box<dyn Implementation> {
        match target {
            "model" => Box::new(Model::of(edition)),
            _ => Box::new(Fast::of(edition)),
        }
    };
    let each = ["model", "fast"].into_iter().flat_map(|target| {
        Edition::ALL
            .into_iter()
            .flat_map(move |edition| ALL.iter().map(move |&domain| (target, edition, domain)))
    });
    each.map(move |(target, edition, domain)| {
        let name = format!("{}::{edition}::{target}", domain.name);
        Trial::test(name, move || {
            conform::conforms(domain, edition, &mut *open(target, edition), Some(target))
                .map_err(Failed::from)
        })
    })
}
