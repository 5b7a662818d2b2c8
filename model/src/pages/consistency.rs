//! # Consistency
//!
//! What an object says to one consumer, compared with what it says to another: for an object that is known
//! by its answers only. Clauses: `consistency.*`.

mod record;

use crate::clause::{Clause, clause};
use crate::expectation::{Outcome, Rule};
use crate::fact::{Fact, Says};
use crate::format;
use crate::layout::Layout;
use pybuf_protocol::Edition;
use pybuf_protocol::Field;

/// The family of these clauses, which no suite puts to an implementation.
pub const FAMILY: &str = "consistency";

/// What the format that a view tells says of its item size.
pub fn itemsize(format: &str, edition: Edition) -> Option<Rule<Fact>> {
    let (clause, size) = match format::size(format, edition) {
        Some(size) => (clause!("consistency.itemsize-of-format"), size),
        None => (clause!("consistency.itemsize-of-record"), record::size(format, edition)?),
    };
    Some(rule(clause, Field::Itemsize.is(size)))
}

/// The outcome of a request for the format of an object that grants nothing to those who ask for it.
pub fn no_format() -> Rule<Outcome> {
    rule(clause!("consistency.no-format-open"), Outcome::Either)
}

/// What is said of a view of memory that was proved to belong to an immutable object.
pub fn immutable() -> Rule<Fact> {
    rule(clause!("consistency.immutable-memory"), Field::Readonly.is(true))
}

/// The answer to a request that was answered with `outcome` before, and if it was granted, with these facts.
pub fn same_again(outcome: Outcome, granted: Vec<Fact>) -> (Rule<Outcome>, Vec<Rule<Fact>>) {
    let clause = again();
    (rule(clause, outcome), granted.into_iter().map(|fact| rule(clause, fact)).collect())
}

/// What a memoryview shows of an object that tells these facts to the fullest request.
pub fn memoryview(told: Vec<Fact>) -> Vec<Rule<Fact>> {
    let clause = clause!("consistency.memoryview-agrees");
    told.into_iter().map(|fact| rule(clause, fact)).collect()
}

/// The clause by which the same request has the same answer again.
pub fn again() -> Clause {
    clause!("consistency.same-again")
}

/// The clause by which all consumers are lent the same memory.
pub fn same_memory() -> Clause {
    clause!("consistency.same-memory")
}

/// The clause by which no extent, length, item size or number of dimensions is negative.
pub fn no_negatives() -> Clause {
    clause!("consistency.no-negatives")
}

/// The clause by which there are no more than 64 dimensions.
pub fn at_most_64() -> Clause {
    clause!("request.ndim.at-most-64")
}

/// The clause by which the elements of a view lie within the memory that consumers of contiguous memory are
/// shown.
pub fn elements_inside() -> Clause {
    clause!("consistency.elements-inside")
}

/// From where to where the elements of a layout reach, in bytes from the start of its block; `None` if there are
/// none, if they are behind pointers, or beyond all memory.
pub fn reach(layout: &Layout) -> Option<(i64, i64)> {
    if layout.is_empty() || layout.is_indirect() {
        return None;
    }
    let (mut from, mut to) =
        (layout.start.offset, layout.start.offset.checked_add(layout.itemsize)?);
    for (extent, stride) in layout.shape.iter().zip(&layout.strides) {
        let span = extent.checked_sub(1)?.checked_mul(*stride)?;
        match span < 0 {
            true => from = from.checked_add(span)?,
            false => to = to.checked_add(span)?,
        }
    }
    Some((from, to))
}

fn rule<T>(clause: Clause, says: T) -> Rule<T> {
    Rule { clause, says, beyond_the_text: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Address;

    #[test]
    fn elements_reach_both_ways() {
        let bytes = Layout::bytes(6);
        assert_eq!(reach(&bytes), Some((0, 6)));
        let start = Address { block: 0, offset: 8 };
        let both = Layout { start, itemsize: 2, shape: vec![3, 2], strides: vec![-4, 2], ..bytes };
        assert_eq!(reach(&both), Some((0, 12)));
        assert_eq!(reach(&Layout { shape: vec![0, 2], ..both.clone() }), None);
        let suboffsets = Some(vec![0, -1]);
        assert_eq!(reach(&Layout { suboffsets, ..both.clone() }), None);
        assert_eq!(reach(&Layout { strides: vec![i64::MAX, 2], ..both }), None);
    }

    #[test]
    fn formats_and_records_have_a_size_by_clauses_of_their_own() {
        let size = |format| itemsize(format, Edition::V3_12);
        let told = |format| size(format).map(|rule| (rule.clause.id(), rule.says));
        let four = Field::Itemsize.is(4);
        assert_eq!(told("<i"), Some(("consistency.itemsize-of-format", four.clone())));
        assert_eq!(told("T{<i:a:}"), Some(("consistency.itemsize-of-record", four)));
        assert_eq!(size("Zd"), None);
    }
}
