//! # Structures that can be
//!
//! The documentation gives a function in Python that tells whether the elements of an array lie inside
//! its memory: `verify_structure`. Here it is with its tests in the order of the text, since the order
//! decides what an array without elements may have for strides.

use pybuf_protocol::{Call, Edition, Field};

use crate::clause::{Clause, clause};
use crate::machine::{Expected, Machine};
use crate::rules::{Answer, Expectation, Outcome, Says};

/// The arguments of `verify_structure`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Structure {
    /// The size of the memory, in bytes.
    pub memlen: i64,
    /// In bytes.
    pub itemsize: i64,
    /// Any number; if there are dimensions, the two arrays have an entry for each.
    pub ndim: i64,
    /// In elements.
    pub shape: Vec<i64>,
    /// In bytes.
    pub strides: Vec<i64>,
    /// Of the element with all indices 0, in bytes from the start of the memory.
    pub offset: i64,
}

/// Whether the elements lie inside the memory, and the clause of the test that decided. `None` if the
/// function divides by an item size of zero. Python's numbers have no end, and neither have these.
pub fn verify_structure(structure: &Structure) -> Option<(bool, Clause)> {
    let Structure { ndim, shape, strides, .. } = structure;
    let [memlen, itemsize, offset] =
        [structure.memlen, structure.itemsize, structure.offset].map(i128::from);
    if offset.checked_rem(itemsize)? != 0 {
        return Some((false, clause!("structure.offset.whole-items")));
    }
    if offset < 0 || offset + itemsize > memlen {
        return Some((false, clause!("structure.offset.inside")));
    }
    if strides.iter().any(|stride| i128::from(*stride) % itemsize != 0) {
        return Some((false, clause!("structure.strides.whole-items")));
    }
    if *ndim <= 0 {
        let scalar = *ndim == 0 && shape.is_empty() && strides.is_empty();
        return Some((scalar, clause!("structure.scalar")));
    }
    if shape.contains(&0) {
        return Some((true, clause!("structure.no-elements")));
    }
    let (lowest, highest) = reach(shape, strides);
    let reaches = |distance: i128| distance.saturating_add(offset);
    let inside = 0 <= reaches(lowest) && reaches(highest).saturating_add(itemsize) <= memlen;
    Some((inside, clause!("structure.reach")))
}

/// How far the elements at the two ends are from the one with all indices 0, in bytes.
fn reach(shape: &[i64], strides: &[i64]) -> (i128, i128) {
    let along = |(extent, stride): (&i64, &i64)| i128::from(*stride) * (i128::from(*extent) - 1);
    // Many of the longest ways are longer than even these numbers hold, but never back again.
    let sum = |upwards: bool| {
        let each = shape.iter().zip(strides).filter(|(_, stride)| (**stride > 0) == upwards);
        each.map(along).fold(0, i128::saturating_add)
    };
    (sum(false), sum(true))
}

/// A call of `verify_structure`. Clauses: `structure.*`.
pub fn verify(structure: &Structure, edition: Edition) -> Expectation {
    let answers = clause!("structure.answers");
    match verify_structure(structure) {
        None => Answer::of(Outcome::Either, clause!("structure.itemsize-zero-open"))
            .on_success(answers, Field::Return.one_of([0, 1])),
        // The one structure of no bytes that everything else in the text takes for a good one.
        Some((false, clause)) if is_empty_block(structure, clause) => either(answers)
            .on_success(clause!("structure.empty-block-open"), Field::Return.one_of([0, 1]))
            .on_success(clause!("structure.empty-block.refused"), Field::Return.is(0)),
        Some((inside, clause)) => {
            either(answers).on_success(clause, Field::Return.is(i64::from(inside)))
        }
    }
    .in_edition(edition)
}

fn either(answers: Clause) -> Answer {
    Answer::of(Outcome::Success, answers)
        .on_success(answers, Field::Return.one_of([0, 1]))
        .on_success(answers, Field::Exception.null())
}

/// Whether it is no elements at the start of no memory, which the test of the offset is not fit for.
fn is_empty_block(structure: &Structure, refused_by: Clause) -> bool {
    let Structure { memlen, offset, shape, .. } = structure;
    let test = clause!("structure.offset.inside");
    refused_by == test && *memlen == 0 && *offset == 0 && shape.contains(&0)
}

impl Machine {
    /// What is expected of a call of this page.
    pub(crate) fn expect_structure(&self, call: &Call) -> Option<Expected> {
        let Call::VerifyStructure { memlen, itemsize, ndim, shape, strides, offset } = call.clone()
        else {
            return None;
        };
        if ndim > 0 && [&shape, &strides].map(|array| array.len() as i64) != [ndim; 2] {
            return Some(Expected::BadCase("an array has not ndim entries".into()));
        }
        let structure = Structure { memlen, itemsize, ndim, shape, strides, offset };
        Some(verify(&structure, self.edition).into())
    }
}
