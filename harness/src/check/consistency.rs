//! What one answer of an object says of another.

use std::collections::BTreeMap;

use pybuf_model::expectation::{Fact, Permits::Exactly, Rule};
use pybuf_model::layout::Address;
use pybuf_model::{Answer, Edition, Flags, Outcome, consistency};

use super::describe::{has_no_format, layout, offset};
use super::grants::{Grant, granted, grants, mask};
use super::{Question, Transcript};
use crate::call::{Call, Memoryview};
use crate::reply::{Reply, Returned, Seen, SeenView};

/// `PyBUF_FULL_RO`, which is what a memoryview asks for.
pub const FULL_RO: Flags = Flags::INDIRECT.union(Flags::FORMAT);

/// The answers that others are held against.
pub struct Consistency<'a> {
    transcript: &'a Transcript,
    edition: Edition,
    /// The first answer to each mask.
    first: BTreeMap<i32, (Outcome, Vec<Fact>)>,
    /// What the request that a memoryview makes is told, and the elements.
    shown: Vec<Fact>,
    has_no_format: bool,
}

impl<'a> Consistency<'a> {
    pub fn of(transcript: &'a Transcript, edition: Edition) -> Consistency<'a> {
        let (shown, has_no_format) = (shown(transcript), has_no_format(transcript));
        Consistency { transcript, edition, first: BTreeMap::new(), shown, has_no_format }
    }

    /// Adds to what is expected of an answer what others say of it.
    pub fn add(&mut self, question: &Question, reply: &Reply, answer: &mut Answer) {
        let Reply::Returned(returned) = reply else { return };
        match question {
            Question::Call(Call::Memoryview(Memoryview::FromObject { object: 0 })) => {
                let shown = self.shown.iter().filter(|fact| is_told(fact, returned)).cloned();
                answer.success.extend(consistency::memoryview(shown.collect()));
            }
            _ => self.add_to_request(mask(question), reply, answer),
        }
    }

    fn add_to_request(&mut self, mask: Option<i32>, reply: &Reply, answer: &mut Answer) {
        let Some(mask) = mask else { return };
        let view = granted(reply).and_then(|returned| returned.view.as_deref());
        let promised = |rule: &Rule<Outcome>| rule.says == Outcome::Success;
        let asks_format = Flags::from_bits_retain(mask).contains(Flags::FORMAT);
        if self.has_no_format && asks_format && answer.outcomes.iter().all(promised) {
            answer.outcomes = vec![consistency::no_format()];
        }
        if let Some(Seen::Is(Some(format))) = view.map(|view| &view.format) {
            answer.success.extend(consistency::itemsize(format, self.edition));
        }
        let writes = Flags::from_bits_retain(mask).contains(Flags::WRITABLE);
        if self.transcript.immutable.is_some() && writes {
            answer.success.push(consistency::immutable());
        }
        match self.first.get(&mask) {
            Some((outcome, facts)) => {
                let (outcome, facts) = consistency::same_again(*outcome, facts.clone());
                answer.outcomes.push(outcome);
                answer.success.extend(facts);
            }
            None => {
                let outcome = if view.is_some() { Outcome::Success } else { Outcome::Failure };
                self.first.insert(mask, (outcome, view.map_or(vec![], facts)));
            }
        }
    }
}

/// All that a view tells, as facts.
fn facts(view: &SeenView) -> Vec<Fact> {
    let number = |seen: &Seen<i64>, fact: fn(_) -> Fact| match seen {
        Seen::Is(number) => Some(fact(Exactly(*number))),
        Seen::Untouched => None,
    };
    let array = |seen: &Seen<Option<Vec<i64>>>, fact: fn(_) -> Fact| match seen {
        Seen::Is(entries) => Some(fact(Exactly(entries.clone()))),
        Seen::Untouched => None,
    };
    let format = match &view.format {
        Seen::Is(format) => Some(Fact::Format(Exactly(format.clone()))),
        Seen::Untouched => None,
    };
    let readonly = match view.readonly {
        Seen::Is(readonly) => Some(Fact::Readonly(Exactly(readonly != 0))),
        Seen::Untouched => None,
    };
    let buf = offset(&view.buf);
    let buf = buf.map(|offset| Fact::Buf(Exactly(Some(Address { block: 0, offset }))));
    let facts = [
        buf,
        number(&view.len, Fact::Len),
        number(&view.itemsize, Fact::Itemsize),
        number(&view.ndim, Fact::Ndim),
        readonly,
        format,
        array(&view.shape, Fact::Shape),
        array(&view.strides, Fact::Strides),
        array(&view.suboffsets, Fact::Suboffsets),
    ];
    facts.into_iter().flatten().collect()
}

/// What a memoryview should show; nothing if what it asks for was refused.
fn shown(transcript: &Transcript) -> Vec<Fact> {
    let Some(Grant { view, flags, .. }) = grants(transcript).find(|grant| grant.flags == FULL_RO)
    else {
        return vec![];
    };
    let told = layout(flags, view);
    let array = |entries: &Vec<i64>| Exactly(Some(entries.clone()));
    let mut shown = vec![
        Fact::Len(Exactly(told.len())),
        Fact::Itemsize(Exactly(told.itemsize)),
        Fact::Ndim(Exactly(told.ndim())),
        Fact::Format(Exactly(Some(told.format.clone()))),
        Fact::Shape(array(&told.shape)),
        Fact::Strides(array(&told.strides)),
        Fact::Suboffsets(array(&told.suboffsets.clone().unwrap_or_default())),
    ];
    if let Seen::Is(readonly) = view.readonly {
        shown.push(Fact::Readonly(Exactly(readonly != 0)));
    }
    let elements = transcript.answers.iter().find_map(|(question, reply)| match question {
        Question::Elements { .. } => granted_bytes(reply),
        Question::Call(_) => None,
    });
    shown.extend(elements.map(|bytes| Fact::Bytes(Exactly(bytes))));
    shown
}

fn granted_bytes(reply: &Reply) -> Option<Vec<u8>> {
    match reply {
        Reply::Returned(returned) => returned.bytes.clone(),
        _ => None,
    }
}

/// Whether a memoryview tells this at all: long contents it does not, and each version has attributes of its own.
fn is_told(fact: &Fact, returned: &Returned) -> bool {
    let Some(view) = &returned.view else { return false };
    let is = |seen: &Seen<Option<Vec<i64>>>| matches!(seen, Seen::Is(Some(_)));
    match fact {
        Fact::Bytes(_) => returned.bytes.is_some(),
        Fact::Len(_) => view.len != Seen::Untouched,
        Fact::Itemsize(_) => view.itemsize != Seen::Untouched,
        Fact::Ndim(_) => view.ndim != Seen::Untouched,
        Fact::Readonly(_) => view.readonly != Seen::Untouched,
        Fact::Format(_) => view.format != Seen::Untouched,
        Fact::Shape(_) => is(&view.shape),
        Fact::Strides(_) => is(&view.strides),
        Fact::Suboffsets(_) => is(&view.suboffsets),
        _ => true,
    }
}
