//! # Buffer objects
//!
//! Python 2's buffer objects: made over every kind of base, over one another and over memory; used as
//! strings; and asked for memory in turn, under both protocols.

use pybuf_harness::Object;
use pybuf_harness::call::{AsBuffer, Call, END_OF_BUFFER, Part};
use pybuf_harness::chooser::{Chooser, pick};

use crate::objects::{raising, slots_of};
use crate::old::FUNCTIONS;
use crate::{any, choose};

domain! { "buffer-object", calls,
    "bases x offsets x sizes; parts of parts; memory, and parts of it; string operations and assignments on 15 \
    buffer objects; both protocols on them; every other object"
}

const FARTHEST: i64 = i64::MAX;

fn calls(chooser: &mut dyn Chooser) -> Vec<Call> {
    let enumerated = [
        over_object,
        over_buffer_object,
        over_memory,
        operation,
        assignment,
        consumer,
        other_object,
        part_of_memory,
    ];
    any::part(chooser, &enumerated, &[any_chain, many_operations])
}

/// Every base x offset x size, and what has come of it.
fn over_object(chooser: &mut dyn Chooser) -> Vec<Call> {
    let make = Call::Make { object: base(chooser) };
    let offset = *pick(chooser, &[0, 2, 5, 6, 100, -1]);
    // The last one is more than an int can hold.
    let size = *pick(chooser, &[END_OF_BUFFER, 0, 2, 100, -2, 1 << 31]);
    let over = from(chooser.choose(2) == 1, 0, offset, size);
    [vec![make, over], look_at(1)].concat()
}

/// A part of a part. One to write of one that cannot be written to is not looked at: no text says what
/// it would be.
fn over_buffer_object(chooser: &mut dyn Chooser) -> Vec<Call> {
    let object = Object::Array { typecode: 'B', len: 10 };
    let [inner_writable, outer_writable] = [chooser.choose(2) == 1, chooser.choose(2) == 1];
    let offset = *pick(chooser, &[0, 2, 8, 20, FARTHEST]);
    let size = *pick(chooser, &[END_OF_BUFFER, 0, 2, 5, 100]);
    let inner = from(inner_writable, 0, offset, size);
    let offset = *pick(chooser, &[0, 1, 6, FARTHEST]);
    let size = *pick(chooser, &[END_OF_BUFFER, 0, 2, 3, 100, -2]);
    let outer = from(outer_writable, 1, offset, size);
    let looks = if outer_writable && !inner_writable { vec![] } else { look_at(2) };
    [vec![Call::Make { object }, inner, outer], looks].concat()
}

fn over_memory(chooser: &mut dyn Chooser) -> Vec<Call> {
    let size = *pick(chooser, &[5, 0, 1, 300, END_OF_BUFFER, -2, i64::MIN]);
    let make = match chooser.choose(3) {
        0 => Call::BufferFromMemory { size },
        1 => Call::BufferFromReadWriteMemory { size },
        // One of them too large for any machine.
        _ => Call::BufferNew { size: if size == 300 { 1 << 62 } else { size } },
    };
    // What practice makes of a negative size, no text describes.
    let looks = if size < 0 { vec![] } else { look_at(0) };
    [vec![make], looks].concat()
}

/// A part of memory without a base. One to write of what is read-only is not looked at, as above.
fn part_of_memory(chooser: &mut dyn Chooser) -> Vec<Call> {
    let (size, writable) = (5, chooser.choose(2) == 1);
    let (make, looks) = match chooser.choose(3) {
        0 => (Call::BufferFromReadWriteMemory { size }, look_at(1)),
        1 => (Call::BufferFromMemory { size }, if writable { vec![] } else { look_at(1) }),
        _ => (Call::BufferNew { size }, look_at(1)),
    };
    let (offset, size) = (*pick(chooser, &[0, 2, 100]), *pick(chooser, &[END_OF_BUFFER, 2, 100]));
    [vec![make, from(writable, 0, offset, size)], looks].concat()
}

/// One operation on a buffer object, or two of those that must agree.
fn operation(chooser: &mut dyn Chooser) -> Vec<Call> {
    let (mut calls, object) = one(chooser);
    let call = match chooser.choose(7) {
        0 => Call::Size { object },
        1 => Call::GetItem { object, index: *pick(chooser, &INDICES) },
        2 => get_slice(chooser, object),
        3 => Call::Concat { object, other: value(chooser, &mut calls) },
        4 => Call::Repeat { object, count: *pick(chooser, &[1, 3, 0, -1, 1 << 62]) },
        5 => {
            let other = equal_or_not(chooser, &mut calls);
            match chooser.choose(2) {
                0 => Call::Compare { object, other },
                _ => Call::Compare { object: other, other: object },
            }
        }
        // The hash of one, and that of another which may have the same bytes.
        _ => {
            let other = equal_or_not(chooser, &mut calls);
            calls.push(Call::Hash { object });
            Call::Hash { object: other }
        }
    };
    calls.push(call);
    calls
}

