//! # Contiguity
//!
//! Whether the elements of a view lie one behind the other, in C order, in Fortran order, or in one of
//! the two. It is asked of any view, and of views that a request without shape or strides returned.

use pybuf_protocol::call::BareView;
use pybuf_protocol::{Call, Edition, Field};

use crate::clause::{Clause, clause};
use crate::layout;
use crate::machine::{Expected, Machine};
use crate::rules::{Answer, Expectation, Outcome, Says};
use crate::state::{Contiguity, Order};

/// `PyBuffer_IsContiguous`. `view.len` is taken to agree with the shape. Clauses: `contiguity.*`.
pub fn is_contiguous(view: &BareView, order: char, edition: Edition) -> Expectation {
    let answers = clause!("contiguity.always-answers");
    let zero_or_one = || Field::Return.one_of([0, 1]);
    let answer = Answer::of(Outcome::Success, answers)
        .on_success(answers, zero_or_one())
        .on_success(answers, Field::Exception.null());
    let decision = match order {
        'C' => in_order(view, Order::C, edition),
        'F' => in_order(view, Order::Fortran, edition),
        'A' => in_either(view, edition),
        _ => Err(clause!("contiguity.order.others-open")),
    };
    let answer = match decision {
        Ok((clause, yes)) => answer.on_success(clause, Field::Return.is(i64::from(yes))),
        Err(open) => {
            let answer = answer.on_success(open, zero_or_one());
            match in_practice(open) {
                Some((clause, value)) => answer.on_success(clause, Field::Return.is(value)),
                None => answer,
            }
        }
    };
    answer.in_edition(edition)
}

/// What CPython says where the text does not: strides that are never walked do not count, and no
/// memory is contiguous in an order that does not exist.
fn in_practice(open: Clause) -> Option<(Clause, i64)> {
    if open == clause!("contiguity.order.others-open") {
        return Some((clause!("contiguity.order.others-zero"), 0));
    }
    let ignored = clause!("contiguity.unwalked-strides-ignored");
    layout::unwalked().contains(&open).then_some((ignored, 1))
}

/// The clause that decides and its decision, or the clause that leaves it open.
type Decision = Result<(Clause, bool), Clause>;

fn in_order(view: &BareView, order: Order, edition: Edition) -> Decision {
    if let Some(suboffsets) = &view.suboffsets {
        if suboffsets.iter().any(|&suboffset| suboffset >= 0) {
            return Ok((clause!("contiguity.indirect-is-not"), false));
        }
        let ill_formed = clause!("contiguity.negative-suboffsets-open");
        if ill_formed.holds(edition) {
            return Err(ill_formed);
        }
    }
    let decided_by = match (order, &view.shape, &view.strides) {
        (Order::C, Some(_), Some(_)) => clause!("contiguity.c"),
        (Order::C, ..) => clause!("contiguity.no-strides-is-c"),
        (Order::Fortran, ..) => clause!("contiguity.fortran"),
    };
    let Some(shape) = &view.shape else {
        // Bytes in C order, of a shape that the view does not tell.
        return match order {
            Order::Fortran if view.ndim > 1 => Err(clause!("contiguity.no-shape-fortran-open")),
            _ => Ok((decided_by, true)),
        };
    };
    let in_c_order = || layout::packed_strides(shape, view.itemsize, Order::C);
    let strides = view.strides.clone().unwrap_or_else(in_c_order);
    match layout::contiguity(shape, &strides, view.itemsize, order) {
        Contiguity::Yes => Ok((decided_by, true)),
        Contiguity::No => Ok((decided_by, false)),
        Contiguity::Open(clause) => Err(clause),
    }
}

/// In C order, or in Fortran order.
fn in_either(view: &BareView, edition: Edition) -> Decision {
    let c = in_order(view, Order::C, edition);
    let fortran = in_order(view, Order::Fortran, edition);
    let (any, indirect) = (clause!("contiguity.any"), clause!("contiguity.indirect-is-not"));
    match contiguity(c).or(contiguity(fortran)) {
        Contiguity::Yes => Ok((any, true)),
        Contiguity::Open(open) => Err(open),
        // Memory behind pointers is in no order at all, by a clause of its own.
        Contiguity::No if c == Ok((indirect, false)) => c,
        Contiguity::No => Ok((any, false)),
    }
}

/// A decision, without what decided.
fn contiguity(decision: Decision) -> Contiguity {
    match decision {
        Ok((_, true)) => Contiguity::Yes,
        Ok((_, false)) => Contiguity::No,
        Err(open) => Contiguity::Open(open),
    }
}

impl Machine {
    /// What is expected of a call of this page.
    pub(crate) fn expect_contiguity(&self, call: &Call) -> Option<Expected> {
        let Call::IsContiguous { view, order } = call else { return None };
        Some(match view.is_well_formed() {
            true => is_contiguous(view, *order, self.edition).into(),
            false => Expected::BadCase("an array has not ndim entries, or ndim is odd".into()),
        })
    }
}
