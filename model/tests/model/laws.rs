//! Laws that the model must obey, whatever the layout. quickcheck makes the layouts, from a
//! generator of its own, so that a blind spot of the suite's cases is not one here, too.

use pybuf_model::contiguity::is_contiguous;
use pybuf_model::layout::{Address, Contiguity, Order, packed_strides};
use pybuf_model::{Edition, Expectation, Exporter, Flags, Layout, Outcome, request};
use pybuf_protocol::call::BareView;
use pybuf_protocol::{Field, Value};
use quickcheck::{Arbitrary, Gen, TestResult};

#[derive(Clone, Debug)]
struct Any {
    layout: Layout,
    readonly: bool,
    edition: Edition,
    flags: Flags,
}

impl Arbitrary for Any {
    fn arbitrary(g: &mut Gen) -> Self {
        let ndim = *g.choose(&[0, 1, 1, 2, 2, 2, 3, 4]).unwrap_or(&1);
        let itemsize = *g.choose(&[1, 2, 4, 8]).unwrap_or(&1);
        let extents = [0, 1, 1, 2, 3, 5];
        let shape: Vec<i64> = (0..ndim).map(|_| *g.choose(&extents).unwrap_or(&1)).collect();
        let order = if bool::arbitrary(g) { Order::C } else { Order::Fortran };
        let mut strides = packed_strides(&shape, itemsize, order);
        for stride in &mut strides {
            // Mostly packed, so that contiguous memory is not a rarity.
            *stride =
                *g.choose(&[*stride, *stride, *stride, -*stride, 0, 2 * *stride, 7]).unwrap_or(&1);
        }
        let suboffsets = (u8::arbitrary(g) < 64)
            .then(|| (0..ndim).map(|_| *g.choose(&[-1, -1, 0, 8]).unwrap_or(&-1)).collect());
        let new = [Edition::V2_7, Edition::V3_3, Edition::V3_12, Edition::V3_13];
        let start = Address { block: 0, offset: 0 };
        Any {
            layout: Layout { start, itemsize, format: "B".into(), shape, strides, suboffsets },
            readonly: bool::arbitrary(g),
            edition: *g.choose(&new).unwrap_or(&Edition::V3_13),
            flags: Flags::from_bits_retain(i32::from(u16::arbitrary(g)) & 0x1fd).whole(),
        }
    }
}

impl Any {
    fn ask(&self, flags: Flags) -> Expectation {
        let exporter = Exporter::new_protocol(self.layout.clone(), self.readonly);
        request::get_buffer(&exporter, flags, self.edition)
    }

    fn outcome(&self, flags: Flags) -> Outcome {
        self.ask(flags).outcomes()[0].says
    }
}

/// The answers that are permitted to whether a layout is contiguous.
fn answers(layout: &Layout, order: char) -> Vec<i64> {
    let view = BareView {
        len: layout.len(),
        itemsize: layout.itemsize,
        ndim: layout.shape.len() as i32,
        shape: Some(layout.shape.clone()),
        strides: Some(layout.strides.clone()),
        suboffsets: layout.suboffsets.clone(),
    };
    let Expectation::Answer(answer) = is_contiguous(&view, order, Edition::V3_3) else {
        return vec![];
    };
    let permitted = |value: &i64| {
        let mut facts = answer.success.iter().map(|rule| &rule.says);
        facts.all(|it| it.field != Field::Return || it.permits.allows(&Value::Number(*value)))
    };
    [0, 1].into_iter().filter(permitted).collect()
}

fn law(any: &Any, holds: bool) -> TestResult {
    if holds { TestResult::passed() } else { TestResult::error(format!("{any:?}")) }
}

/// Tries a law on 2,000 layouts.
fn holds(law: fn(Any) -> TestResult) {
    crate::trying::tries(30, 2_000, law);
}

#[test]
fn every_call_has_a_permitted_answer() {
    holds(|any| {
        law(&any, ['C', 'F', 'A', 'x'].iter().all(|&order| !answers(&any.layout, order).is_empty()))
    });
}

