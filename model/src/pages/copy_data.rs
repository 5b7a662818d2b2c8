//! # Copies to objects
//!
//! `PyObject_CopyData` copies from one object to another, element by element. `PyObject_CopyToObject`
//! was documented to copy packed bytes to an object, and never was.

use crate::clause::{Clause, clause};
use crate::copy::{
    contents, free_but, nothing_between, orders, succeeds, with_part_or_without, written,
};
use crate::expectation::{Answer, Expectation, Outcome};
use crate::exporter::{Exporter, NewProtocol, State};
use crate::fact::Says;
use crate::layout::{Contiguity, Layout, Order};
use crate::machine::{Expected, Machine};
use crate::memory::Memory;
use crate::request;
use pybuf_protocol::Call;
use pybuf_protocol::Edition;
use pybuf_protocol::call::source;
use pybuf_protocol::flags::Flags;
use pybuf_protocol::{Exception, Field};

/// What both functions ask of an object to write to.
const FULL: Flags = Flags::INDIRECT.union(Flags::FORMAT).union(Flags::WRITABLE);

/// `PyObject_CopyData`. Clauses: `copy.data.*`.
pub fn copy_data(
    dest: &Exporter,
    src: &Exporter,
    memory: &Memory,
    edition: Edition,
) -> Expectation {
    let answer = match (&dest.new, &src.new) {
        (Some(dest), Some(src)) => between(dest, src, memory),
        _ => {
            let type_error = Field::Exception.is(Some(Exception::TypeError));
            fails(clause!("copy.data.without-protocol"), 0)
                .on_failure(clause!("copy.data.without-protocol.type-error"), type_error)
        }
    };
    answer.in_edition(edition).into()
}

fn between(dest: &NewProtocol, src: &NewProtocol, memory: &Memory) -> Answer {
    let before = || Field::Bytes.is(contents(memory, &dest.layout));
    let untouched = |answer: Answer| answer.on_failure(clause!("copy.failure.untouched"), before());
    if let Some(raised) = refusal(dest, FULL) {
        return untouched(refused(raised, 0));
    }
    if let Some(raised) = refusal(src, FULL - Flags::WRITABLE) {
        return untouched(refused(raised, 1));
    }
    if dest.layout.len() < src.layout.len() {
        let buffer_error = Field::Exception.is(Some(Exception::BufferError));
        let too_small = clause!("copy.data.too-small");
        return untouched(fails(too_small, 1).on_failure(too_small, buffer_error));
    }
    if dest.layout.start.block == src.layout.start.block {
        return onto_itself(&dest.layout, &src.layout, memory);
    }
    let succeeds = clause!("copy.data.succeeds");
    let answer = self::succeeds(Answer::of(Outcome::Success, succeeds), succeeds);
    let answer = answer.on_success(clause!("copy.keeps-nothing"), Field::Releases.is(1));
    copied(&dest.layout, &src.layout, memory, answer)
}

/// Both are in the same memory, be it as one object or as two.
fn onto_itself(dest: &Layout, src: &Layout, memory: &Memory) -> Answer {
    let answer = Answer::of(Outcome::Either, clause!("copy.data.onto-itself-open"));
    match is_like(dest, src) {
        true => nothing_between(answer, dest, memory),
        false => answer,
    }
}

/// Whether both have the same indices, of items of the same size.
fn is_like(dest: &Layout, src: &Layout) -> bool {
    dest.shape == src.shape && dest.itemsize == src.itemsize
}

/// What arrives: each element where its indices say, if both have the same shape.
fn copied(dest: &Layout, src: &Layout, memory: &Memory, answer: Answer) -> Answer {
    let gathered = |order| memory.gather(src, order).unwrap_or_default();
    let overlap = Memory::overlaps(dest).then_some(clause!("copy.overlap-open"));
    if is_like(dest, src) {
        let clause = overlap.unwrap_or(clause!("copy.data.elements"));
        let fact = written(dest, memory, &[&gathered(Order::C)], &[Order::C]);
        let answer = answer.on_success(clause, fact);
        return match overlap {
            Some(_) => nothing_between(answer, dest, memory),
            None => answer,
        };
    }
    let open = clause!("copy.data.other-shape-open");
    let in_order = |order| {
        let contiguous = |layout: &Layout| layout.contiguity(order) != Contiguity::No;
        contiguous(dest) && contiguous(src)
    };
    if let Some(order) = [Order::C, Order::Fortran].into_iter().find(|&order| in_order(order)) {
        // Bytes as they lie, which is in that order on both sides.
        let bytes = clause!("copy.data.rows-of-bytes");
        let fact = written(dest, memory, &[&gathered(order)], &[order]);
        return free_but(answer, open, bytes).on_success(overlap.unwrap_or(bytes), fact);
    }
    if is_inside(src, dest) && !dest.is_indirect() {
        let by_index = clause!("copy.data.by-index");
        let part = Layout { shape: src.shape.clone(), ..dest.clone() };
        let fact = written(&part, memory, &[&gathered(Order::C)], &[Order::C]);
        return free_but(answer, open, by_index).on_success(overlap.unwrap_or(by_index), fact);
    }
    Answer::of(Outcome::Either, open)
}

