//! How much a divergence matters beside the others.

use std::collections::BTreeSet;

use pybuf_model::{Clause, Flags, Level, clause, consistency};

use super::consistency::FULL_RO;
use super::grants::{grants, mask};
use super::normal::copied;
use super::steps::Views;
use super::{Question, Transcript};
use crate::call::Call;
use crate::verdict::Divergence;

/// Takes out what follows from something that is told already, and makes notes of what is not the object's doing, or
/// cannot be blamed on it.
pub fn weigh(divergences: &mut Vec<Divergence>, run: &Transcript, unsteady: &BTreeSet<usize>) {
    let (all, views, copied) = (divergences.clone(), Views::of(run), copied(run));
    // While a view is out, the same request is another one.
    let is_same =
        |it: &Divergence| it.clause != Some(consistency::again()) || !views.some_are_out(it.call);
    // Who lends a copy is told so, and not that it is no original.
    let is_copied = |it: &Divergence| {
        copied.contains(&it.call) && it.clause != Some(consistency::same_memory())
    };
    divergences.retain(|it| is_same(it) && !is_copied(it) && !follows(it, &all, run));
    for divergence in divergences {
        if excuse(divergence, &views, unsteady).is_some() {
            divergence.level = divergence.level.min(Level::Observed);
        }
    }
}

/// That an object which cannot be read, or written to, is a `TypeError`.
const TYPE_ERRORS: [Clause; 3] = [
    clause!("old.char.type-error"),
    clause!("old.read.type-error"),
    clause!("old.write.type-error"),
];

/// Where the bytes are that the old functions find, and how many they are.
const LOCATIONS: [Clause; 3] = [
    clause!("old.success.length"),
    clause!("old.success.location"),
    clause!("old.success.location-given"),
];

/// What holds of every reply, however an object may change from one to the next; and all that
/// there is on releases.
const STEADY: [Clause; 8] = [
    clause!("request.readonly.consistent"),
    clause!("request.refusal.returns-minus-1"),
    clause!("request.refusal.raises"),
    clause!("request.refusal.keeps-nothing"),
    clause!("request.refusal.buffer-error"),
    clause!("request.refusal.obj-null"),
    clause!("request.obj.exporter-or-root"),
    clause!("request.obj.new-reference"),
];

/// What says how a call ends, rather than what it leaves.
const OUTCOMES: [&str; 2] = ["success", "failure"];

/// Functions that make a request of their own answer as the object does, so where that was wrong, or has refused a
/// memoryview, nothing is said of them. Stray bits that were answered as if they were not there have not changed the
/// answer. What is no exception is none of another class.
fn follows(divergence: &Divergence, all: &[Divergence], run: &Transcript) -> bool {
    let Question::Call(call) = &run.answers[divergence.call].0 else { return false };
    let of_outcome = OUTCOMES.contains(&divergence.expected.as_str());
    let at = |flags: Flags| {
        all.iter().filter(move |other| mask(&run.answers[other.call].0) == Some(flags.bits()))
    };
    let wrong = |flags: Flags| at(flags).any(|other| OUTCOMES.contains(&other.expected.as_str()));
    let wrong_at_all = |flags: Flags| at(flags).any(Divergence::is_failure);
    let is_of = |clauses: &[Clause]| divergence.clause.is_some_and(|it| clauses.contains(&it));
    match call {
        Call::GetBuffer { .. } if is_of(&[clause!("request.refusal.buffer-error")]) => {
            divergence.observed == "exception none"
        }
        Call::GetBuffer { flags, .. } => {
            let whole = Flags::from_bits_retain(*flags).whole();
            of_outcome && whole.bits() != *flags && wrong(whole)
        }
        Call::AsCharBuffer(_) | Call::AsReadBuffer(_) if is_of(&TYPE_ERRORS) => false,
        // Characters may be in memory of their own, as those of Python 2's unicode are.
        Call::AsCharBuffer(_) if run.about.old.is_some() => is_of(&LOCATIONS),
        Call::AsCharBuffer(_) | Call::AsReadBuffer(_) | Call::CheckReadBuffer { .. } => {
            wrong_at_all(Flags::empty())
        }
        Call::AsWriteBuffer(_) => wrong_at_all(Flags::WRITABLE),
        Call::MemoryviewFromObject { .. } => !grants(run).any(|grant| grant.flags == FULL_RO),
        _ => false,
    }
}

/// Whether a view is refused while another one is out.
pub fn is_second_view(divergence: &Divergence, views: &Views) -> bool {
    let (asked, expected) = (divergence.call, divergence.expected.as_str());
    expected == "success" && views.is_request(asked) && views.some_are_out(asked)
}

/// Why something is a note at most, if it is.
pub fn excuse(
    divergence: &Divergence,
    views: &Views,
    unsteady: &BTreeSet<usize>,
) -> Option<&'static str> {
    let clause = divergence.clause;
    let is_of = |clauses: &[Clause]| clause.is_some_and(|it| clauses.contains(&it));
    let may_vary = !is_of(&STEADY) && clause.is_none_or(|it| it.family() != "release");
    if is_of(&TYPE_ERRORS) {
        Some("the function hands on what the object raises, which is CPython's doing")
    } else if is_second_view(divergence, views) {
        Some("nobody promises a second view while another one is out")
    } else if unsteady.contains(&divergence.call) && may_vary {
        Some("the same request is answered in another way each time, which may be right each time")
    } else {
        None
    }
}
