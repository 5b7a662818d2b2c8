//! # Strides
//!
//! `PyBuffer_FillContiguousStrides` works out the strides of elements that lie one behind the other:
//! along the dimension that varies the fastest a step is one item, and along each further one it is as
//! many bytes as all that varies faster takes.

use pybuf_protocol::{Call, Edition, Field};

use crate::clause::clause;
use crate::machine::{Expected, Machine};
use crate::rules::{Answer, Expectation, Outcome, Says};
use crate::state::{Order, packed_strides};

/// `PyBuffer_FillContiguousStrides`. `itemsize` is in bytes, the shape in elements. Clauses:
/// `strides.*`.
pub fn fill_contiguous_strides(
    shape: &[i64],
    itemsize: i64,
    order: char,
    edition: Edition,
) -> Expectation {
    let succeeds = clause!("strides.always-succeeds");
    let entries = Field::StrideCount.is(shape.len() as i64);
    let answer = Answer::of(Outcome::Success, succeeds)
        .on_success(succeeds, Field::Exception.null())
        .on_success(clause!("strides.one-a-dimension"), entries);
    let (order, by_text) = match order {
        'C' => (Order::C, Some(clause!("strides.c"))),
        'F' => (Order::Fortran, Some(clause!("strides.fortran"))),
        // In practice.
        _ => (Order::C, None),
    };
    if !fit(shape, itemsize, order) {
        let open = clause!("strides.overflow-open");
        return answer.outcome(open, Outcome::Either).in_edition(edition);
    }
    let strides = packed_strides(shape, itemsize, order);
    let is_negative = itemsize < 0 || shape.iter().any(|&extent| extent < 0);
    let is_wide = strides.iter().any(|&stride| stride > i64::from(i32::MAX));
    let clauses = match by_text {
        None => vec![clause!("strides.order.others-open"), clause!("strides.order.others-c")],
        Some(_) if is_negative => {
            vec![clause!("strides.negative-open"), clause!("strides.negative.multiplied")]
        }
        Some(_) if shape.contains(&0) => {
            vec![clause!("strides.empty-open"), clause!("strides.empty.multiplied")]
        }
        Some(_) if is_wide => vec![clause!("strides.wider-than-int")],
        Some(clause) => vec![clause],
    };
    let written = |answer: Answer, clause| {
        answer.on_success(clause, Field::StridesWritten.is(strides.clone()))
    };
    clauses.into_iter().fold(answer, written).in_edition(edition)
}

/// Whether a `Py_ssize_t` holds each stride: the item size times the extents of all that varies faster.
fn fit(shape: &[i64], itemsize: i64, order: Order) -> bool {
    let step = |product: i64, extent: &i64| product.checked_mul(*extent);
    let widest = match order {
        Order::C => shape.iter().skip(1).rev().try_fold(itemsize, step),
        Order::Fortran => shape.iter().rev().skip(1).rev().try_fold(itemsize, step),
    };
    widest.is_some()
}

impl Machine {
    /// What is expected of a call of this page.
    pub(crate) fn expect_strides(&self, call: &Call) -> Option<Expected> {
        let Call::FillContiguousStrides { shape, itemsize, order } = call else { return None };
        let itemsize = i64::from(*itemsize);
        Some(fill_contiguous_strides(shape, itemsize, *order, self.edition).into())
    }
}
