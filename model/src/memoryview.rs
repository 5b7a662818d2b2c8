//! # Memoryviews
//!
//! A memoryview is a consumer that is an exporter itself: it holds a view of an object, and lends on
//! what was lent to it. The functions here make one: of an object, of a struct that somebody filled, of
//! bare memory; and in [`get_contiguous`](crate::get_contiguous), of contiguous memory. What it then exports is told to the model as an
//! [`Exporter`], so that requests of it are judged as any other.

use crate::clause::clause;
use crate::contiguity::View;
use crate::edition::Edition;
use crate::expectation::{Answer, Exception, Expectation, Fact, Outcome, Permits};
use crate::exporter::{Exporter, NewProtocol, State};
use crate::flags::{READ, WRITE};
use crate::format;
use crate::layout::{Address, Layout, MAX_NDIM, Order, packed_strides};

use Permits::{Exactly, OneOf};

/// `PyMemoryView_FromObject`. Clauses: `memoryview.*`.
pub fn from_object(object: &Exporter, edition: Edition) -> Expectation {
    let since = clause!("memoryview.from-object.since-2.7-draft");
    if since.holds(edition) {
        return Expectation::not_in_edition(since);
    }
    let answer = match exporting(object) {
        Ok(new) => kept(new, made(clause!("memoryview.of-exporters"))),
        Err(refusal) => refusal,
    };
    failed(answer).in_edition(edition).into()
}

/// What the memoryview of an object exports: all that the object does.
pub fn of(object: &Exporter) -> Exporter {
    let new = object.new.clone().map(|new| NewProtocol { is_view: true, ..new });
    Exporter { old: None, new }
}

/// What an object exports, or how it is refused by those who want a memoryview of it.
pub(crate) fn exporting(object: &Exporter) -> Result<&NewProtocol, Answer> {
    let Some(new) = &object.new else {
        let type_error = Fact::Raises(Exactly(Some(Exception::TypeError)));
        return Err(refused(clause!("memoryview.without-protocol.fails"))
            .on_failure(clause!("memoryview.without-protocol.type-error"), type_error));
    };
    match new.state {
        State::Ready => Ok(new),
        State::Raises(exception) => {
            let says = Fact::Raises(Exactly(Some(exception)));
            Err(refused(clause!("memoryview.raising.fails"))
                .on_failure(clause!("memoryview.raising.handed-on"), says))
        }
        State::Released => {
            let either = [Exception::BufferError, Exception::ValueError].map(Some);
            let says = Fact::Raises(OneOf(either.to_vec()));
            Err(refused(clause!("memoryview.released.fails"))
                .on_failure(clause!("memoryview.released.exception"), says))
        }
    }
}

/// A memoryview keeps the object that it is of; of another memoryview, that one or what is underneath.
pub(crate) fn kept(object: &NewProtocol, answer: Answer) -> Answer {
    let answer = answer
        .on_success(clause!("memoryview.success.releases-nothing"), Fact::Releases(Exactly(0)));
    if object.is_view {
        return answer;
    }
    answer
        .on_success(clause!("memoryview.keeps-alive"), Fact::References(OneOf(vec![1, 2])))
        .on_success(clause!("memoryview.one-reference"), Fact::References(Exactly(1)))
}

/// A memoryview is made.
pub(crate) fn made(clause: crate::Clause) -> Answer {
    succeeded(Answer::of(Outcome::Success, clause))
}

/// Whether one is made is left open.
pub(crate) fn open(clause: crate::Clause) -> Answer {
    succeeded(Answer::of(Outcome::Either, clause))
}

pub(crate) fn refused(clause: crate::Clause) -> Answer {
    Answer::of(Outcome::Failure, clause)
}

fn succeeded(answer: Answer) -> Answer {
    answer.on_success(clause!("memoryview.success.no-exception"), Fact::Raises(Exactly(None)))
}

