//! # Buffer objects
//!
//! Python 2's buffer objects: made over every kind of base, over one another and over memory; used as
//! strings; and asked for memory in turn, under both protocols.

use pybuf_harness::call::{AsBuffer, Call};
use pybuf_harness::call::{END_OF_BUFFER, Part};
use pybuf_harness::chooser::{Chooser, pick};
use pybuf_harness::{Case, Domain, Object};

use crate::{any, choose};

/// Making, nesting, string operations, and requests.
pub const DOMAIN: Domain = Domain {
    name: "buffer-object",
    bound: "bases x offsets x sizes; parts of parts; memory, and parts of it; string operations and assignments on 15 \
            buffer objects; both protocols on them; every other object",
    build,
    regressions: include_str!("../regressions/buffer-object.jsonl"),
};

const FARTHEST: i64 = i64::MAX;

fn build(chooser: &mut dyn Chooser) -> Case {
    let calls = match chooser.choose_beyond(8, 10) {
        0 => over_object(chooser),
        1 => over_buffer_object(chooser),
        2 => over_memory(chooser),
        3 => operation(chooser),
        4 => assignment(chooser),
        5 => consumer(chooser),
        6 => other_object(chooser),
        7 => part_of_memory(chooser),
        8 => any_chain(chooser),
        _ => many_operations(chooser),
    };
    Case { calls: calls.into_iter().flatten().collect() }
}

type Calls = Vec<Vec<Call>>;

/// Every base x offset x size, and what has come of it.
fn over_object(chooser: &mut dyn Chooser) -> Calls {
    let base = base(chooser);
    let offset = *pick(chooser, &[0, 2, 5, 6, 100, -1]);
    // The last one is more than an int can hold.
    let size = *pick(chooser, &[END_OF_BUFFER, 0, 2, 100, -2, 1 << 31]);
    let make = from(chooser.choose(2) == 1, 0, offset, size);
    vec![vec![Call::Make { object: base }, make], look_at(1)]
}

/// A part of a part. One to write of one that cannot be written to is not looked at: no text says what
/// it would be.
fn over_buffer_object(chooser: &mut dyn Chooser) -> Calls {
    let object = Object::Array { typecode: 'B', len: 10 };
    let [inner_writable, outer_writable] = [chooser.choose(2) == 1, chooser.choose(2) == 1];
    let (offset, size) =
        (*pick(chooser, &[0, 2, 8, 20, FARTHEST]), *pick(chooser, &[END_OF_BUFFER, 0, 2, 5, 100]));
    let inner = from(inner_writable, 0, offset, size);
    let offset = *pick(chooser, &[0, 1, 6, FARTHEST]);
    let size = *pick(chooser, &[END_OF_BUFFER, 0, 2, 3, 100, -2]);
    let outer = from(outer_writable, 1, offset, size);
    let made = vec![Call::Make { object }, inner, outer];
    if outer_writable && !inner_writable { vec![made] } else { vec![made, look_at(2)] }
}

fn over_memory(chooser: &mut dyn Chooser) -> Calls {
    let size = *pick(chooser, &[5, 0, 1, 300, END_OF_BUFFER, -2, i64::MIN]);
    let make = match chooser.choose(3) {
        0 => Call::BufferFromMemory { size },
        1 => Call::BufferFromReadWriteMemory { size },
        // One of them too large for any machine.
        _ => Call::BufferNew { size: if size == 300 { 1 << 62 } else { size } },
    };
    // What practice makes of a negative size, no text describes.
    let looked_at = if size < 0 { vec![] } else { look_at(0) };
    vec![vec![make], looked_at]
}

/// A part of memory without a base. One to write of what is read-only is not looked at, as above.
fn part_of_memory(chooser: &mut dyn Chooser) -> Calls {
    let (size, writable) = (5, chooser.choose(2) == 1);
    let (make, looks) = match chooser.choose(3) {
        0 => (Call::BufferFromReadWriteMemory { size }, look_at(1)),
        1 => (Call::BufferFromMemory { size }, if writable { vec![] } else { look_at(1) }),
        _ => (Call::BufferNew { size }, look_at(1)),
    };
    let (offset, size) = (*pick(chooser, &[0, 2, 100]), *pick(chooser, &[END_OF_BUFFER, 2, 100]));
    vec![vec![make, from(writable, 0, offset, size)], looks]
}

