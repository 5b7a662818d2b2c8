//! Sequences of calls that are longer than those that are walked exhaustively, drawn at random: the fast
//! implementation in some editions, and a real interpreter, if there is one.

mod draw;

use std::cell::Cell;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::test_runner::TestCaseError;
use pybuf_harness::chooser::Chooser;
use pybuf_harness::judge::judge;
use pybuf_harness::model::Edition;
use pybuf_harness::verdict::Divergence;
use pybuf_harness::{Call, Case, Implementation, Reply, Returned};
use pybuf_suites::lifecycle;
use pybuf_targets::Process;
use pybuf_targets::cpython::{self, Interpreter};
use pybuf_targets::fast::Fast;

use draw::Draw;

/// How long a sequence is, at most; and how many views and objects are in it, and how often one view is
/// released.
const STEPS: usize = 12;
const LIMITS: [usize; 3] = [4, 5, 2];

/// What CPython does not do as promised when a released memoryview is asked: see `known.toml`.
const KNOWN: [&str; 2] = ["request.refusal.buffer-error", "request.refusal.obj-null"];

fn main() -> ExitCode {
    pybuf_targets::serve_if_worker();
    let arguments = Arguments::from_args();
    let of_edition = |edition: Edition| {
        Trial::test(format!("fast::{edition}"), move || {
            agrees(&mut Fast::of(edition), edition, 4_000, &[])
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
        agrees(&mut process.map_err(|error| error.to_string())?, edition, 1_000, &KNOWN)
    }))
}

fn case(drawn: &[u16]) -> Case {
    let mut draw = Draw(drawn.iter());
    let (kind, steps) = (draw.choose(5), draw.choose(STEPS + 1));
    lifecycle::sequence(&mut draw, lifecycle::object(kind), steps, LIMITS)
}

/// Fails if a reply of an implementation is not permitted, practice included, unless it is known.
fn agrees(
    implementation: &mut dyn Implementation,
    edition: Edition,
    cases: u32,
    known: &[&str],
) -> Result<(), Failed> {
    let seen = Seen::default();
    let implementation = std::cell::RefCell::new(implementation);
    let result = draw::runner(cases).run(&vec(any::<u16>(), 0..30), |drawn| {
        let case = case(&drawn);
        let mut implementation = implementation.borrow_mut();
        let replies = implementation.run(&[&case.calls]).pop().unwrap_or_default();
        seen.look_at(&case, &replies);
        let judgement = judge(&case, &replies, edition, &implementation.capabilities());
        let is_known = |divergence: &&Divergence| {
            let of_memoryview = ["memoryview", "PyMemoryView_FromObject"];
            of_memoryview.contains(&case.subject(divergence.call))
                && divergence.clause.is_some_and(|clause| known.contains(&clause.id()))
        };
        match judgement.divergences.iter().find(|divergence| !is_known(divergence)) {
            None => Ok(()),
            Some(divergence) => Err(TestCaseError::fail(format!("{divergence:#?}\n{case:#?}"))),
        }
    });
    result.map_err(|failure| Failed::from(failure.to_string()))?;
    seen.is_enough(edition, cases)
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
