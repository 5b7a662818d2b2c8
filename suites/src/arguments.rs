//! # Arguments
//!
//! Each code on every object, and its view released; slots that have odd lengths or fail; and memory that
//! is locked for as long as a view of it is out.

use pybuf_harness::call::{Call, Code};
use pybuf_harness::chooser::{Chooser, pick};
use pybuf_harness::object::Object;
use pybuf_harness::{Case, Domain};

use crate::choose;
use crate::objects::direct;
use crate::old;

/// What each code does with every object, and what becomes of its view.
pub const DOMAIN: Domain = Domain {
    name: "arguments",
    bound: "every object x the six codes, a view released; slots of lengths around the limit of int, or \
            that fail, x the six codes; codes that fill a view x a bytearray resized, with one \
            view or two; three objects given up; the views released or left out",
    build,
    regressions: include_str!("../regressions/arguments.jsonl"),
};

fn build(chooser: &mut dyn Chooser) -> Case {
    match chooser.choose_beyond(3, 4) {
        0 => {
            let object = choose::object(chooser);
            parsed(chooser, object)
        }
        1 => {
            let object = old::odd_slots(chooser);
            parsed(chooser, object)
        }
        2 => lent(chooser),
        _ => in_a_row(chooser),
    }
}

fn code(chooser: &mut dyn Chooser) -> Code {
    *pick(chooser, &Code::ALL)
}

/// One code, whose view is released.
fn parsed(chooser: &mut dyn Chooser, object: Object) -> Case {
    let code = code(chooser);
    let mut calls = vec![Call::Make { object }, Call::ParseTuple { object: 0, code }];
    calls.extend(code.fills_view().then_some(Call::Release { view: 0 }));
    Case { calls }
}

/// Something else that is done to an object while a view of it is out, and after that.
fn lent(chooser: &mut dyn Chooser) -> Case {
    let bytearray = Object::Bytearray { len: 5 };
    let exporter = Object::Exporter { layout: direct(5, &[5], &[1]), readonly: false };
    let memoryview = Object::Memoryview { len: 5, readonly: false, steps: vec![] };
    let views: Vec<Code> = Code::ALL.into_iter().filter(|code| code.fills_view()).collect();
    let code = *pick(chooser, &views);
    let parse = Call::ParseTuple { object: 0, code };
    let release = |view| Call::Release { view };
    let resize = || Call::Resize { object: 0, len: 70 };
    let (object, then) = match chooser.choose(5) {
        0 => (bytearray, vec![resize(), release(0), resize()]),
        1 => (bytearray, vec![parse.clone(), release(0), resize(), release(1), resize()]),
        last => {
            let object = [bytearray, exporter, memoryview][last - 2].clone();
            (object, vec![Call::Drop { object: 0 }, release(0)])
        }
    };
    // Or all views are left out.
    let released = chooser.choose(2) == 0;
    let kept = then.into_iter().filter(|call| released || !matches!(call, Call::Release { .. }));
    Case { calls: [Call::Make { object }, parse].into_iter().chain(kept).collect() }
}

/// Up to six codes on one object, some of whose views are released.
fn in_a_row(chooser: &mut dyn Chooser) -> Case {
    let object = choose::object(chooser);
    let mut calls = vec![Call::Make { object }];
    let mut views = 0;
    for _ in 0..1 + chooser.choose(6) {
        let code = code(chooser);
        calls.push(Call::ParseTuple { object: 0, code });
        if code.fills_view() {
            calls.extend((chooser.choose(2) == 0).then_some(Call::Release { view: views }));
            views += 1;
        }
    }
    Case { calls }
}
