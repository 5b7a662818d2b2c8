//! What is wrong between answers, and not with one of them alone.

use std::collections::BTreeSet;

use pybuf_model::layout::MAX_NDIM;
use pybuf_model::{Clause, Edition, Level, consistency};

use super::describe::layout;
use super::grants::{Grant, grants, is_contiguous, mask};
use super::normal::{copied, moved};
use super::steps::Views;
use super::{Question, Transcript};
use crate::reply::{Reply, Seen};
use crate::verdict::{Divergence, Kind};

/// The question that ended the process, or was not answered in time. No clause permits that, so it is of none.
pub fn deaths(run: &Transcript) -> Vec<Divergence> {
    let death = |(call, (question, reply)): (usize, &(Question, Reply))| {
        let (kind, observed) = match reply {
            Reply::Crashed { how } => (Kind::Crashed, how.clone()),
            Reply::TimedOut { limit } => (Kind::TimedOut, format!("no reply within {limit} ms")),
            _ => return None,
        };
        let expected = match question {
            Question::Call(_) => "an answer".into(),
            Question::Elements { .. } => "elements that can be read".into(),
        };
        Some(Divergence { call, kind, clause: None, level: Level::Must, expected, observed })
    };
    run.answers.iter().enumerate().filter_map(death).collect()
}

/// Views with numbers that nothing can have.
pub fn nonsense(run: &Transcript, edition: Edition) -> Vec<Divergence> {
    let numbers = |grant: &Grant| {
        let view = grant.view;
        let number = |name, seen: &Seen<i64>| match seen {
            Seen::Is(number) if *number < 0 => Some(format!("{name} {number}")),
            _ => None,
        };
        let shape = match &view.shape {
            Seen::Is(Some(shape)) if shape.iter().any(|&extent| extent < 0) => {
                Some(format!("shape {shape:?}"))
            }
            _ => None,
        };
        let itemsize = number("itemsize", &view.itemsize);
        number("ndim", &view.ndim).or(shape).or(itemsize).or(number("len", &view.len))
    };
    let dimensions = |grant: &Grant| match grant.view.ndim {
        Seen::Is(ndim) if ndim > MAX_NDIM as i64 => Some(format!("ndim {ndim}")),
        _ => None,
    };
    let told = |clause: Clause, expected: &str, of: &dyn Fn(&Grant) -> Option<String>| {
        let each = grants(run).filter_map(|grant| Some((grant.index, of(&grant)?)));
        let each = each.filter_map(|(call, observed)| {
            divergence(call, clause, edition, expected.into(), observed)
        });
        each.collect::<Vec<_>>()
    };
    let negative = told(consistency::no_negatives(), "no negative number", &numbers);
    let too_many = consistency::at_most_64();
    negative.into_iter().chain(told(too_many, "ndim 0 to 64", &dimensions)).collect()
}

/// The views that reach beyond the memory that a consumer of contiguous memory is shown, if that is the same memory.
pub fn elements_outside(run: &Transcript, edition: Edition) -> Vec<Divergence> {
    let clause = consistency::elements_inside();
    let Some(contiguous) = grants(run).find(is_contiguous) else { return vec![] };
    let shown = layout(contiguous.flags, contiguous.view);
    let from = shown.start.offset;
    let memory = (from, from.saturating_add(shown.len()));
    let reach = |(from, to): (i64, i64)| format!("elements in bytes {from} to {to}");
    let strided = grants(run).filter(|grant| !is_contiguous(grant));
    let outside = strided.filter_map(|grant| {
        let (from, to) = consistency::reach(&layout(grant.flags, grant.view))?;
        let touches = from < memory.1 && memory.0 < to;
        let is_outside = touches && (from < memory.0 || to > memory.1);
        let (expected, observed) = (reach(memory), reach((from, to)));
        divergence(grant.index, clause, edition, expected, observed).filter(|_| is_outside)
    });
    outside.collect()
}

/// The requests for contiguous memory that were granted a packed copy, elsewhere.
pub fn copies(run: &Transcript, edition: Edition) -> Vec<Divergence> {
    let copies = copied(run).into_iter().filter_map(|call| {
        let (expected, observed) = ("the memory of the object", "a copy of it");
        let clause = consistency::same_memory();
        divergence(call, clause, edition, expected.into(), observed.into())
    });
    copies.collect()
}

/// The requests that were granted memory in another place than before.
pub fn elsewhere(run: &Transcript, edition: Edition) -> Vec<Divergence> {
    let (expected, observed) = ("buf where it was", "buf somewhere else");
    let clause = consistency::again();
    let each = moved(run)
        .filter_map(|call| divergence(call, clause, edition, expected.into(), observed.into()));
    each.collect()
}

/// The questions that are not answered in the same way each time: all requests of the same masks, and the others if
/// there is one.
pub fn unsteady(run: &Transcript, divergences: &[Divergence]) -> BTreeSet<usize> {
    // While a view is out, the same request is another one.
    let views = Views::of(run);
    let again = divergences.iter().filter(|it| it.clause == Some(consistency::again()));
    let again = again.filter(|divergence| !views.some_are_out(divergence.call));
    let masks: BTreeSet<Option<i32>> =
        again.map(|divergence| mask(&run.answers[divergence.call].0)).collect();
    let is_unsteady = |question: &Question| {
        let mask = mask(question);
        masks.contains(&mask) || mask.is_none() && !masks.is_empty()
    };
    let each = run.answers.iter().enumerate();
    each.filter(|(_, (question, _))| is_unsteady(question)).map(|(index, _)| index).collect()
}

fn divergence(
    call: usize,
    clause: Clause,
    edition: Edition,
    expected: String,
    observed: String,
) -> Option<Divergence> {
    let level = clause.level(edition)?;
    Some(Divergence { call, kind: Kind::Diverges, clause: Some(clause), level, expected, observed })
}
