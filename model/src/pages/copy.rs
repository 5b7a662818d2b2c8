//! # Copies to and from packed bytes
//!
//! `PyBuffer_ToContiguous` packs the elements of a view, one behind the other; `PyBuffer_FromContiguous`
//! puts packed bytes where the elements of a view are. Here the one gathers and the other scatters,
//! byte by byte, in C order or in Fortran order.

use pybuf_protocol::call::{poisoned, source};
use pybuf_protocol::{Call, Edition, Exception, Field, Flags, Returned};

use crate::clause::{Clause, clause};
use crate::machine::{Expected, Machine, Viewed};
use crate::rules::{Answer, Expectation, Fact, Outcome, Says};
use crate::state::{Block, Contiguity, Layout, Memory, Order};

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
        succeeds(clause)
    }
}

/// A copy that can only succeed, by this clause.
pub(crate) fn succeeds(clause: Clause) -> Answer {
    Answer::of(Outcome::Success, clause)
        .on_success(clause, Field::Return.is(0))
        .on_success(clause!("copy.no-exception"), Field::Exception.null())
        .on_success(clause!("copy.keeps-nothing"), Field::References.is(0))
}

/// A clause, and the orders that it permits.
type ByClause = (Clause, &'static [Order]);

/// The order of the letter `C`.
pub(crate) const C: &[Order] = &[Order::C];
/// That of `F`.
pub(crate) const FORTRAN: &[Order] = &[Order::Fortran];
/// Those of `A`, and in doubt of any other letter.
pub(crate) const EITHER: &[Order] = &[Order::C, Order::Fortran];

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
        return length_differs(must_agree, before).in_edition(edition);
    }
    let mut answer = view.succeeds(clause!("copy.to.succeeds"));
    let permitted: Vec<ByClause> = match order {
        'C' => vec![(clause!("copy.to.c"), C)],
        'F' => vec![(clause!("copy.to.fortran"), FORTRAN)],
        'A' => {
            let as_it_lies = (clause!("copy.to.any.as-it-lies"), as_it_lies(layout));
            vec![(clause!("copy.to.any"), EITHER), as_it_lies]
        }
        _ => {
            let open = clause!("copy.to.order.others-open");
            let fortran = clause!("copy.to.order.others-fortran");
            let c = clause!("copy.to.order.others-c");
            answer = free_but(answer, open, fortran).outcome(c, Outcome::Success);
            vec![(open, EITHER), (fortran, FORTRAN), (c, C)]
        }
    };
    let copied = len.min(layout.len());
    // The part of an item that is left over at the end is copied or not.
    let whole = usize::try_from(copied - copied % layout.itemsize.max(1)).unwrap_or(0);
    let packed = |order: &Order| {
        let mut bytes = memory.gather(layout, *order).unwrap_or_default();
        bytes.truncate(whole);
        bytes
    };
    for (clause, orders) in permitted.into_iter().filter(|(clause, _)| clause.holds(edition)) {
        let clause = if len == layout.len() { clause } else { clause!("copy.to.len.clipped") };
        answer = answer.on_success(clause, Field::BytesFrom(0).one_of(orders.iter().map(packed)));
    }
    let end = usize::try_from(copied).unwrap_or(0);
    let rest = before.get(end..).unwrap_or_default().to_vec();
    answer
        .on_success(clause!("copy.to.nothing-beyond"), Field::BytesFrom(end).is(rest))
        .on_success(clause!("copy.keeps-nothing"), Field::Releases.is(0))
        .in_edition(edition)
}

