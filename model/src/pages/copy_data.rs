//! # Copies to objects
//!
//! `PyObject_CopyData` copies from one object to another, element by element. `PyObject_CopyToObject`
//! was documented to copy packed bytes to an object, and never was.

use pybuf_protocol::call::source;
use pybuf_protocol::{Call, Edition, Exception, Field, Flags};

use crate::clause::{Clause, clause};
use crate::copy::{
    C, EITHER, FORTRAN, contents, free_but, nothing_between, succeeds, with_part_or_without,
    written,
};
use crate::machine::{Expected, Machine};
use crate::request;
use crate::rules::{Answer, Expectation, Outcome, Says};
use crate::state::{Contiguity, Exporter, Layout, Memory, NewProtocol, Order, State};

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
            let type_error = clause!("copy.data.without-protocol.type-error");
            fails(clause!("copy.data.without-protocol"), 0).raises(type_error, Exception::TypeError)
        }
    };
    answer.in_edition(edition)
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
        let too_small = clause!("copy.data.too-small");
        return untouched(fails(too_small, 1).raises(too_small, Exception::BufferError));
    }
    if dest.layout.start.block == src.layout.start.block {
        return onto_itself(&dest.layout, &src.layout, memory);
    }
    let answer = succeeds(clause!("copy.data.succeeds"))
        .on_success(clause!("copy.keeps-nothing"), Field::Releases.is(1));
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
    let open = clause!("copy.data.other-shape-open");
    let in_order = |order: &&Order| {
        [dest, src].iter().all(|layout| layout.contiguity(**order) != Contiguity::No)
    };
    let part = Layout { shape: src.shape.clone(), ..dest.clone() };
    let (clause, to, order) = if is_like(dest, src) {
        (clause!("copy.data.elements"), dest, Order::C)
    } else if let Some(order) = EITHER.iter().find(in_order) {
        // Bytes as they lie, which is in that order on both sides.
        (clause!("copy.data.rows-of-bytes"), dest, *order)
    } else if is_inside(src, dest) && !dest.is_indirect() {
        (clause!("copy.data.by-index"), &part, Order::C)
    } else {
        return Answer::of(Outcome::Either, open);
    };
    let bytes = memory.gather(src, order).unwrap_or_default();
    let fact = written(to, memory, &[&bytes], &[order]);
    let overlaps = Memory::overlaps(dest);
    let written_by = if overlaps { clause!("copy.overlap-open") } else { clause };
    if !is_like(dest, src) {
        return free_but(answer, open, clause).on_success(written_by, fact);
    }
    let answer = answer.on_success(written_by, fact);
    if overlaps { nothing_between(answer, dest, memory) } else { answer }
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
        Some(new) if refusal(new, FULL).is_none() => to_writable(&new.layout, memory, bytes, order),
        Some(new) => {
            let before = Field::Bytes.is(contents(memory, &new.layout));
            not_writable().on_failure(clause!("copy.failure.untouched"), before)
        }
        None => not_writable(),
    };
    // It was documented, but nobody ever had it: who has not does not diverge.
    answer.in_edition(edition).lingering(clause!("copy.to-object.never-was"))
}

fn not_writable() -> Answer {
    let not_writable = clause!("copy.to-object.not-writable");
    Answer::of(Outcome::Failure, not_writable)
        .on_failure(not_writable, Field::Return.is(-1))
        .on_failure(not_writable, Field::Exception.something())
}

fn to_writable(layout: &Layout, memory: &Memory, bytes: &[u8], order: char) -> Answer {
    let len = bytes.len() as i64;
    let len_open = clause!("copy.to-object.len-open");
    if len > layout.len() {
        return nothing_between(Answer::of(Outcome::Either, len_open), layout, memory);
    }
    let (by_order, orders) = match order {
        'C' => (clause!("copy.to-object.c"), C),
        'F' => (clause!("copy.to-object.fortran"), FORTRAN),
        'A' => (clause!("copy.to-object.any"), EITHER),
        _ => (clause!("copy.to-object.others-open"), EITHER),
    };
    let each = with_part_or_without(layout, bytes);
    let fact = written(layout, memory, &each, orders);
    let has_part = each.len() > 1;
    let overlaps = Memory::overlaps(layout);
    let answer = succeeds(clause!("copy.to-object.succeeds"))
        .on_success(len_open, has_part.then(|| fact.clone()))
        .on_success(if overlaps { clause!("copy.overlap-open") } else { by_order }, fact);
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
