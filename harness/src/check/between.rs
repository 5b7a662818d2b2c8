//! What is wrong between answers, and not with one of them alone.

use std::collections::{BTreeSet, HashSet};

use pybuf_model::layout::{MAX_NDIM, Order, packed_strides};
use pybuf_model::{Clause, Edition, Flags, Level, consistency};
use pybuf_protocol::{Field, Told, Value};

use super::describe::{fullest, layout, offset};
use super::grants::{Grant, grants, is_contiguous, mask};
use super::normal::moved;
use super::{Question, Transcript};
use crate::reply::{Reply, Seen};
use crate::verdict::{Divergence, Kind};

/// The last question, if it ended the process or was not answered in time. No clause permits that, so it is of none.
pub fn death(run: &Transcript) -> Option<Divergence> {
    let (question, reply) = run.answers.last()?;
    let (kind, observed) = match reply {
        Reply::Crashed { how } => (Kind::Crashed, how.clone()),
        Reply::TimedOut { limit } => (Kind::TimedOut, format!("no reply within {limit} ms")),
        _ => return None,
    };
    let expected = match question {
        Question::Call(_) => "an answer".into(),
        Question::Elements { .. } => "elements that can be read".into(),
    };
    let (call, clause, level) = (run.answers.len() - 1, None, Level::Must);
    Some(Divergence { call, kind, clause, level, expected, observed })
}

/// Views with numbers that nothing can have.
pub fn nonsense(run: &Transcript, edition: Edition) -> Vec<Divergence> {
    let negative = |grant: &Grant| {
        let mut fields = [Field::Ndim, Field::Shape, Field::Itemsize, Field::Len].into_iter();
        fields.find_map(|field| match field.of(grant.returned) {
            Told::Is(value) if is_negative(&value) => Some(field.has(&value)),
            _ => None,
        })
    };
    let too_many = |grant: &Grant| match grant.view.ndim {
        Seen::Is(ndim) if ndim > MAX_NDIM as i64 => Some(format!("ndim {ndim}")),
        _ => None,
    };
    let each = grants(run).flat_map(|grant| {
        let of = |clause, expected: &str, observed: Option<String>| {
            divergence(grant.index, clause, edition, expected, observed?)
        };
        [
            of(consistency::no_negatives(), "no negative number", negative(&grant)),
            of(consistency::at_most_64(), "ndim 0 to 64", too_many(&grant)),
        ]
    });
    each.flatten().collect()
}

fn is_negative(value: &Value) -> bool {
    match value {
        Value::Number(number) => *number < 0,
        Value::Numbers(numbers) => numbers.iter().any(|number| *number < 0),
        _ => false,
    }
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

/// The requests for contiguous memory of an object that has none, which were granted a packed copy of it elsewhere.
pub fn copies(run: &Transcript, edition: Edition) -> Vec<Divergence> {
    let Some(full) = fullest(run) else { return vec![] };
    let told = layout(full.flags, full.view);
    let Some((from, to)) = consistency::reach(&told) else { return vec![] };
    let orders = [Order::C, Order::Fortran];
    let packed = orders.map(|order| packed_strides(&told.shape, told.itemsize, order));
    if told.strides == packed[0] {
        return vec![];
    }
    let is_packed = |grant: &Grant| match &grant.view.strides {
        Seen::Is(Some(strides)) => packed.contains(strides),
        _ => true,
    };
    let is_elsewhere = |buf: i64| buf >= to || told.len().saturating_add(buf) <= from;
    let is_copy = |grant: &Grant| {
        is_contiguous(grant)
            && offset(&grant.view.buf).is_some_and(is_elsewhere)
            && grant.view.len == Seen::Is(told.len())
            && is_packed(grant)
    };
    let clause = consistency::same_memory();
    let copies = grants(run).filter(is_copy).filter_map(|grant| {
        divergence(grant.index, clause, edition, "the memory of the object", "a copy of it")
    });
    copies.collect()
}

/// The requests that were granted memory in another place than before.
pub fn elsewhere(run: &Transcript, edition: Edition) -> Vec<Divergence> {
    let clause = consistency::again();
    let each = moved(run).filter_map(|call| {
        divergence(call, clause, edition, "buf where it was", "buf somewhere else")
    });
    each.collect()
}

/// The questions that are not answered in the same way each time: all requests of the masks that were answered in
/// another way `again`, and the others if there is one.
pub fn unsteady<'a>(
    run: &Transcript,
    again: impl Iterator<Item = &'a Divergence>,
) -> BTreeSet<usize> {
    let mut masks: HashSet<Option<Flags>> = again.map(|it| mask(&run.answers[it.call].0)).collect();
    if !masks.is_empty() {
        masks.insert(None);
    }
    let each = run.answers.iter().enumerate();
    each.filter(|(_, (question, _))| masks.contains(&mask(question))).map(|(it, _)| it).collect()
}

fn divergence(
    call: usize,
    clause: Clause,
    edition: Edition,
    expected: impl Into<String>,
    observed: impl Into<String>,
) -> Option<Divergence> {
    let (level, clause, kind) = (clause.level(edition)?, Some(clause), Kind::Diverges);
    let (expected, observed) = (expected.into(), observed.into());
    Some(Divergence { call, kind, clause, level, expected, observed })
}
