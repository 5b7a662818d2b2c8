//! What cannot be blamed on an object, taken out of its answers.

use std::collections::HashMap;

use pybuf_model::{Flags, Layout};

use super::describe::{fullest, layout, offset};
use super::grants::{granted, grants, mask};
use super::steps::Views;
use super::{Question, Transcript};
use crate::reply::{Obj, Pointer, Reply, Returned, Seen};

/// The same, without differences that mean nothing. Strides that are never walked are those of the fullest answer.
/// Where the object makes new memory for each consumer, that is where the fullest answer has it. References that a
/// grant takes besides that of the view are as many as the release gives back.
pub fn normal(transcript: &Transcript) -> Transcript {
    let mut normal = transcript.clone();
    settle_references(&mut normal.answers, &loans(transcript));
    let Some(grant) = fullest(transcript) else { return normal };
    let told = layout(grant.flags, grant.view);
    let buf = grant.view.buf.clone();
    // New memory may by chance be where the old was, so one move is enough to know.
    let moves = moved(transcript).next().is_some();
    for (_, reply) in &mut normal.answers {
        let Reply::Returned(returned) = reply else { continue };
        if moves {
            stay(returned, &buf);
        }
        straighten(returned, &told);
    }
    normal
}

fn stay(returned: &mut Returned, buf: &Seen<Pointer>) {
    let is_somewhere = |seen: &Seen<Pointer>| matches!(seen, Seen::Is(Pointer::At { .. }));
    if let Some(view) = returned.view.as_mut().filter(|view| is_somewhere(&view.buf)) {
        view.buf = buf.clone();
    }
    if returned.buffer.as_ref().is_some_and(is_somewhere) {
        returned.buffer = Some(buf.clone());
    }
}

fn straighten(returned: &mut Returned, told: &Layout) {
    if let Some(view) = &mut returned.view
        && let Seen::Is(Some(strides)) = &mut view.strides
        && strides.len() == told.strides.len()
    {
        let nothing = told.is_empty() || told.itemsize == 0;
        for (dimension, stride) in strides.iter_mut().enumerate() {
            if nothing || told.shape[dimension] <= 1 {
                *stride = told.strides[dimension];
            }
        }
    }
}

/// A view owns one reference. An object may take more of itself, or of what it hands a request on from, as long as
/// they are given back; and what it takes once and keeps, the same request does not take again.
fn settle_references(answers: &mut [(Question, Reply)], loans: &[Loan]) {
    for (number, loan) in loans.iter().enumerate() {
        let same = loans[number + 1..].iter().filter(|later| later.flags == loan.flags);
        let is_kept_once = same.clone().all(|later| later.kept == 0) && same.count() > 0;
        let kept = if is_kept_once { 0 } else { loan.kept };
        let own = match loan.obj {
            Obj::Exporter if loan.taken > 0 => 1,
            Obj::Root | Obj::Other => 0,
            Obj::Exporter | Obj::Null => continue,
        };
        set_references(&mut answers[loan.request].1, own);
        set_references(&mut answers[loan.release].1, kept - own);
    }
}

/// A view that was lent and given back, and its references.
struct Loan {
    flags: Flags,
    obj: Obj,
    request: usize,
    release: usize,
    taken: i64,
    /// Those that were not given back.
    kept: i64,
}

/// Those whose references were counted.
fn loans(transcript: &Transcript) -> Vec<Loan> {
    let answers = &transcript.answers;
    let references = |reply: &Reply| match reply {
        Reply::Returned(returned) => returned.references,
        _ => None,
    };
    let loan = |(request, release): (usize, Option<usize>)| {
        let ((question, reply), release) = (&answers[request], release?);
        let Some(Seen::Is(obj)) = granted(reply)?.obj else { return None };
        let taken = references(reply)?;
        let kept = taken + references(&answers[release].1)?;
        Some(Loan { flags: mask(question)?, obj, request, release, taken, kept })
    };
    Views::of(transcript).loans.into_iter().filter_map(loan).collect()
}

fn set_references(reply: &mut Reply, references: i64) {
    if let Reply::Returned(returned) = reply {
        returned.references = Some(references);
    }
}

/// The requests that were granted memory in another place than the same request was before.
pub fn moved(transcript: &Transcript) -> impl Iterator<Item = usize> {
    let mut places = HashMap::new();
    grants(transcript).filter_map(move |grant| {
        let place = offset(&grant.view.buf)?;
        let before = *places.entry(grant.flags).or_insert(place);
        (before != place).then_some(grant.index)
    })
}
