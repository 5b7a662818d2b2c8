//! # Copies to and from packed bytes
//!
//! `PyBuffer_ToContiguous` packs the elements of a view, one behind the other; `PyBuffer_FromContiguous`
//! puts packed bytes where the elements of a view are. Here the one gathers and the other scatters,
//! byte by byte, in C order or in Fortran order.

use std::iter;

use crate::clause::{Clause, clause};
use crate::expectation::{Answer, Expectation, Outcome};
use crate::fact::{Fact, Says};
use crate::layout::{Contiguity, Layout, Order};
use crate::machine::{Expected, Machine, Viewed};
use crate::memory::{Block, Memory};
use pybuf_protocol::Call;
use pybuf_protocol::Edition;
use pybuf_protocol::Returned;
use pybuf_protocol::call::{poisoned, source};
use pybuf_protocol::flags::Flags;
use pybuf_protocol::{Exception, Field, Value};

/// A view that was granted, as copies see it.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// Its elements: a row of bytes if the view has no shape.
    pub layout: Layout,
    /// Whether they can be told from the view without knowing that C order is meant.
    pub has_strides: bool,
    /// Whether the memory may not be written to.
    pub readonly: bool,
}

impl View {
    /// What a request shows of memory that it was granted.
    pub fn of(layout: &Layout, readonly: bool, asked: Flags) -> View {
        let bytes = || Layout { start: layout.start, ..Layout::bytes(layout.len()) };
        let asked = asked.whole();
        let layout = if asked.contains(Flags::ND) { layout.clone() } else { bytes() };
        let has_strides = asked.contains(Flags::STRIDES) || layout.ndim() == 0;
        View { layout, has_strides, readonly }
    }

    /// What is said of a call that can only succeed.
    fn succeeds(&self, clause: Clause) -> Answer {
        let without = clause!("copy.without-strides");
        let clause = if self.has_strides { clause } else { without };
        succeeds(Answer::of(Outcome::Success, clause), clause)
    }
}

/// What holds if a copy succeeds.
pub(crate) fn succeeds(answer: Answer, clause: Clause) -> Answer {
    answer
        .on_success(clause, Field::Return.is(0))
        .on_success(clause!("copy.no-exception"), Field::Exception.is(Value::Null))
        .on_success(clause!("copy.keeps-nothing"), Field::References.is(0))
}

/// The orders that a clause permits.
pub(crate) type Orders = (Clause, Vec<Order>);

/// What a letter stands for, by one of four clauses: on `C`, on `F`, on `A`, and on letters that are no
/// order.
pub(crate) fn orders(letter: char, [c, fortran, any, others]: [Clause; 4]) -> Orders {
    let both = vec![Order::C, Order::Fortran];
    match letter {
        'C' => (c, vec![Order::C]),
        'F' => (fortran, vec![Order::Fortran]),
        'A' => (any, both),
        _ => (others, both),
    }
}

/// `PyBuffer_ToContiguous`. `before` is what `buf` holds before: `len` bytes and some more. Clauses:
/// `copy.to.*`.
pub fn to_contiguous(
    view: &View,
    memory: &Memory,
    len: i64,
    before: &[u8],
    order: char,
    edition: Edition,
) -> Expectation {
    let layout = &view.layout;
    let must_agree = clause!("copy.to.len.must-agree");
    if len != layout.len() && must_agree.holds(edition) {
        return length_differs(must_agree, before).in_edition(edition).into();
    }
    let (others_open, others_fortran, others_c) = (
        clause!("copy.to.order.others-open"),
        clause!("copy.to.order.others-fortran"),
        clause!("copy.to.order.others-c"),
    );
    let [c, fortran, any] =
        [clause!("copy.to.c"), clause!("copy.to.fortran"), clause!("copy.to.any")];
    let by_text = orders(order, [c, fortran, any, others_open]);
    let in_practice = match order {
        'C' | 'F' => vec![],
        'A' => vec![(clause!("copy.to.any.as-it-lies"), as_it_lies(layout))],
        _ => vec![(others_fortran, vec![Order::Fortran]), (others_c, vec![Order::C])],
    };
    let copied = len.min(layout.len());
    // The part of an item that is left over at the end is copied or not.
    let whole = usize::try_from(copied - copied % layout.itemsize.max(1)).unwrap_or(0);
    let packed = |order| {
        let mut bytes = memory.gather(layout, order).unwrap_or_default();
        bytes.truncate(whole);
        bytes
    };
    let mut answer = view.succeeds(clause!("copy.to.succeeds"));
    if !matches!(order, 'C' | 'F' | 'A') {
        answer = free_but(answer, others_open, others_fortran).outcome(others_c, Outcome::Success);
    }
    let here = |(clause, _): &(Clause, _)| clause.holds(edition);
    for (mut clause, orders) in iter::once(by_text).chain(in_practice).filter(here) {
        if len != layout.len() {
            clause = clause!("copy.to.len.clipped");
        }
        let each: Vec<Vec<u8>> = orders.into_iter().map(packed).collect();
        answer = answer.on_success(clause, Field::BytesFrom(0).one_of(each));
    }
    let end = usize::try_from(copied).unwrap_or(0);
    let rest = before.get(end..).unwrap_or_default().to_vec();
    answer
        .on_success(clause!("copy.to.nothing-beyond"), Field::BytesFrom(end).is(rest))
        .on_success(clause!("copy.keeps-nothing"), Field::Releases.is(0))
        .in_edition(edition)
        .into()
}

