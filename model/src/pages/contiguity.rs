//! # Contiguity
//!
//! Whether the elements of a view lie one behind the other, in C order, in Fortran order, or in one of
//! the two. It is asked of any view, and of views that a request without shape or strides returned.

use crate::clause::{Clause, clause};
use crate::expectation::{Answer, Expectation, Outcome};
use crate::fact::{Fact, Says};
use crate::layout::{self, Contiguity, Order};
use crate::machine::{Expected, Machine};
use pybuf_protocol::Edition;
use pybuf_protocol::call::{BareView, Call};
use pybuf_protocol::{Field, Value};

/// The fields of a `Py_buffer` that bear on its contiguity. `None` is NULL.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// In bytes.
    pub itemsize: i64,
    /// The number of dimensions, and the length of the arrays that are given.
    pub ndim: i64,
    /// In elements.
    pub shape: Option<Vec<i64>>,
    /// In bytes.
    pub strides: Option<Vec<i64>>,
    /// In bytes.
    pub suboffsets: Option<Vec<i64>>,
}

/// `PyBuffer_IsContiguous`. `view->len` is taken to agree with the shape. Clauses: `contiguity.*`.
pub fn is_contiguous(view: &View, order: char, edition: Edition) -> Expectation {
    let answers = clause!("contiguity.always-answers");
    let answer = Answer::of(Outcome::Success, answers)
        .on_success(answers, Field::Return.one_of([0, 1]))
        .on_success(answers, Field::Exception.is(Value::Null));
    let contiguity = match order {
        'C' => in_order(view, Order::C, edition),
        'F' => in_order(view, Order::Fortran, edition),
        'A' => in_either(view, edition),
        _ => {
            let says = Field::Return.is(0);
            let answer = answer.on_success(clause!("contiguity.order.others-open"), zero_or_one());
            let answer = answer.on_success(clause!("contiguity.order.others-zero"), says);
            return answer.in_edition(edition).into();
        }
    };
    let answer = match contiguity {
        Ok((clause, yes)) => answer.on_success(clause, Field::Return.is(i64::from(yes))),
        Err(open) => in_practice(open, answer.on_success(open, zero_or_one())),
    };
    answer.in_edition(edition).into()
}

fn zero_or_one() -> Fact {
    Field::Return.one_of([0, 1])
}

/// What CPython says where the text does not: strides that are never walked do not count.
fn in_practice(open: Clause, answer: Answer) -> Answer {
    if !layout::unwalked().contains(&open) {
        return answer;
    }
    answer.on_success(clause!("contiguity.unwalked-strides-ignored"), Field::Return.is(1))
}

/// The clause that decides and its decision, or the clause that leaves it open.
type Decision = Result<(Clause, bool), Clause>;

fn in_order(view: &View, order: Order, edition: Edition) -> Decision {
    if let Some(suboffsets) = &view.suboffsets {
        if suboffsets.iter().any(|&suboffset| suboffset >= 0) {
            return Ok((clause!("contiguity.indirect-is-not"), false));
        }
        let ill_formed = clause!("contiguity.negative-suboffsets-open");
        if ill_formed.holds(edition) {
            return Err(ill_formed);
        }
    }
    let decided_by = match order {
        Order::C => clause!("contiguity.c"),
        Order::Fortran => clause!("contiguity.fortran"),
    };
    let Some(shape) = &view.shape else {
        // Bytes in C order, of a shape that the view does not tell.
        return match order {
            Order::C => Ok((clause!("contiguity.no-strides-is-c"), true)),
            Order::Fortran if view.ndim <= 1 => Ok((decided_by, true)),
            Order::Fortran => Err(clause!("contiguity.no-shape-fortran-open")),
        };
    };
    let decided_by = match (&view.strides, order) {
        (None, Order::C) => clause!("contiguity.no-strides-is-c"),
        _ => decided_by,
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
fn in_either(view: &View, edition: Edition) -> Decision {
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
            true => is_contiguous(&view.into(), *order, self.edition).into(),
            false => Expected::BadCase("an array has not ndim entries, or ndim is odd".into()),
        })
    }
}

impl From<&BareView> for View {
    fn from(view: &BareView) -> View {
        View {
            itemsize: view.itemsize,
            ndim: view.ndim.into(),
            shape: view.shape.clone(),
            strides: view.strides.clone(),
            suboffsets: view.suboffsets.clone(),
        }
    }
}