/// Something is assigned; then all is read that could have changed: the buffer object, and another one
/// that was made of the same base before.
fn assignment(chooser: &mut dyn Chooser) -> Vec<Call> {
    let (mut calls, object) = one(chooser);
    let witness = add(&mut calls, from(false, 0, 0, END_OF_BUFFER));
    let set = if chooser.choose(2) == 0 {
        let index = *pick(chooser, &INDICES);
        Call::SetItem { object, index, value: value(chooser, &mut calls) }
    } else {
        let ends = [(0, 5), (1, 3), (-2, 100), (0, 2), (3, 1), (100, 100)];
        let (start, stop) = *pick(chooser, &ends);
        Call::SetSlice { object, start, stop, value: value(chooser, &mut calls) }
    };
    calls.extend([set, whole(object), whole(witness)]);
    calls
}

/// A buffer object as an exporter; then its base, if that is one that every edition has and that gives
/// what it is asked for. The masks: nothing, to write, all to read, all.
fn consumer(chooser: &mut dyn Chooser) -> Vec<Call> {
    let (mut calls, object) = one(chooser);
    let asked = chooser.choose(6);
    let flags = if asked == 5 { *pick(chooser, &[0, 0x001, 0x11c, 0x11d]) } else { 0 };
    let ask = |object, view| {
        let arguments = AsBuffer { object: Some(object), null: None };
        match asked {
            function @ 0..3 => vec![FUNCTIONS[function](arguments)],
            3 => vec![Call::CheckReadBuffer { object }],
            4 => vec![Call::CheckBuffer { object }],
            _ => vec![Call::GetBuffer { object, flags }, Call::Release { view }],
        }
    };
    let asks_base = matches!(calls[0], Call::Make { object: Object::Array { .. } });
    calls.extend(ask(object, 0));
    calls.extend(if asks_base { ask(0, 1) } else { vec![] });
    calls
}

/// Every object that is none.
fn other_object(chooser: &mut dyn Chooser) -> Vec<Call> {
    vec![Call::Make { object: choose::object(chooser) }, Call::BufferCheck { object: 0 }]
}

/// Up to six buffer objects of which each is over the one before, of any part of it, and what has come of
/// the last one. All can be written to, or none: of others no text says what they would be.
fn any_chain(chooser: &mut dyn Chooser) -> Vec<Call> {
    let writable = chooser.choose(2) == 1;
    let base = match writable {
        true => any::array(chooser),
        false => Object::Bytes { len: any::length(chooser) },
    };
    let mut calls = vec![Call::Make { object: base }];
    let links = 1 + chooser.choose(6);
    for base in 0..links {
        let offset = *pick(chooser, &[0, 1, 2, 5, 100, 1000, FARTHEST]);
        let size = *pick(chooser, &[END_OF_BUFFER, 3, 0, 1, 20, 251, 5000, FARTHEST]);
        calls.push(from(writable, base, offset, size));
    }
    calls.extend(look_at(links));
    calls
}

/// Up to eight operations on one buffer object, assignments among them.
fn many_operations(chooser: &mut dyn Chooser) -> Vec<Call> {
    let (mut calls, object) = one(chooser);
    for _ in 0..1 + chooser.choose(8) {
        let call = match chooser.choose(6) {
            0 => Call::Size { object },
            1 => Call::GetItem { object, index: *pick(chooser, &INDICES) },
            2 => get_slice(chooser, object),
            3 => Call::Repeat { object, count: chooser.choose(8) as i64 - 1 },
            4 => {
                let index = *pick(chooser, &INDICES);
                Call::SetItem { object, index, value: value(chooser, &mut calls) }
            }
            _ => {
                let start = *pick(chooser, &[0, 1, 3, -2]);
                let stop = *pick(chooser, &[5, 3, 2, 100]);
                Call::SetSlice { object, start, stop, value: value(chooser, &mut calls) }
            }
        };
        calls.push(call);
    }
    calls.push(whole(object));
    calls
}

const INDICES: [i64; 9] = [0, 1, 4, 5, -1, -5, -6, FARTHEST, i64::MIN];
const ENDS: [i64; 9] = [0, 1, 3, 5, 100, -1, -3, -100, FARTHEST];

fn get_slice(chooser: &mut dyn Chooser, object: usize) -> Call {
    Call::GetSlice { object, start: *pick(chooser, &ENDS), stop: *pick(chooser, &ENDS) }
}

/// Every kind of base: those that are readable, writable, neither, or not in one segment.
fn base(chooser: &mut dyn Chooser) -> Object {
    let bases = [
        Object::Bytes { len: 5 },
        Object::Bytearray { len: 5 },
        Object::Array { typecode: 'B', len: 5 },
        Object::Array { typecode: 'i', len: 2 },
        Object::Bytes { len: 0 },
        Object::Array { typecode: 'B', len: 0 },
        slots(true, false, Some(1)),
        slots(true, true, Some(1)),
        slots(false, true, Some(1)),
        slots(true, true, Some(2)),
        slots(true, false, Some(0)),
        slots(true, true, None),
        Object::Plain,
        Object::Memoryview { len: 5, readonly: false, steps: vec![] },
        raising("ValueError"),
        raising("MemoryError"),
        failing(),
    ];
    pick(chooser, &bases).clone()
}

