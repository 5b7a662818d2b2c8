//! # Arguments
//!
//! Each code on every object, and its view released; slots that have odd lengths or fail; and memory that
//! is locked for as long as a view of it is out.

use pybuf_harness::call::{Call, Code};
use pybuf_harness::chooser::{Chooser, pick};
use pybuf_harness::object::Object;

use crate::objects::{direct, exporter, writable};
use crate::{choose, old};

domain! { "arguments", calls,
    "every object x the six codes, a view released; slots of lengths around the limit of int, or \
    that fail, x the six codes; codes that fill a view x a bytearray resized, with one \
    view or two; three objects given up; the views released or left out"
}

fn calls(chooser: &mut dyn Chooser) -> Vec<Call> {
    match chooser.choose_beyond(3, 4) {
        0 => parsed(chooser, choose::object),
        1 => parsed(chooser, old::odd_slots),
        2 => lent(chooser),
        _ => in_a_row(chooser),
    }
}

fn code(chooser: &mut dyn Chooser) -> Code {
    *pick(chooser, &Code::ALL)
}

/// One code, whose view is released.
fn parsed(chooser: &mut dyn Chooser, object: fn(&mut dyn Chooser) -> Object) -> Vec<Call> {
    let (object, code) = (object(chooser), code(chooser));
    let mut calls = vec![Call::Make { object }, Call::ParseTuple { object: 0, code }];
    calls.extend(code.fills_view().then_some(Call::Release { view: 0 }));
    calls
}

/// Something else that is done to an object while a view of it is out, and after that.
fn lent(chooser: &mut dyn Chooser) -> Vec<Call> {
    let bytearray = Object::Bytearray { len: 5 };
    let views: Vec<Code> = Code::ALL.into_iter().filter(|code| code.fills_view()).collect();
    let code = *pick(chooser, &views);
    let parse = Call::ParseTuple { object: 0, code };
    let release = |view| Call::Release { view };
    let resize = || Call::Resize { object: 0, len: 70 };
    let given_up = vec![Call::Drop { object: 0 }, release(0)];
    let (object, then) = match chooser.choose(5) {
        0 => (bytearray, vec![resize(), release(0), resize()]),
        1 => (bytearray, vec![parse.clone(), release(0), resize(), release(1), resize()]),
        2 => (bytearray, given_up),
        3 => (exporter(direct(5, &[5], &[1])), given_up),
        _ => (writable(5, vec![]), given_up),
    };
    // Or all views are left out.
    let released = chooser.choose(2) == 0;
    let kept = then.into_iter().filter(|call| released || !matches!(call, Call::Release { .. }));
    [Call::Make { object }, parse].into_iter().chain(kept).collect()
}

/// Up to six codes on one object, some of whose views are released.
fn in_a_row(chooser: &mut dyn Chooser) -> Vec<Call> {
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
    calls
}
