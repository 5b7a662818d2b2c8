//! # Consistency
//!
//! What an object says to one consumer, compared with what it says to another: for an object that is known
//! by its answers only. Clauses: `consistency.*`.

mod record;

use pybuf_protocol::{Edition, Field};

use crate::clause::{Clause, clause};
use crate::format;
use crate::rules::{Fact, Outcome, Rule, Says};
use crate::state::Layout;

/// The family of these clauses, which no suite puts to an implementation.
pub const FAMILY: &str = "consistency";

/// What the format that a view tells says of its item size.
pub fn itemsize(format: &str, edition: Edition) -> Option<Rule<Fact>> {
    let (clause, size) = match format::size(format, edition) {
        Some(size) => (clause!("consistency.itemsize-of-format"), size),
        None => (clause!("consistency.itemsize-of-record"), record::size(format, edition)?),
    };
    Some(Rule::of(clause, Field::Itemsize.is(size)))
}

/// The outcome of a request for the format of an object that grants nothing to those who ask for it.
pub fn no_format() -> Rule<Outcome> {
    Rule::of(clause!("consistency.no-format-open"), Outcome::Either)
}

/// What is said of a view of memory that was proved to belong to an immutable object.
pub fn immutable() -> Rule<Fact> {
    Rule::of(clause!("consistency.immutable-memory"), Field::Readonly.is(true))
}

/// The answer to a request that was answered with `outcome` before, and if it was granted, with these facts.
pub fn same_again(outcome: Outcome, granted: Vec<Fact>) -> (Rule<Outcome>, Vec<Rule<Fact>>) {
    let clause = again();
    (Rule::of(clause, outcome), granted.into_iter().map(|fact| Rule::of(clause, fact)).collect())
}

/// What a memoryview shows of an object that tells these facts to the fullest request.
pub fn memoryview(told: Vec<Fact>) -> Vec<Rule<Fact>> {
    let clause = clause!("consistency.memoryview-agrees");
    told.into_iter().map(|fact| Rule::of(clause, fact)).collect()
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
