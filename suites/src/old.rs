//! # The old protocol
//!
//! The four functions on every object, NULL in the places where it is defined, slots that tell odd
//! lengths or fail one by one, and calls that find an exception pending.

use pybuf_harness::call::{AsBuffer, Call, Output};
use pybuf_harness::chooser::{Chooser, pick};
use pybuf_harness::object::{Object, OldSlot};

use crate::objects::raising;
use crate::{any, choose};

domain! { "old", calls,
    "every object x the four functions; each NULL argument; slots that tell lengths around the \
    limit of int, or fail; an exception pending x seven objects, and NULL"
}

/// The functions that hand out memory.
pub(crate) const FUNCTIONS: [fn(AsBuffer) -> Call; 3] =
    [Call::AsCharBuffer, Call::AsReadBuffer, Call::AsWriteBuffer];

/// All slots there are.
const SLOTS: [OldSlot; 4] = [OldSlot::Read, OldSlot::Write, OldSlot::Char, OldSlot::Segments];

fn calls(chooser: &mut dyn Chooser) -> Vec<Call> {
    let make = |object| Call::Make { object };
    match chooser.choose_beyond(4, 6) {
        0 => vec![make(choose::object(chooser)), asked(chooser)],
        1 => vec![make(Object::Bytes { len: 5 }), null_argument(chooser)],
        2 => vec![make(odd_slots(chooser)), asked(chooser)],
        3 => pending(chooser),
        4 => in_a_row(chooser, any_slots),
        _ => in_a_row(chooser, choose::object),
    }
}

/// Up to six calls of any of the functions, of NULL as well, some of which find an exception pending.
fn in_a_row(chooser: &mut dyn Chooser, object: fn(&mut dyn Chooser) -> Object) -> Vec<Call> {
    let mut calls = vec![Call::Make { object: object(chooser) }];
    for _ in 0..1 + chooser.choose(6) {
        if chooser.choose(4) == 3 {
            let exceptions = ["BufferError", "ValueError", "TypeError", "MemoryError"];
            let exception = *pick(chooser, &exceptions);
            calls.push(Call::SetError { exception: exception.into() });
        }
        calls.push(match chooser.choose(4) {
            3 => null_argument(chooser),
            _ => asked(chooser),
        });
    }
    calls
}

/// Any of the slots, which tell any length, and one of which may fail.
fn any_slots(chooser: &mut dyn Chooser) -> Object {
    let mut object = any::slots(chooser);
    if let Object::Slots { len, raises, .. } = &mut object {
        *len = (chooser.choose(2) == 1).then(|| any::number(chooser));
        *raises = (chooser.choose(4) == 3).then(|| *pick(chooser, &SLOTS));
    }
    object
}

/// Each of the functions on object 0.
fn asked(chooser: &mut dyn Chooser) -> Call {
    match chooser.choose(4) {
        3 => Call::CheckReadBuffer { object: 0 },
        function => FUNCTIONS[function](AsBuffer { object: Some(0), null: None }),
    }
}

fn null_argument(chooser: &mut dyn Chooser) -> Call {
    let arguments = [
        AsBuffer { object: None, null: None },
        AsBuffer { object: Some(0), null: Some(Output::Buffer) },
        AsBuffer { object: Some(0), null: Some(Output::Length) },
    ];
    let arguments = pick(chooser, &arguments).clone();
    pick(chooser, &FUNCTIONS)(arguments)
}

/// Lengths that an `int` can hold and others, failures with an exception and without.
pub(crate) fn odd_slots(chooser: &mut dyn Chooser) -> Object {
    let lengths = [i32::MAX.into(), i64::from(i32::MAX) + 1, 1 << 40, i64::MAX, 0, -1, -5];
    match chooser.choose(3) {
        0 => slots(Some(1), Some(*pick(chooser, &lengths)), None),
        1 => {
            let raises = Some(*pick(chooser, &SLOTS));
            slots(Some(*pick(chooser, &[1, 2])), None, raises)
        }
        _ => slots(Some(-1), None, None),
    }
}

/// With all slots.
fn slots(segments: Option<i64>, len: Option<i64>, raises: Option<OldSlot>) -> Object {
    Object::Slots { read: true, write: true, char: true, segments, len, raises }
}

/// An exception is pending when the function is called: where that succeeds, and where it fails for one
/// reason or another.
fn pending(chooser: &mut dyn Chooser) -> Vec<Call> {
    let objects = [
        Object::Bytes { len: 5 },
        Object::Bytearray { len: 5 },
        Object::Plain,
        raising("MemoryError"),
        slots(Some(1), None, None),
        slots(Some(2), None, None),
        slots(Some(1), None, Some(OldSlot::Segments)),
    ];
    let null = chooser.choose(2) == 1;
    let object = if null { &objects[0] } else { pick(chooser, &objects) }.clone();
    let pending = Call::SetError { exception: "BufferError".into() };
    let call = if null { null_argument(chooser) } else { asked(chooser) };
    vec![Call::Make { object }, pending, call]
}
