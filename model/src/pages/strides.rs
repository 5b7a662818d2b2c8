//! # Strides
//!
//! `PyBuffer_FillContiguousStrides` works out the strides of elements that lie one behind the other:
//! along the dimension that varies the fastest a step is one item, and along each further one it is as
//! many bytes as all that varies faster takes.

use crate::clause::clause;
use crate::expectation::{Answer, Expectation, Outcome};
use crate::fact::Says;
use crate::layout::{Order, packed_strides};
use crate::machine::{Expected, Machine};
use pybuf_protocol::Call;
use pybuf_protocol::Edition;
use pybuf_protocol::{Field, Value};

/// `PyBuffer_FillContiguousStrides`. `itemsize` is in bytes, the shape in elements. Clauses:
/// `strides.*`.
pub fn fill_contiguous_strides(
    shape: &[i64],
    itemsize: i64,
    order: char,
    edition: Edition,
) -> Expectation {
    let written = |order| Field::StridesWritten.is(packed_strides(shape, itemsize, order));
    let entries = Field::StrideCount.is(shape.len() as i64);
    let succeeds = clause!("strides.always-succeeds");
    let answer = Answer::of(Outcome::Success, succeeds)
        .on_success(succeeds, Field::Exception.is(Value::Null))
        .on_success(clause!("strides.one-a-dimension"), entries);
    let by_text = match order {
        'C' => Some((Order::C, clause!("strides.c"))),
        'F' => Some((Order::Fortran, clause!("strides.fortran"))),
        _ => None,
    };
    let in_practice = by_text.map_or(Order::C, |(order, _)| order);
    if !fit(shape, itemsize, in_practice) {
        let open = clause!("strides.overflow-open");
        return answer.outcome(open, Outcome::Either).in_edition(edition).into();
    }
    let Some((order, clause)) = by_text else {
        let answer = answer
            .on_success(clause!("strides.order.others-open"), written(Order::C))
            .on_success(clause!("strides.order.others-c"), written(Order::C));
        return answer.in_edition(edition).into();
    };
    let answer = if itemsize < 0 || shape.iter().any(|&extent| extent < 0) {
        answer
            .on_success(clause!("strides.negative-open"), written(order))
            .on_success(clause!("strides.negative.multiplied"), written(order))
    } else if shape.contains(&0) {
        answer
            .on_success(clause!("strides.empty-open"), written(order))
            .on_success(clause!("strides.empty.multiplied"), written(order))
    } else if packed_strides(shape, itemsize, order).iter().any(|&it| it > i64::from(i32::MAX)) {
        answer.on_success(clause!("strides.wider-than-int"), written(order))
    } else {
        answer.on_success(clause, written(order))
    };
    answer.in_edition(edition).into()
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