fn length_differs(must_agree: Clause, before: &[u8]) -> Answer {
    let value_error = Field::Exception.is(Some(Exception::ValueError));
    let untouched = Field::Bytes.is(before.to_vec());
    Answer::of(Outcome::Failure, must_agree)
        .on_failure(must_agree, Field::Return.is(-1))
        .on_failure(clause!("copy.failure.raises"), Field::Exception.something())
        .on_failure(clause!("copy.to.len.value-error"), value_error)
        .on_failure(clause!("copy.failure.untouched"), untouched)
        .on_failure(clause!("copy.keeps-nothing"), Field::References.is(0))
        .on_failure(clause!("copy.keeps-nothing"), Field::Releases.is(0))
}

/// `PyBuffer_FromContiguous`, of `bytes`. Clauses: `copy.from.*`.
pub fn from_contiguous(
    view: &View,
    memory: &Memory,
    bytes: &[u8],
    order: char,
    edition: Edition,
) -> Expectation {
    let layout = &view.layout;
    let clipped = clause!("copy.from.len.clipped");
    let others_open = clause!("copy.from.order.others-open");
    let others_c = clause!("copy.from.order.others-c");
    let [c, fortran, any] =
        [clause!("copy.from.c"), clause!("copy.from.fortran"), clause!("copy.from.any-open")];
    let by_text = orders(order, [c, fortran, any, others_open]);
    let in_practice = match order {
        'C' | 'F' => None,
        'A' => Some((clause!("copy.from.any.as-it-lies"), as_it_lies(layout))),
        _ => Some((others_c, vec![Order::C])),
    };
    let len = bytes.len() as i64;
    let mut answer = view.succeeds(clause!("copy.from.succeeds"));
    if view.readonly {
        answer = free_but(
            answer,
            clause!("copy.from.readonly-open"),
            clause!("copy.from.readonly.ignored"),
        );
    } else if len > layout.len() {
        answer = free_but(answer, clause!("copy.from.len.longer-open"), clipped);
    }
    if !matches!(order, 'C' | 'F' | 'A') {
        answer = free_but(answer, others_open, others_c);
    }
    let overlaps = Memory::overlaps(layout);
    let part = len < layout.len() && part_of_item(layout, bytes) > 0;
    for (clause, orders) in iter::once(by_text).chain(in_practice) {
        let clause = match order {
            _ if overlaps => clause!("copy.overlap-open"),
            _ if len > layout.len() => clipped,
            'C' | 'F' if len < layout.len() => clause!("copy.from.len.shorter"),
            _ => clause,
        };
        let fact = written(layout, memory, &with_part_or_without(layout, bytes), &orders);
        if part {
            answer = answer.on_success(clause!("copy.from.len.part-of-item-open"), fact.clone());
        }
        answer = answer.on_success(clause, fact);
    }
    if overlaps {
        answer = nothing_between(answer, layout, memory);
    }
    answer
        .on_success(clause!("copy.keeps-nothing"), Field::Releases.is(0))
        .in_edition(edition)
        .into()
}

/// An outcome that the text leaves open, and that in practice is a success.
pub(crate) fn free_but(mut answer: Answer, open: Clause, practice: Clause) -> Answer {
    answer.outcomes.clear();
    answer.outcome(open, Outcome::Either).outcome(practice, Outcome::Success)
}

