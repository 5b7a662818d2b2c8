//! Cases that proptest draws and shrinks: random sequences of calls, which are longer than those that are
//! enumerated, against the fast implementation in some editions, and against a real interpreter, if
//! there is one.

mod seed;

use std::cell::Cell;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use pybuf_harness::model::Edition;
use pybuf_harness::random::SEED;
use pybuf_harness::verdict::Divergence;
use pybuf_harness::{Call, Case, Implementation, Reply, Returned, proptest as driver};
use pybuf_suites::lifecycle;
use pybuf_targets::Process;
use pybuf_targets::cpython::{self, Interpreter};
use pybuf_targets::fast::Fast;

/// What CPython does not do as promised when a released memoryview is asked, or bytes to be written to:
/// see `known.toml`.
const KNOWN: [(&str, &[&str]); 2] = [
    ("request.refusal.buffer-error", &["memoryview", "PyMemoryView_FromObject"]),
    ("request.refusal.obj-null", &["memoryview", "PyMemoryView_FromObject", "bytes"]),
];

fn main() -> ExitCode {
    pybuf_targets::serve_if_worker();
    let arguments = Arguments::from_args();
    let of_edition = |edition: Edition| {
        Trial::test(format!("fast::{edition}"), move || {
            agrees(&mut Fast::of(edition), edition, 3_000, &[])
        })
    };
    let mut trials: Vec<Trial> =
        [Edition::V2_7, Edition::V3_2, Edition::V3_13].map(of_edition).into();
    match cpython::default_interpreter() {
        Ok(interpreter) => trials.extend(of_interpreter(interpreter)),
        Err(reason) => eprintln!("no interpreter is tested: {reason}"),
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn of_interpreter(interpreter: Interpreter) -> Option<Trial> {
    let edition = interpreter.edition()?;
    let name = format!("cpython-{}::{edition}", interpreter.version_text);
    Some(Trial::test(name, move || {
        let process = interpreter.open(Process::DEFAULT_LIMIT);
        agrees(&mut process.map_err(|error| error.to_string())?, edition, 800, &KNOWN)
    }))
}

/// Runs so many cases of a seed.
fn runner(seed: u64, cases: u32) -> TestRunner {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}

/// Fails if a reply of an implementation is not permitted, practice included, unless it is known.
fn agrees(
    implementation: &mut dyn Implementation,
    edition: Edition,
    cases: u32,
    known: &[(&str, &[&str])],
) -> Result<(), Failed> {
    let seen = Seen::default();
    let is_known = |case: &Case, divergence: &Divergence| {
        known.iter().any(|(clause, objects)| {
            divergence.clause.is_some_and(|it| it.id() == *clause)
                && objects.contains(&case.subject(divergence.call))
        })
    };
    let see = |case: &Case, replies: &[Reply]| seen.look_at(case, replies);
    let seed = seed::seed();
    let mut runner = runner(seed, cases);
    let domain = lifecycle::DOMAIN;
    driver::agrees(&mut runner, domain, implementation, edition, &see, &is_known)
        .map_err(|failed| failed.to_string())?;
    // Another seed may be unlucky.
    if seed == SEED { seen.is_enough(edition, cases) } else { Ok(()) }
}

/// How often something happened that sequences are about.
#[derive(Default)]
struct Seen {
    refused_to_resize: Cell<u32>,
    resized: Cell<u32>,
    freed: Cell<u32>,
    kept: Cell<u32>,
}

impl Seen {
    fn look_at(&self, case: &Case, replies: &[Reply]) {
        for (call, reply) in case.calls.iter().zip(replies) {
            let Reply::Returned(returned) = reply else { continue };
            let seen = match (call, returned) {
                (Call::Resize { .. }, Returned { value: Some(-1), .. }) => &self.refused_to_resize,
                (Call::Resize { .. }, _) => &self.resized,
                (Call::GetBuffer { .. }, _) => continue,
                (Call::Drop { .. }, Returned { freed: Some(false), .. }) => &self.kept,
                (_, Returned { freed: Some(true), .. }) => &self.freed,
                _ => continue,
            };
            seen.set(seen.get() + 1);
        }
    }

    /// Fails if one of them was a rarity: then little was tried.
    fn is_enough(&self, edition: Edition, cases: u32) -> Result<(), Failed> {
        let Seen { refused_to_resize, resized, freed, kept } = self;
        for (what, count) in [
            ("resizes refused", refused_to_resize),
            ("resizes", resized),
            ("ends of a life", freed),
            ("lives that went on", kept),
        ] {
            if count.get() < cases / 50 {
                return Err(format!("edition {edition}: {} {what} only", count.get()).into());
            }
        }
        Ok(())
    }
}