fn length_differs(must_agree: Clause, before: &[u8]) -> Answer {
    let untouched = Field::Bytes.is(before.to_vec());
    Answer::of(Outcome::Failure, must_agree)
        .on_failure(must_agree, Field::Return.is(-1))
        .on_failure(clause!("copy.failure.raises"), Field::Exception.something())
        .raises(clause!("copy.to.len.value-error"), Exception::ValueError)
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
    let len = bytes.len() as i64;
    let mut answer = view.succeeds(clause!("copy.from.succeeds"));
    if view.readonly {
        let ignored = clause!("copy.from.readonly.ignored");
        answer = free_but(answer, clause!("copy.from.readonly-open"), ignored);
    } else if len > layout.len() {
        answer = free_but(answer, clause!("copy.from.len.longer-open"), clipped);
    }
    let permitted: Vec<ByClause> = match order {
        'C' => vec![(clause!("copy.from.c"), C)],
        'F' => vec![(clause!("copy.from.fortran"), FORTRAN)],
        'A' => {
            let as_it_lies = (clause!("copy.from.any.as-it-lies"), as_it_lies(layout));
            vec![(clause!("copy.from.any-open"), EITHER), as_it_lies]
        }
        _ => {
            let open = clause!("copy.from.order.others-open");
            let c = clause!("copy.from.order.others-c");
            answer = free_but(answer, open, c);
            vec![(open, EITHER), (c, C)]
        }
    };
    let overlaps = Memory::overlaps(layout);
    let each = with_part_or_without(layout, bytes);
    let part = len < layout.len() && each.len() > 1;
    for (clause, orders) in permitted {
        let clause = match order {
            _ if overlaps => clause!("copy.overlap-open"),
            _ if len > layout.len() => clipped,
            'C' | 'F' if len < layout.len() => clause!("copy.from.len.shorter"),
            _ => clause,
        };
        let fact = written(layout, memory, &each, orders);
        let with_or_without = part.then(|| fact.clone());
        answer = answer
            .on_success(clause!("copy.from.len.part-of-item-open"), with_or_without)
            .on_success(clause, fact);
    }
    if overlaps {
        answer = nothing_between(answer, layout, memory);
    }
    answer.on_success(clause!("copy.keeps-nothing"), Field::Releases.is(0)).in_edition(edition)
}

/// An outcome that the text leaves open, and that in practice is a success.
pub(crate) fn free_but(mut answer: Answer, open: Clause, practice: Clause) -> Answer {
    answer.outcomes.clear();
    answer.outcome(open, Outcome::Either).outcome(practice, Outcome::Success)
}

/// The whole block of a layout after bytes, which are one of these, were written to its first elements, in
/// one of some orders.
pub(crate) fn written(layout: &Layout, memory: &Memory, each: &[&[u8]], orders: &[Order]) -> Fact {
    let after = |order: Order, bytes: &[u8]| {
        let mut memory = memory.clone();
        memory.scatter(layout, order, bytes);
        contents(&memory, layout)
    };
    let in_order = |order: &Order| -> Vec<_> { each.iter().map(|it| after(*order, it)).collect() };
    Field::Bytes.one_of(orders.iter().flat_map(in_order))
}

/// The bytes that may be copied of these: all, or only those that are whole items.
pub(crate) fn with_part_or_without<'a>(layout: &Layout, bytes: &'a [u8]) -> Vec<&'a [u8]> {
    let itemsize = usize::try_from(layout.itemsize).unwrap_or(1).max(1);
    let whole = bytes.len() - bytes.len() % itemsize;
    if whole == bytes.len() { vec![bytes] } else { vec![bytes, &bytes[..whole]] }
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
fn as_it_lies(layout: &Layout) -> &'static [Order] {
    match (layout.contiguity(Order::C), layout.contiguity(Order::Fortran)) {
        (Contiguity::No, Contiguity::Yes) => FORTRAN,
        (Contiguity::No, Contiguity::Open(_)) => EITHER,
        _ => C,
    }
}

impl Machine {
    /// What is expected of a call of this page.
    pub(crate) fn expect_copy(&self, call: &Call) -> Option<Expected> {
        let expected = match call {
            Call::ToContiguous { view, len, order } => poisoned(*len).map(|buf| {
                self.expect_of_view(*view, |viewed| {
                    let view = self.seen(viewed)?;
                    Ok(to_contiguous(&view, &self.memory, *len, &buf, *order, self.edition))
                })
            }),
            Call::FromContiguous { view, len, order } => source(*len).map(|bytes| {
                self.expect_of_view(*view, |viewed| {
                    let view = self.seen(viewed)?;
                    Ok(from_contiguous(&view, &self.memory, &bytes, *order, self.edition))
                })
            }),
            call => return self.expect_copy_data(call),
        };
        Some(expected.unwrap_or_else(|| Expected::BadCase("a negative length".into())))
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