/// The whole block of a layout after bytes, which are one of these, were written to its first elements, in
/// one of some orders.
pub(crate) fn written(layout: &Layout, memory: &Memory, each: &[&[u8]], orders: &[Order]) -> Fact {
    let after = |bytes: &[u8], order: Order| {
        let mut memory = memory.clone();
        memory.scatter(layout, order, bytes);
        contents(&memory, layout)
    };
    let in_order = |order: &Order| each.iter().map(|bytes| after(bytes, *order)).collect();
    Field::Bytes.one_of(orders.iter().flat_map(|order| -> Vec<Vec<u8>> { in_order(order) }))
}

/// The bytes that may be copied of these: all, or only those that are whole items.
pub(crate) fn with_part_or_without<'a>(layout: &Layout, bytes: &'a [u8]) -> Vec<&'a [u8]> {
    let whole = bytes.len() - part_of_item(layout, bytes);
    if whole == bytes.len() { vec![bytes] } else { vec![bytes, &bytes[..whole]] }
}

/// How many bytes there are at the end that are no whole item.
fn part_of_item(layout: &Layout, bytes: &[u8]) -> usize {
    usize::try_from(layout.itemsize).map_or(0, |itemsize| bytes.len() % itemsize.max(1))
}

/// Where no element is, nothing is written, whatever becomes of the elements.
pub(crate) fn nothing_between(answer: Answer, layout: &Layout, memory: &Memory) -> Answer {
    let clause = clause!("copy.nothing-between");
    memory.gaps(layout).into_iter().fold(answer, |answer, (first, bytes)| {
        answer.on_success(clause, Field::BytesFrom(first).is(bytes))
    })
}

/// What is in the block of a layout.
pub(crate) fn contents(memory: &Memory, layout: &Layout) -> Vec<u8> {
    memory.block(layout.start.block).map(Block::contents).unwrap_or_default().to_vec()
}

/// Fortran order for elements that lie in it and not in C order; either if it is open whether they do.
fn as_it_lies(layout: &Layout) -> Vec<Order> {
    match (layout.contiguity(Order::C), layout.contiguity(Order::Fortran)) {
        (Contiguity::No, Contiguity::Yes) => vec![Order::Fortran],
        (Contiguity::No, Contiguity::Open(_)) => vec![Order::C, Order::Fortran],
        _ => vec![Order::C],
    }
}

impl Machine {
    /// What is expected of a call of this page.
    pub(crate) fn expect_copy(&self, call: &Call) -> Option<Expected> {
        Some(match call {
            Call::ToContiguous { view, len, order } => {
                let Some(buf) = poisoned(*len) else {
                    return Some(Expected::BadCase("a negative length".into()));
                };
                self.expect_of_view(*view, |viewed| {
                    let view = self.seen(viewed)?;
                    Ok(to_contiguous(&view, &self.memory, *len, &buf, *order, self.edition))
                })
            }
            Call::FromContiguous { view, len, order } => {
                let Some(bytes) = source(*len) else {
                    return Some(Expected::BadCase("a negative length".into()));
                };
                self.expect_of_view(*view, |viewed| {
                    let view = self.seen(viewed)?;
                    Ok(from_contiguous(&view, &self.memory, &bytes, *order, self.edition))
                })
            }
            call => return self.expect_copy_data(call),
        })
    }

    /// The block that a copy writes to, if it writes to that of an object.
    pub(crate) fn written(&self, call: &Call) -> Option<usize> {
        let object = match call {
            Call::FromContiguous { view, .. } => self.views.get(*view)?.as_ref()?.object?,
            Call::CopyData { dest: object, .. } | Call::CopyToObject { object, .. } => *object,
            _ => return None,
        };
        let written = self.objects.get(object).and_then(|it| it.as_ref()?.new.as_ref());
        Some(written.map_or(object, |new| new.layout.start.block))
    }

    /// What a copy has left of the memory it writes to. That is judged with the copy itself; where it is
    /// free, what comes after must go by it.
    pub(crate) fn learn_copy(&mut self, call: &Call, returned: Option<&Returned>) {
        let bytes = returned.and_then(|returned| returned.bytes.as_ref());
        if let (Some(block), Some(bytes)) = (self.written(call), bytes) {
            self.memory.set_contents(block, bytes);
        }
    }

    /// A view as copies see it, if its elements are in memory that is known.
    fn seen(&self, viewed: Viewed<'_>) -> Result<View, String> {
        let Some((object, asked)) = viewed else {
            return Ok(View::of(&Layout::bytes(0), false, Flags::empty()));
        };
        let view = View::of(&object.layout, object.readonly, asked);
        match self.memory.gather(&view.layout, Order::C) {
            Some(_) => Ok(view),
            None => Err("the elements are not in memory".into()),
        }
    }
}