/// One operation on a buffer object.
fn operation(chooser: &mut dyn Chooser) -> Calls {
    let (mut calls, object) = one(chooser);
    let next = objects_made_by(&calls);
    let call = match chooser.choose(7) {
        0 => Call::Size { object },
        1 => Call::GetItem { object, index: *pick(chooser, &INDICES) },
        2 => {
            let (start, stop) = (*pick(chooser, &ENDS), *pick(chooser, &ENDS));
            Call::GetSlice { object, start, stop }
        }
        3 => {
            let (made, other) = value(chooser, next);
            calls.extend(made);
            Call::Concat { object, other }
        }
        4 => Call::Repeat { object, count: *pick(chooser, &[1, 3, 0, -1, 1 << 62]) },
        5 => {
            let (made, other) = equal_or_not(chooser, next);
            calls.extend(made);
            let (object, other) =
                if chooser.choose(2) == 0 { (object, other) } else { (other, object) };
            Call::Compare { object, other }
        }
        _ => return hashes(chooser, calls, object),
    };
    vec![calls, vec![call]]
}

/// The hash of one, and that of another which may have the same bytes.
fn hashes(chooser: &mut dyn Chooser, mut calls: Vec<Call>, object: usize) -> Calls {
    let (made, other) = equal_or_not(chooser, objects_made_by(&calls));
    calls.extend(made);
    let hash = |object| Call::Hash { object };
    vec![calls, vec![hash(object), hash(other)]]
}

/// Something is assigned; then all is read that could have changed: the buffer object, and another one
/// that was made of the same base before.
fn assignment(chooser: &mut dyn Chooser) -> Calls {
    let (mut calls, object) = one(chooser);
    let witness = objects_made_by(&calls);
    calls.push(from(false, 0, 0, END_OF_BUFFER));
    let by_item = chooser.choose(2) == 0;
    let call = if by_item {
        let index = *pick(chooser, &INDICES);
        let (made, value) = value(chooser, witness + 1);
        calls.extend(made);
        Call::SetItem { object, index, value }
    } else {
        let (start, stop) =
            *pick(chooser, &[(0, 5), (1, 3), (-2, 100), (0, 2), (3, 1), (100, 100)]);
        let (made, value) = value(chooser, witness + 1);
        calls.extend(made);
        Call::SetSlice { object, start, stop, value }
    };
    vec![calls, vec![call, whole(object), whole(witness)]]
}

/// A buffer object as an exporter; then its base, if that is one that every edition has and that gives
/// what it is asked for. The masks: nothing, to write, all to read, all.
fn consumer(chooser: &mut dyn Chooser) -> Calls {
    let (calls, object) = one(chooser);
    let asked = chooser.choose(6);
    let flags = if asked == 5 { *pick(chooser, &[0, 0x001, 0x11c, 0x11d]) } else { 0 };
    let ask = |object, view| {
        let arguments = AsBuffer { object: Some(object), null: None };
        match asked {
            0 => vec![Call::AsCharBuffer(arguments)],
            1 => vec![Call::AsReadBuffer(arguments)],
            2 => vec![Call::AsWriteBuffer(arguments)],
            3 => vec![Call::CheckReadBuffer { object }],
            4 => vec![Call::CheckBuffer { object }],
            _ => vec![Call::GetBuffer { object, flags }, Call::Release { view }],
        }
    };
    let asks_base = matches!(calls[0], Call::Make { object: Object::Array { .. } });
    let of_base = if asks_base { ask(0, 1) } else { vec![] };
    vec![calls, ask(object, 0), of_base]
}

/// Every object that is none.
fn other_object(chooser: &mut dyn Chooser) -> Calls {
    let make = Call::Make { object: choose::object(chooser) };
    vec![vec![make, Call::BufferCheck { object: 0 }]]
}

/// Up to six buffer objects of which each is over the one before, of any part of it, and what has come of
/// the last one. All can be written to, or none: of others no text says what they would be.
fn any_chain(chooser: &mut dyn Chooser) -> Calls {
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
    vec![calls, look_at(links)]
}

