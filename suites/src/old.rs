//! # The old protocol
//!
//! The four functions on every object, NULL in the places where it is defined, slots that tell odd
//! lengths or fail one by one, and calls that find an exception pending.

use pybuf_harness::call::{AsBuffer, Call, Output};
use pybuf_harness::chooser::{Chooser, pick};
use pybuf_harness::object::{Object, OldSlot};
use pybuf_harness::{Case, Domain};

use crate::{any, choose};

/// What the four functions do with every object, and on every way in.
pub const DOMAIN: Domain = Domain {
    name: "old",
    bound: "every object x the four functions; each NULL argument; slots that tell lengths around the \
            limit of int, or fail; an exception pending x seven objects, and NULL",
    build,
    regressions: include_str!("../regressions/old.jsonl"),
};

fn build(chooser: &mut dyn Chooser) -> Case {
    match chooser.choose_beyond(4, 6) {
        0 => {
            let object = choose::object(chooser);
            asked(chooser, vec![Call::Make { object }])
        }
        1 => null_argument(chooser, vec![Call::Make { object: Object::Bytes { len: 5 } }]),
        2 => {
            let object = odd_slots(chooser);
            asked(chooser, vec![Call::Make { object }])
        }
        3 => pending(chooser),
        4 => {
            let object = any_slots(chooser);
            in_a_row(chooser, object)
        }
        _ => {
            let object = choose::object(chooser);
            in_a_row(chooser, object)
        }
    }
}

/// Up to six calls of any of the functions, of NULL as well, some of which find an exception pending.
fn in_a_row(chooser: &mut dyn Chooser, object: Object) -> Case {
    let mut calls = vec![Call::Make { object }];
    for _ in 0..1 + chooser.choose(6) {
        if chooser.choose(4) == 3 {
            let exceptions = ["BufferError", "ValueError", "TypeError", "MemoryError"];
            let exception = *pick(chooser, &exceptions);
            calls.push(Call::SetError { exception: exception.into() });
        }
        calls = match chooser.choose(4) {
            3 => null_argument(chooser, calls),
            _ => asked(chooser, calls),
        }
        .calls;
    }
    Case { calls }
}

/// Any of the slots, which tell any length, and one of which may fail.
fn any_slots(chooser: &mut dyn Chooser) -> Object {
    let slots = any::slots(chooser);
    let each = [OldSlot::Read, OldSlot::Write, OldSlot::Char, OldSlot::Segments];
    let told = (chooser.choose(2) == 1).then(|| any::number(chooser));
    let raising = (chooser.choose(4) == 3).then(|| *pick(chooser, &each));
    match slots {
        Object::Slots { read, write, char, segments, .. } => {
            Object::Slots { read, write, char, segments, len: told, raises: raising }
        }
        object => object,
    }
}

/// Each of the functions on object 0.
fn asked(chooser: &mut dyn Chooser, mut calls: Vec<Call>) -> Case {
    calls.push(match chooser.choose(4) {
        3 => Call::CheckReadBuffer { object: 0 },
        function => as_buffer(function, AsBuffer { object: Some(0), null: None }),
    });
    Case { calls }
}

fn null_argument(chooser: &mut dyn Chooser, mut calls: Vec<Call>) -> Case {
    let arguments = [
        AsBuffer { object: None, null: None },
        AsBuffer { object: Some(0), null: Some(Output::Buffer) },
        AsBuffer { object: Some(0), null: Some(Output::Length) },
    ];
    let arguments = pick(chooser, &arguments).clone();
    calls.push(as_buffer(chooser.choose(3), arguments));
    Case { calls }
}

/// Lengths that an `int` can hold and others, failures with an exception and without.
pub(crate) fn odd_slots(chooser: &mut dyn Chooser) -> Object {
    let lengths = [i32::MAX.into(), i64::from(i32::MAX) + 1, 1 << 40, i64::MAX, 0, -1, -5];
    match chooser.choose(3) {
        0 => slots(Some(1), Some(*pick(chooser, &lengths)), None),
        1 => {
            let each = [OldSlot::Read, OldSlot::Write, OldSlot::Char, OldSlot::Segments];
            let raises = Some(*pick(chooser, &each));
            slots(Some(*pick(chooser, &[1, 2])), None, raises)
        }
        _ => slots(Some(-1), None, None),
    }
}

/// All slots there are.
fn slots(segments: Option<i64>, len: Option<i64>, raises: Option<OldSlot>) -> Object {
    Object::Slots { read: true, write: true, char: true, segments, len, raises }
}

/// An exception is pending when the function is called: where that succeeds, and where it fails for one
/// reason or another.
fn pending(chooser: &mut dyn Chooser) -> Case {
    let objects = [
        Object::Bytes { len: 5 },
        Object::Bytearray { len: 5 },
        Object::Plain,
        Object::Raising { exception: "MemoryError".into() },
        slots(Some(1), None, None),
        slots(Some(2), None, None),
        slots(Some(1), None, Some(OldSlot::Segments)),
    ];
    let null = chooser.choose(2) == 1;
    let object = if null { &objects[0] } else { pick(chooser, &objects) }.clone();
    let calls = vec![Call::Make { object }, Call::SetError { exception: "BufferError".into() }];
    if null { null_argument(chooser, calls) } else { asked(chooser, calls) }
}

fn as_buffer(function: usize, arguments: AsBuffer) -> Call {
    match function {
        0 => Call::AsCharBuffer(arguments),
        1 => Call::AsReadBuffer(arguments),
        _ => Call::AsWriteBuffer(arguments),
    }
}