/// The calls that make a buffer object for others to be about, and its number.
fn one(chooser: &mut dyn Chooser) -> (Vec<Call>, usize) {
    let mut calls = vec![];
    let array = Object::Array { typecode: 'B', len: 5 };
    let mut over = |base, writable, offset, size| over(&mut calls, base, writable, offset, size);
    let end = END_OF_BUFFER;
    let number = match chooser.choose(15) {
        0 => over(Object::Bytes { len: 5 }, false, 0, end),
        1 => over(array, true, 0, end),
        2 => over(array, false, 0, end),
        3 => over(array, true, 1, 3),
        4 => over(Object::Bytearray { len: 5 }, false, 1, 3),
        5 => over(Object::Array { typecode: 'i', len: 2 }, true, 2, end),
        6 => over(array, false, 5, end),
        7 => over(array, true, 2, 0),
        8 => {
            let base = over(array, true, 1, 100);
            add(&mut calls, from(true, base, 1, 2))
        }
        9 => over(raising("ValueError"), false, 0, end),
        10 => over(raising("MemoryError"), true, 0, 2),
        11 => over(slots(false, true, Some(1)), true, 0, end),
        12 => add(&mut calls, Call::BufferFromMemory { size: 5 }),
        13 => add(&mut calls, Call::BufferFromReadWriteMemory { size: 5 }),
        _ => add(&mut calls, Call::BufferNew { size: 5 }),
    };
    (calls, number)
}

/// Adds a second operand, and returns its number.
fn value(chooser: &mut dyn Chooser, calls: &mut Vec<Call>) -> usize {
    let values = [
        Object::Bytes { len: 1 },
        Object::Bytes { len: 2 },
        Object::Bytes { len: 0 },
        Object::Bytes { len: 5 },
        Object::Array { typecode: 'i', len: 1 },
        slots(true, false, Some(1)),
        slots(true, false, Some(2)),
        slots(false, true, Some(1)),
        Object::Memoryview { len: 1, readonly: true, steps: vec![] },
        Object::Plain,
        raising("ValueError"),
        failing(),
    ];
    match chooser.choose(values.len() + 2) {
        // Buffer objects of one and of two bytes that are not the first.
        0 => over(calls, Object::Bytes { len: 5 }, false, 3, 1),
        1 => over(calls, Object::Bytes { len: 5 }, false, 3, 2),
        choice => add(calls, Call::Make { object: values[choice - 2].clone() }),
    }
}

/// Like `value`, a buffer object: of five bytes, of fewer, of others, one that fails.
fn equal_or_not(chooser: &mut dyn Chooser, calls: &mut Vec<Call>) -> usize {
    let array = Object::Array { typecode: 'B', len: 10 };
    match chooser.choose(6) {
        0 => over(calls, array, false, 0, 5),
        1 => over(calls, array, true, 0, 5),
        2 => over(calls, array, false, 0, 4),
        3 => over(calls, array, false, 1, 3),
        4 => over(calls, array, false, 0, 0),
        _ => over(calls, raising("ValueError"), false, 0, END_OF_BUFFER),
    }
}

/// Adds a base and a buffer object over a part of it, and returns the number of the latter.
fn over(calls: &mut Vec<Call>, base: Object, writable: bool, offset: i64, size: i64) -> usize {
    let base = add(calls, Call::Make { object: base });
    add(calls, from(writable, base, offset, size))
}

/// Adds a call that makes an object, and returns its number.
fn add(calls: &mut Vec<Call>, call: Call) -> usize {
    calls.push(call);
    calls.iter().filter(|call| call.makes_object()).count() - 1
}

fn from(writable: bool, base: usize, offset: i64, size: i64) -> Call {
    let part = Part { base, offset, size };
    match writable {
        true => Call::BufferFromReadWriteObject(part),
        false => Call::BufferFromObject(part),
    }
}

/// Whether it is a buffer object, how long it is, and what it holds.
fn look_at(object: usize) -> Vec<Call> {
    vec![Call::BufferCheck { object }, Call::Size { object }, whole(object)]
}

fn whole(object: usize) -> Call {
    Call::GetSlice { object, start: 0, stop: FARTHEST }
}

fn slots(read: bool, write: bool, segments: Option<i64>) -> Object {
    slots_of([read, write, false], segments)
}

/// Slots that fail without an exception: they tell a negative length.
fn failing() -> Object {
    let (segments, len) = (Some(1), Some(-5));
    Object::Slots { read: true, write: true, char: false, segments, len, raises: None }
}