/// What a failure looks like.
pub(crate) fn failed(answer: Answer) -> Answer {
    let keeps_nothing = clause!("memoryview.failure.keeps-nothing");
    answer
        .on_failure(clause!("memoryview.failure.raises"), Fact::RaisesSomething)
        .on_failure(keeps_nothing, Fact::References(Exactly(0)))
}

/// What `PyMemoryView_FromBuffer` is given.
#[derive(Clone, Debug, PartialEq)]
pub struct Info {
    /// `buf`; `None` is NULL.
    pub buf: Option<Address>,
    /// In bytes.
    pub len: i64,
    /// Any int.
    pub readonly: i64,
    /// In the struct syntax; `None` is NULL.
    pub format: Option<String>,
    /// The fields that say how elements lie.
    pub view: View,
}

/// `PyMemoryView_FromBuffer`. Clauses: `memoryview.from-buffer.*`.
pub fn from_buffer(info: &Info, edition: Edition) -> Expectation {
    let since = clause!("memoryview.from-buffer.since-2.7");
    if since.holds(edition) {
        return Expectation::not_in_edition(since);
    }
    let answer = if info.buf.is_none() {
        let null = clause!("memoryview.from-buffer.buf-null.refused");
        open(clause!("memoryview.from-buffer.buf-null.open"))
            .outcome(null, Outcome::Failure)
            .on_failure(null, Fact::Raises(Exactly(Some(Exception::ValueError))))
    } else if usize::try_from(info.view.ndim).is_ok_and(|ndim| ndim > MAX_NDIM) {
        open(clause!("memoryview.from-buffer.ndim-limit.open"))
            .outcome(clause!("memoryview.from-buffer.ndim-limit.refused"), Outcome::Failure)
    } else if !info.is_consistent(edition) {
        open(clause!("memoryview.from-buffer.inconsistent-open"))
    } else {
        made(clause!("memoryview.from-buffer.wraps"))
    };
    failed(answer).in_edition(edition).into()
}

impl Info {
    /// Whether the fields agree with each other: `len` is the size of all elements, or without a shape
    /// the size of a row of bytes; the arrays have `ndim` entries; an item is as large as its format
    /// says. Without a format, it is of any size.
    fn is_consistent(&self, edition: Edition) -> bool {
        let View { itemsize, ndim, shape, strides, suboffsets } = &self.view;
        let has_entries = |array: &Option<Vec<i64>>| {
            array.as_ref().is_none_or(|array| i64::try_from(array.len()) == Ok(*ndim))
        };
        let format_agrees = || match &self.format {
            None => true,
            Some(format) => format::size(format, edition) == Some(*itemsize),
        };
        let len_agrees = match shape {
            Some(shape) => size_of(shape, *itemsize) == Some(self.len),
            None if *ndim == 0 => self.len == *itemsize,
            None => *ndim == 1 && *itemsize > 0 && self.len >= 0 && self.len % itemsize == 0,
        };
        len_agrees && [shape, strides, suboffsets].into_iter().all(has_entries) && format_agrees()
    }

    /// What the memoryview of it exports: what the struct says, and for what it leaves out what NULL
    /// stands for.
    pub fn exported(&self) -> Exporter {
        let View { itemsize, ndim, shape, strides, suboffsets } = self.view.clone();
        let row = || if ndim == 0 { vec![] } else { vec![self.len / itemsize.max(1)] };
        let shape = shape.unwrap_or_else(row);
        let in_c_order = || packed_strides(&shape, itemsize, Order::C);
        let layout = Layout {
            // Of NULL, nothing is asked.
            start: self.buf.unwrap_or(Address { block: 0, offset: 0 }),
            itemsize,
            format: self.format.clone().unwrap_or_else(|| "B".into()),
            strides: strides.unwrap_or_else(in_c_order),
            shape,
            suboffsets,
        };
        of(&Exporter::new_protocol(layout, self.readonly != 0))
    }
}