/// How far the elements are from the first one, in bytes, in the order of their indices: the last
/// dimension varies the fastest, or for Fortran order the first.
fn walk(shape: &[i64], strides: &[i64], order: Order) -> Vec<i64> {
    let longer = |all: Vec<i64>, (extent, stride): (&i64, &i64)| -> Vec<i64> {
        all.iter().flat_map(|place| (0..*extent).map(move |i| place + i * stride)).collect()
    };
    let dimensions = shape.iter().zip(strides);
    match order {
        Order::C => dimensions.fold(vec![0], longer),
        Order::Fortran => dimensions.rev().fold(vec![0], longer),
    }
}

/// Whether each element is one item behind the one before it.
fn is_packed(places: &[i64], itemsize: i64) -> bool {
    (0..).map(|i| i * itemsize).zip(places).all(|(packed, place)| packed == *place)
}

#[test]
fn packed_strides_lead_from_each_element_to_the_next() {
    holds(|any| {
        let Layout { shape, itemsize, .. } = &any.layout;
        let leads_on = |order| {
            is_packed(&walk(shape, &packed_strides(shape, *itemsize, order), order), *itemsize)
        };
        law(&any, [Order::C, Order::Fortran].into_iter().all(leads_on))
    });
}

#[test]
fn contiguous_is_what_is_walked_without_a_gap() {
    holds(|any| {
        let Layout { shape, strides, itemsize, .. } = &any.layout;
        let agrees = [Order::C, Order::Fortran].into_iter().all(|order| {
            let packed = is_packed(&walk(shape, strides, order), *itemsize);
            match any.layout.contiguity(order) {
                // It can only be open where nothing that is walked is against it.
                Contiguity::Yes | Contiguity::Open(_) => packed,
                Contiguity::No => !packed || any.layout.is_indirect(),
            }
        });
        law(&any, agrees)
    });
}

#[test]
fn a_transposed_layout_has_the_other_order() {
    holds(|any| {
        let mut turned = any.layout.clone();
        turned.shape.reverse();
        turned.strides.reverse();
        law(&any, any.layout.contiguity(Order::C) == turned.contiguity(Order::Fortran))
    });
}

#[test]
fn either_order_is_one_of_the_two() {
    holds(|any| {
        let [c, f, a] = ['C', 'F', 'A'].map(|order| answers(&any.layout, order));
        let yes = vec![1];
        law(&any, (c == yes || f == yes) == (a == yes) && (a != [0] || (c == [0] && f == [0])))
    });
}

#[test]
fn everything_read_only_is_always_granted() {
    holds(|any| {
        let full = Flags::INDIRECT | Flags::FORMAT;
        law(&any, any.outcome(full) == Outcome::Success)
    });
}

#[test]
fn a_consumer_that_can_deal_with_more_is_not_refused_more() {
    holds(|any| {
        let more = any.flags | Flags::INDIRECT;
        law(
            &any,
            any.outcome(any.flags) != Outcome::Success || any.outcome(more) == Outcome::Success,
        )
    });
}

#[test]
fn a_consumer_that_demands_more_is_not_granted_more() {
    holds(|any| {
        let more = any.flags | Flags::C_CONTIGUOUS | Flags::WRITABLE;
        let with_strides = any.flags | Flags::STRIDES;
        let refused = any.outcome(with_strides) == Outcome::Failure;
        law(&any, !refused || any.outcome(more) == Outcome::Failure)
    });
}

#[test]
fn an_answer_cites_only_what_holds_in_its_edition() {
    holds(|any| {
        let Expectation::Answer(answer) = any.ask(any.flags) else { return TestResult::failed() };
        let facts = answer.success.iter().chain(&answer.failure).map(|rule| rule.clause);
        let mut clauses = facts.chain(answer.outcomes.iter().map(|rule| rule.clause));
        law(&any, clauses.all(|clause| clause.holds(any.edition)))
    });
}
