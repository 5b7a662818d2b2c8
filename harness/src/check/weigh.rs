//! How much a divergence matters beside the others.

use std::collections::BTreeSet;

use pybuf_model::{Clause, Flags, clause, consistency};

use super::consistency::FULL_RO;
use super::grants::{grants, mask};
use super::steps::Views;
use super::{Question, Transcript};
use crate::call::Call;
use crate::verdict::Divergence;

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

/// Whether it follows from another of `all`. Functions that make a request of their own answer as the object does, so
/// where that was wrong, or has refused a memoryview, nothing is said of them. Stray bits that were answered as if they
/// were not there have not changed the answer. Where no exception is set, its class is not at issue. Of a copy that is lent
/// nothing else is said.
pub fn follows(divergence: &Divergence, all: &[Divergence], run: &Transcript) -> bool {
    let Question::Call(call) = &run.answers[divergence.call].0 else { return false };
    let is_copy = |it: &Divergence| it.clause == Some(consistency::same_memory());
    if !is_copy(divergence) && all.iter().any(|it| it.call == divergence.call && is_copy(it)) {
        return true;
    }
    let of_outcome = |it: &Divergence| OUTCOMES.contains(&it.expected.as_str());
    let is_of = |clauses: &[Clause]| divergence.clause.is_some_and(|it| clauses.contains(&it));
    let wrong = |flags: Flags, in_what: &dyn Fn(&Divergence) -> bool| {
        let mut at = all.iter().filter(|it| mask(&run.answers[it.call].0) == Some(flags));
        at.any(in_what)
    };
    match call {
        Call::GetBuffer { .. } if is_of(&[clause!("request.refusal.buffer-error")]) => {
            divergence.observed == "exception none"
        }
        Call::GetBuffer { flags, .. } => {
            let flags = Flags::from_bits_retain(*flags);
            of_outcome(divergence) && !flags.is_documented() && wrong(flags.whole(), &of_outcome)
        }
        Call::AsCharBuffer(_) | Call::AsReadBuffer(_) if is_of(&TYPE_ERRORS) => false,
        // Characters may be in memory of their own, as those of Python 2's unicode are.
        Call::AsCharBuffer(_) if run.about.old.is_some() => is_of(&LOCATIONS),
        Call::AsCharBuffer(_) | Call::AsReadBuffer(_) | Call::CheckReadBuffer { .. } => {
            wrong(Flags::empty(), &Divergence::is_failure)
        }
        Call::AsWriteBuffer(_) => wrong(Flags::WRITABLE, &Divergence::is_failure),
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