/// The size of all elements, in bytes; `None` if there can be none of that shape.
fn size_of(shape: &[i64], itemsize: i64) -> Option<i64> {
    let possible = itemsize > 0 && shape.iter().all(|&extent| extent >= 0);
    if shape.contains(&0) {
        return possible.then_some(0);
    }
    let mut extents = shape.iter().filter(|_| possible);
    let size = extents.try_fold(itemsize, |size, extent| size.checked_mul(*extent));
    size.filter(|_| possible)
}

/// `PyMemoryView_FromMemory`, over `size` bytes. Clauses: `memoryview.from-memory.*`.
pub fn from_memory(size: i64, access: i32, edition: Edition) -> Expectation {
    let since = clause!("memoryview.from-memory.since-3.3");
    if since.holds(edition) {
        return Expectation::not_in_edition(since);
    }
    let answer = if size < 0 {
        open(clause!("memoryview.from-memory.negative-open"))
    } else if ![READ, WRITE].contains(&access) {
        open(clause!("memoryview.from-memory.flags-open"))
    } else {
        made(clause!("memoryview.from-memory.made"))
    };
    failed(answer).in_edition(edition).into()
}

/// What the memoryview of `size` bytes at the start of `block` exports.
pub fn of_memory(block: usize, size: i64, access: i32) -> Exporter {
    let layout = Layout { start: Address { block, offset: 0 }, ..Layout::bytes(size) };
    of(&Exporter::new_protocol(layout, access != WRITE))
}

/// `PyMemoryView_Check`. Clauses: `memoryview.check.*`.
pub fn check(is_memoryview: bool, edition: Edition) -> Expectation {
    let since = clause!("memoryview.check.since-2.7");
    if since.holds(edition) {
        return Expectation::not_in_edition(since);
    }
    let (clause, value) = match is_memoryview {
        true => (clause!("memoryview.check.one"), 1),
        false => (clause!("memoryview.check.zero"), 0),
    };
    let always = clause!("memoryview.check.always-succeeds");
    Answer::of(Outcome::Success, always)
        .on_success(clause, Fact::Returns(Exactly(value)))
        .on_success(always, Fact::Raises(Exactly(None)))
        .in_edition(edition)
        .into()
}

/// What there is of a memoryview that is to be released.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Uses {
    /// It was released before.
    pub released: bool,
    /// Views of it are out, for which it answers itself.
    pub views: bool,
    /// There are memoryviews of it, or views that were handed on to the object underneath.
    pub others: bool,
    /// It holds a view of the object underneath that it shares with no other.
    pub sole: bool,
}

/// `memoryview.release()`. Clauses: `memoryview.release.*`.
pub fn release(uses: Uses, edition: Edition) -> Expectation {
    let since = clause!("memoryview.release.since-3.2");
    if since.holds(edition) {
        return Expectation::not_in_edition(since);
    }
    let exported = clause!("memoryview.release.refused-while-exported");
    let again = clause!("memoryview.release.again");
    let answer = if uses.released {
        Answer::of(Outcome::Success, again)
            .on_success(again, Fact::References(Exactly(0)))
            .on_success(again, Fact::Releases(Exactly(0)))
    } else if uses.views {
        Answer::of(Outcome::Failure, exported)
    } else if uses.others {
        Answer::of(Outcome::Either, clause!("memoryview.release.of-a-base-open"))
    } else {
        Answer::of(Outcome::Success, clause!("memoryview.release.succeeds"))
    };
    let answer = match uses {
        Uses { released: false, sole: true, .. } => answer
            .on_success(clause!("memoryview.release.tells-exporter"), Fact::Releases(Exactly(1))),
        _ => answer,
    };
    answer
        .on_success(clause!("memoryview.success.no-exception"), Fact::Raises(Exactly(None)))
        .on_failure(exported, Fact::Raises(Exactly(Some(Exception::BufferError))))
        .on_failure(exported, Fact::References(Exactly(0)))
        .on_failure(exported, Fact::Releases(Exactly(0)))
        .in_edition(edition)
        .into()
}
