//! The fast implementation against the model beyond what is walked exhaustively: layouts and formats
//! that proptest makes up and shrinks.

mod draw;

use std::cell::Cell;

use proptest::collection::vec;
use proptest::prelude::any;
use proptest::test_runner::TestCaseError;

use pybuf_harness::chooser::{Chooser, pick};
use pybuf_harness::judge::judge;
use pybuf_harness::model::Edition;
use pybuf_harness::object::{Layout, Object};
use pybuf_harness::{Call, Case, Implementation, Reply};
use pybuf_targets::fast::Fast;

use draw::Draw;

const CASES: u32 = 4_000;

/// An exporter of up to five dimensions, of any strides that stay inside its block, asked anything.
fn layout_case(chooser: &mut dyn Chooser) -> Case {
    let (format, itemsize) = *pick(chooser, &[("B", 1), ("h", 2), ("i", 4), ("d", 8)]);
    let ndim = chooser.choose(6);
    let shape: Vec<i64> = (0..ndim).map(|_| chooser.choose(6) as i64).collect();
    let mut packed = itemsize;
    let mut strides = vec![0; ndim];
    let fortran = chooser.choose(2) == 1;
    for i in 0..ndim {
        let dimension = if fortran { i } else { ndim - 1 - i };
        // Packed for the most part; else backwards, again and again, or with gaps.
        let factor = *pick(chooser, &[1, 1, 1, 1, -1, 0, 2, -3]);
        strides[dimension] = packed * factor;
        packed *= shape[dimension].max(1) * i64::max(1, i64::abs(factor));
    }
    // The lowest and the highest byte, from the first element.
    let reach = |below: bool| -> i64 {
        let steps = shape.iter().zip(&strides).map(|(extent, stride)| stride * (extent - 1).max(0));
        steps.filter(|step| (*step < 0) == below).sum()
    };
    let offset = -reach(true);
    let size = offset + reach(false) + itemsize;
    let layout = Layout {
        size: usize::try_from(size).unwrap_or(0),
        offset: usize::try_from(offset).unwrap_or(0),
        itemsize,
        format: format.into(),
        shape,
        strides,
        suboffsets: (chooser.choose(8) == 1).then(|| vec![-1; ndim]),
    };
    let object = Object::Exporter { layout, readonly: chooser.choose(2) == 1 };
    let flags = pybuf_suites::masks::all()[chooser.choose(259)];
    let get = Call::GetBuffer { object: 0, flags };
    Case { calls: vec![Call::Make { object }, get, Call::Release { view: 0 }] }
}

/// A format of a few pieces: mostly codes with counts, so that many are well-formed.
fn format_case(chooser: &mut dyn Chooser) -> Case {
    let codes: Vec<char> = "bxchiqdlfespPnN?".chars().collect();
    let rarities = ["T{i}", ":n:", "é", "<", "9223372036854775807", "-", "\n"];
    let mut format: String = (*pick(chooser, &["", "", "@", "=", "<", ">", "!"])).into();
    for _ in 0..chooser.choose(8) {
        match chooser.choose(16) {
            0 => format.push(' '),
            1 => format += *pick(chooser, &rarities),
            2..6 => format += &chooser.choose(300).to_string(),
            _ => format.push(*pick(chooser, &codes)),
        }
    }
    Case { calls: vec![Call::SizeFromFormat { format }] }
}

/// Puts cases made up by `case` to the fast implementation. The reply to call `decides` says whether
/// a case succeeded.
fn agrees(case: fn(&mut dyn Chooser) -> Case, decides: usize) {
    let mut runner = draw::runner(CASES);
    let (granted, refused) = (Cell::new(0), Cell::new(0));
    let result = runner.run(&vec(any::<u16>(), 0..24), |drawn| {
        let case = case(&mut Draw(drawn.iter()));
        let edition = Edition::V3_13;
        let mut fast = Fast::of(edition);
        let replies = fast.run(&[&case.calls]).pop().unwrap_or_default();
        let count = match &replies[decides] {
            Reply::Returned(returned) if returned.value >= Some(0) => &granted,
            _ => &refused,
        };
        count.set(count.get() + 1);
        let judgement = judge(&case, &replies, edition, &fast.capabilities());
        match judgement.divergences.first() {
            None => Ok(()),
            Some(divergence) => Err(TestCaseError::fail(format!("{divergence:#?}\n{case:#?}"))),
        }
    });
    result.unwrap_or_else(|failure| panic!("{failure}"));
    // Neither of the two answers may be a rarity, or little was tried.
    let (granted, refused) = (granted.get(), refused.get());
    assert!(granted + refused >= CASES, "{granted} granted, {refused} refused");
    assert!(granted > CASES / 10 && refused > CASES / 10, "{granted} granted, {refused} refused");
}

#[test]
fn the_fast_implementation_agrees_on_layouts_of_any_shape() {
    agrees(layout_case, 1);
}

#[test]
fn the_fast_implementation_agrees_on_formats() {
    agrees(format_case, 0);
}