/// Whether each index of the one is an index of the other, of an item of the same size.
pub fn is_inside(inner: &Layout, outer: &Layout) -> bool {
    let smaller = |(inner, outer): (&i64, &i64)| inner <= outer;
    inner.itemsize == outer.itemsize
        && inner.ndim() == outer.ndim()
        && inner.shape.iter().zip(&outer.shape).all(smaller)
}

/// What an object that refuses a request may raise, if it does refuse it.
fn refusal(exporter: &NewProtocol, asked: Flags) -> Option<Vec<Exception>> {
    let refused = request::may_succeed(exporter, asked).outcomes[0].says == Outcome::Failure;
    refused.then_some(match exporter.state {
        State::Raises(exception) => vec![exception],
        State::Ready => vec![Exception::BufferError],
        State::Released => vec![Exception::BufferError, Exception::ValueError],
    })
}

/// A failure, after `views` of the destination had been granted.
fn fails(clause: Clause, views: i64) -> Answer {
    Answer::of(Outcome::Failure, clause)
        .on_failure(clause!("copy.failure.returns-minus-1"), Field::Return.is(-1))
        .on_failure(clause!("copy.failure.raises"), Field::Exception.something())
        .on_failure(clause!("copy.keeps-nothing"), Field::References.is(0))
        .on_failure(clause!("copy.keeps-nothing"), Field::Releases.is(views))
}

fn refused(raised: Vec<Exception>, views: i64) -> Answer {
    let handed_on = Field::Exception.one_of(raised);
    fails(clause!("copy.data.refused"), views)
        .on_failure(clause!("copy.data.refusal-handed-on"), handed_on)
}

/// `PyObject_CopyToObject`, of `bytes`. Clauses: `copy.to-object.*`.
pub fn copy_to_object(
    exporter: &Exporter,
    memory: &Memory,
    bytes: &[u8],
    order: char,
    edition: Edition,
) -> Expectation {
    let answer = match &exporter.new {
        Some(exporter) if refusal(exporter, FULL).is_none() => {
            to_writable(&exporter.layout, memory, bytes, order)
        }
        _ => {
            let not_writable = clause!("copy.to-object.not-writable");
            let answer = Answer::of(Outcome::Failure, not_writable)
                .on_failure(not_writable, Field::Return.is(-1))
                .on_failure(not_writable, Field::Exception.something());
            match &exporter.new {
                Some(exporter) => {
                    let before = Field::Bytes.is(contents(memory, &exporter.layout));
                    answer.on_failure(clause!("copy.failure.untouched"), before)
                }
                None => answer,
            }
        }
    };
    // It was documented, but nobody ever had it: who has not does not diverge.
    Expectation::NotInEdition {
        clause: clause!("copy.to-object.never-was"),
        otherwise: Some(answer.in_edition(edition)),
    }
}

fn to_writable(layout: &Layout, memory: &Memory, bytes: &[u8], order: char) -> Answer {
    let len = bytes.len() as i64;
    let len_open = clause!("copy.to-object.len-open");
    if len > layout.len() {
        return nothing_between(Answer::of(Outcome::Either, len_open), layout, memory);
    }
    let (clause, orders) = orders(
        order,
        [
            clause!("copy.to-object.c"),
            clause!("copy.to-object.fortran"),
            clause!("copy.to-object.any"),
            clause!("copy.to-object.others-open"),
        ],
    );
    let succeeds = clause!("copy.to-object.succeeds");
    let answer = self::succeeds(Answer::of(Outcome::Success, succeeds), succeeds);
    let overlaps = Memory::overlaps(layout);
    let each = with_part_or_without(layout, bytes);
    let clause = if overlaps { clause!("copy.overlap-open") } else { clause };
    let fact = written(layout, memory, &each, &orders);
    let answer = match each.len() {
        1 => answer,
        _ => answer.on_success(len_open, fact.clone()),
    };
    let answer = answer.on_success(clause, fact);
    if overlaps { nothing_between(answer, layout, memory) } else { answer }
}

impl Machine {
    /// What is expected of a call of this page.
    pub(crate) fn expect_copy_data(&self, call: &Call) -> Option<Expected> {
        Some(match call {
            Call::CopyData { dest, src } => self.expect_between(*dest, *src),
            Call::CopyToObject { object, len, order } => match source(*len) {
                Some(bytes) => self.expect_of(*object, |exporter| {
                    copy_to_object(exporter, &self.memory, &bytes, *order, self.edition)
                }),
                None => Expected::BadCase("a negative length".into()),
            },
            _ => return None,
        })
    }

    fn expect_between(&self, dest: usize, src: usize) -> Expected {
        let (Some(to), Some(from)) = (self.objects.get(dest), self.objects.get(src)) else {
            return Expected::BadCase("one of the objects is not there".into());
        };
        let expect =
            |to: &Exporter, from: &Exporter| copy_data(to, from, &self.memory, self.edition);
        match (to, from) {
            (Some(to), Some(from)) => Expected::Reply(expect(to, from)),
            _ => Expected::not_made(&expect(&Exporter::none(), &Exporter::none())),
        }
    }
}