/// Up to eight operations on one buffer object, assignments among them.
fn many_operations(chooser: &mut dyn Chooser) -> Calls {
    let (mut calls, object) = one(chooser);
    for _ in 0..1 + chooser.choose(8) {
        let next = objects_made_by(&calls);
        let call = match chooser.choose(6) {
            0 => Call::Size { object },
            1 => Call::GetItem { object, index: *pick(chooser, &INDICES) },
            2 => {
                Call::GetSlice { object, start: *pick(chooser, &ENDS), stop: *pick(chooser, &ENDS) }
            }
            3 => Call::Repeat { object, count: chooser.choose(8) as i64 - 1 },
            4 => {
                let index = *pick(chooser, &INDICES);
                let (made, value) = value(chooser, next);
                calls.extend(made);
                Call::SetItem { object, index, value }
            }
            _ => {
                let start = *pick(chooser, &[0, 1, 3, -2]);
                let stop = *pick(chooser, &[5, 3, 2, 100]);
                let (made, value) = value(chooser, next);
                calls.extend(made);
                Call::SetSlice { object, start, stop, value }
            }
        };
        calls.push(call);
    }
    vec![calls, vec![whole(object)]]
}

const INDICES: [i64; 9] = [0, 1, 4, 5, -1, -5, -6, FARTHEST, i64::MIN];
const ENDS: [i64; 9] = [0, 1, 3, 5, 100, -1, -3, -100, FARTHEST];

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
    let array = Object::Array { typecode: 'B', len: 5 };
    let over = |base: Object, writable, offset, size| {
        (vec![Call::Make { object: base }, from(writable, 0, offset, size)], 1)
    };
    let end = END_OF_BUFFER;
    match chooser.choose(15) {
        0 => over(Object::Bytes { len: 5 }, false, 0, end),
        1 => over(array, true, 0, end),
        2 => over(array, false, 0, end),
        3 => over(array, true, 1, 3),
        4 => over(Object::Bytearray { len: 5 }, false, 1, 3),
        5 => over(Object::Array { typecode: 'i', len: 2 }, true, 2, end),
        6 => over(array, false, 5, end),
        7 => over(array, true, 2, 0),
        8 => {
            let (mut calls, object) = over(array, true, 1, 100);
            calls.push(from(true, object, 1, 2));
            (calls, 2)
        }
        9 => over(raising("ValueError"), false, 0, end),
        10 => over(raising("MemoryError"), true, 0, 2),
        11 => over(slots(false, true, Some(1)), true, 0, end),
        12 => (vec![Call::BufferFromMemory { size: 5 }], 0),
        13 => (vec![Call::BufferFromReadWriteMemory { size: 5 }], 0),
        _ => (vec![Call::BufferNew { size: 5 }], 0),
    }
}

/// The calls that make a second operand, which will be object `next` or one behind it, and its number.
fn value(chooser: &mut dyn Chooser, next: usize) -> (Vec<Call>, usize) {
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
        0 => (vec![Call::Make { object: values[3].clone() }, from(false, next, 3, 1)], next + 1),
        1 => (vec![Call::Make { object: values[3].clone() }, from(false, next, 3, 2)], next + 1),
        choice => (vec![Call::Make { object: values[choice - 2].clone() }], next),
    }
}

/// Like `value`, a buffer object: of five bytes, of fewer, of others, one that fails.
fn equal_or_not(chooser: &mut dyn Chooser, next: usize) -> (Vec<Call>, usize) {
    let array = Object::Array { typecode: 'B', len: 10 };
    let (base, writable, offset, size) = match chooser.choose(6) {
        0 => (array, false, 0, 5),
        1 => (array, true, 0, 5),
        2 => (array, false, 0, 4),
        3 => (array, false, 1, 3),
        4 => (array, false, 0, 0),
        _ => (raising("ValueError"), false, 0, END_OF_BUFFER),
    };
    (vec![Call::Make { object: base }, from(writable, next, offset, size)], next + 1)
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
    let calls = [Call::BufferCheck { object }, Call::Size { object }];
    calls.into_iter().chain([whole(object)]).collect()
}

fn whole(object: usize) -> Call {
    Call::GetSlice { object, start: 0, stop: FARTHEST }
}

fn objects_made_by(calls: &[Call]) -> usize {
    calls.iter().filter(|call| call.makes_object()).count()
}

fn slots(read: bool, write: bool, segments: Option<i64>) -> Object {
    Object::Slots { read, write, char: false, segments, len: None, raises: None }
}

/// Slots that fail without an exception: they tell a negative length.
fn failing() -> Object {
    let (segments, len) = (Some(1), Some(-5));
    Object::Slots { read: true, write: true, char: false, segments, len, raises: None }
}

fn raising(exception: &str) -> Object {
    Object::Raising { exception: exception.into() }
}
