//! What one answer of an object says of another.

use std::collections::HashMap;

use pybuf_model::expectation::Rule;
use pybuf_model::{Answer, Edition, Fact, Flags, Outcome, Says, consistency};
use pybuf_protocol::{Field, Told, Value};

use super::describe::{has_no_format, layout};
use super::grants::{Grant, granted, grants, mask};
use super::{Question, Transcript};
use crate::call::Call;
use crate::reply::{Pointer, Reply, Returned, Seen};

/// `PyBUF_FULL_RO`, which is what a memoryview asks for.
pub const FULL_RO: Flags = Flags::INDIRECT.union(Flags::FORMAT);

/// The answers that others are compared with.
pub struct Consistency<'a> {
    transcript: &'a Transcript,
    edition: Edition,
    /// The first answer to each mask.
    first: HashMap<Flags, (Outcome, Vec<Fact>)>,
    /// What the request that a memoryview makes is told, and the elements.
    shown: Vec<Fact>,
    has_no_format: bool,
}

impl<'a> Consistency<'a> {
    pub fn of(transcript: &'a Transcript, edition: Edition) -> Consistency<'a> {
        let (shown, has_no_format) = (shown(transcript), has_no_format(transcript));
        Consistency { transcript, edition, first: HashMap::new(), shown, has_no_format }
    }

    /// Adds to what is expected of an answer what others say of it.
    pub fn add(&mut self, question: &Question, reply: &Reply, answer: &mut Answer) {
        let Reply::Returned(returned) = reply else { return };
        if let Some(flags) = mask(question) {
            self.add_to_request(flags, reply, answer);
        } else if let Question::Call(Call::MemoryviewFromObject { object: 0 }) = question {
            let shown = self.shown.iter().filter(|fact| is_told(fact, returned)).cloned();
            answer.success.extend(consistency::memoryview(shown.collect()));
        }
    }

    fn add_to_request(&mut self, flags: Flags, reply: &Reply, answer: &mut Answer) {
        let view = granted(reply).and_then(|returned| returned.view.as_deref());
        let promised = |rule: &Rule<Outcome>| rule.says == Outcome::Success;
        let has_it_not = self.has_no_format && flags.contains(Flags::FORMAT);
        if has_it_not && answer.outcomes.iter().all(promised) {
            answer.outcomes = vec![consistency::no_format()];
        }
        if let Some(Seen::Is(Some(format))) = view.map(|view| &view.format) {
            answer.success.extend(consistency::itemsize(format, self.edition));
        }
        if self.transcript.immutable.is_some() && flags.contains(Flags::WRITABLE) {
            answer.success.push(consistency::immutable());
        }
        match self.first.get(&flags) {
            Some((outcome, facts)) => {
                let (outcome, facts) = consistency::same_again(*outcome, facts.clone());
                answer.outcomes.push(outcome);
                answer.success.extend(facts);
            }
            None => {
                let outcome = if view.is_some() { Outcome::Success } else { Outcome::Failure };
                let facts = granted(reply).map_or(vec![], facts);
                self.first.insert(flags, (outcome, facts));
            }
        }
    }
}

/// The fields of a view that say what it is.
const VIEW: [Field; 9] = [
    Field::Buf,
    Field::Len,
    Field::Itemsize,
    Field::Ndim,
    Field::Readonly,
    Field::Format,
    Field::Shape,
    Field::Strides,
    Field::Suboffsets,
];

/// All that a view tells, as facts. Where it is in no memory of the object, nothing is said of that.
fn facts(returned: &Returned) -> Vec<Fact> {
    let told = |field: Field| match field.of(returned) {
        Told::Is(Value::Pointer(pointer)) if !matches!(pointer, Pointer::At { .. }) => None,
        Told::Is(value) => Some(field.is(value.into_owned())),
        _ => None,
    };
    VIEW.into_iter().filter_map(told).collect()
}

/// What a memoryview should show; nothing if what it asks for was refused.
fn shown(transcript: &Transcript) -> Vec<Fact> {
    let Some(Grant { view, flags, .. }) = grants(transcript).find(|grant| grant.flags == FULL_RO)
    else {
        return vec![];
    };
    let told = layout(flags, view);
    let mut shown = vec![
        Field::Len.is(told.len()),
        Field::Itemsize.is(told.itemsize),
        Field::Ndim.is(told.ndim()),
        Field::Format.is(told.format.clone()),
        Field::Shape.is(told.shape.clone()),
        Field::Strides.is(told.strides.clone()),
        Field::Suboffsets.is(told.suboffsets.clone().unwrap_or_default()),
    ];
    if let Seen::Is(readonly) = view.readonly {
        shown.push(Field::Readonly.is(readonly != 0));
    }
    let elements =
        transcript.answers.iter().find_map(|(question, reply)| match (question, reply) {
            (Question::Elements { .. }, Reply::Returned(returned)) => returned.bytes.clone(),
            _ => None,
        });
    shown.extend(elements.map(|bytes| Field::Bytes.is(bytes)));
    shown
}

/// Whether a memoryview tells this at all: long contents it does not, and each version has attributes of its own.
fn is_told(fact: &Fact, returned: &Returned) -> bool {
    let is_array = matches!(fact.field, Field::Shape | Field::Strides | Field::Suboffsets);
    match fact.field.of(returned) {
        Told::Is(value) => !is_array || value != Value::Null,
        _ => false,
    }
}
