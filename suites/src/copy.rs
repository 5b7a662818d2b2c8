//! # Copies
//!
//! To packed bytes and from them, of every object; and from object to object.

use pybuf_harness::Object;
use pybuf_harness::call::Call;
use pybuf_harness::chooser::{Chooser, pick};
use pybuf_harness::object::{Layout, Step};

use crate::any::layout::block;
use crate::masks::{FULL_RO, STRIDES};
use crate::objects::{
    cast, direct, exporter, from, indirect, ints, items, raising, slice, writable,
};
use crate::views::Viewed;
use crate::{any, choose};

domain! { "copy", calls,
    "every object x to and from packed bytes: FULL_RO STRIDES ND SIMPLE x C F A, FULL_RO x X, FULL_RO x other lengths; \
    CopyData of pairs of one shape, of other shapes, of what refuses, onto itself and its own memory; \
    CopyToObject"
}

/// `PyBUF_FULL_RO`, `PyBUF_STRIDES`, `PyBUF_ND` and `PyBUF_SIMPLE`, whose views have less to go by.
const REQUESTS: [i32; 4] = [FULL_RO, STRIDES, 0x008, 0];
/// The last one is none: it is asked for where the view has everything else.
const ORDERS: [char; 4] = ['C', 'F', 'A', 'X'];

fn calls(chooser: &mut dyn Chooser) -> Vec<Call> {
    let enumerated = [
        to_contiguous,
        from_contiguous,
        same_shape,
        other_shape,
        refused,
        onto_itself,
        to_object,
        onto_own_memory,
    ];
    any::part(chooser, &enumerated, &[any_same_shape, one_after_another])
}

fn view(object: Object, flags: i32) -> Vec<Call> {
    vec![Call::Make { object }, Call::GetBuffer { object: 0, flags }]
}

fn to_contiguous(chooser: &mut dyn Chooser) -> Vec<Call> {
    let viewed = choose::viewed(chooser, false, false);
    let (flags, len) = request_and_length(chooser, &viewed);
    let order = order(chooser, flags);
    let mut calls = view(viewed.object, flags);
    calls.push(Call::ToContiguous { view: 0, len, order });
    calls
}

/// And back again, to see that what was written is where the elements are.
fn from_contiguous(chooser: &mut dyn Chooser) -> Vec<Call> {
    let readonly = chooser.choose(2) == 1;
    let viewed = choose::viewed(chooser, readonly, false);
    let exact = viewed.len();
    let (flags, len) =
        if readonly { (FULL_RO, exact) } else { request_and_length(chooser, &viewed) };
    let order = order(chooser, flags);
    let mut calls = view(viewed.object, flags);
    calls.push(Call::FromContiguous { view: 0, len, order });
    calls.push(Call::ToContiguous { view: 0, len: exact, order: 'C' });
    calls
}

fn order(chooser: &mut dyn Chooser, flags: i32) -> char {
    let orders = if flags == FULL_RO { &ORDERS[..] } else { &ORDERS[..3] };
    *pick(chooser, orders)
}

/// Each request with the length of the view, or the view in full with another length.
fn request_and_length(chooser: &mut dyn Chooser, viewed: &Viewed) -> (i32, i64) {
    let lengths = other_lengths(viewed);
    match chooser.choose(REQUESTS.len() + lengths.len()) {
        request if request < REQUESTS.len() => (REQUESTS[request], viewed.len()),
        other => (FULL_RO, lengths[other - REQUESTS.len()]),
    }
}

/// Longer, shorter by a byte and by an item, and nothing.
fn other_lengths(viewed: &Viewed) -> Vec<i64> {
    let exact = viewed.len();
    let mut lengths = vec![exact + 3];
    for shorter in [exact - 1, exact - viewed.itemsize, 0] {
        if (0..exact).contains(&shorter) && !lengths.contains(&shorter) {
            lengths.push(shorter);
        }
    }
    lengths
}

fn to_object(chooser: &mut dyn Chooser) -> Vec<Call> {
    let object = match chooser.choose(3) {
        0 => choose::viewed(chooser, false, false),
        1 => choose::viewed(chooser, true, false),
        _ => Viewed { object: Object::Plain, shape: vec![5], itemsize: 1 },
    };
    let lengths = [vec![object.len()], other_lengths(&object)].concat();
    let len = *pick(chooser, &lengths);
    let order = *pick(chooser, &ORDERS);
    let make = Call::Make { object: object.object };
    vec![make, Call::CopyToObject { object: 0, len, order }]
}

fn between(dest: Object, src: Object) -> Vec<Call> {
    let copy = Call::CopyData { dest: 0, src: 1 };
    vec![Call::Make { object: dest }, Call::Make { object: src }, copy]
}

/// From any of some objects to any of others.
fn pair(chooser: &mut dyn Chooser, dests: &[Object], srcs: &[Object]) -> Vec<Call> {
    let dest = pick(chooser, dests).clone();
    between(dest, pick(chooser, srcs).clone())
}

/// Two objects of one shape, in all combinations of how they lie.
fn same_shape(chooser: &mut dyn Chooser) -> Vec<Call> {
    let objects = match chooser.choose(4) {
        0 => matrices(),
        1 => rows(),
        2 => scalars(),
        _ => cubes(),
    };
    pair(chooser, &objects, &objects)
}

fn ndarray(layout: Layout) -> Object {
    Object::Ndarray { layout, readonly: false }
}

/// Bytes in two rows of three.
fn matrices() -> Vec<Object> {
    let of = |size, strides: &[i64]| direct(size, &[2, 3], strides);
    let pointers = |size, strides: &[i64], suboffsets: &[i64]| {
        exporter(indirect(size, &[2, 3], strides, suboffsets))
    };
    vec![
        exporter(of(6, &[3, 1])),
        exporter(of(6, &[1, 2])),
        exporter(of(8, &[4, 1])),
        exporter(of(12, &[6, 2])),
        exporter(from(5, of(6, &[-3, -1]))),
        exporter(of(6, &[0, 1])),
        pointers(16, &[8, 1], &[0, -1]),
        pointers(16, &[8, 1], &[2, -1]),
        pointers(48, &[24, 8], &[-1, 0]),
        exporter(items(1, "b", of(6, &[3, 1]))),
        ndarray(of(6, &[1, 2])),
        ndarray(from(2, of(6, &[3, -1]))),
        writable(6, vec![cast('B', &[2, 3])]),
        writable(6, vec![cast('B', &[2, 3]), slice(None, None, -1)]),
    ]
}

/// Six bytes in a row.
fn rows() -> Vec<Object> {
    vec![
        Object::Bytearray { len: 6 },
        Object::Bytes { len: 6 },
        exporter(direct(11, &[6], &[2])),
        exporter(from(5, direct(6, &[6], &[-1]))),
        exporter(direct(1, &[6], &[0])),
        ndarray(direct(11, &[6], &[2])),
        writable(12, vec![slice(None, None, 2)]),
        Object::Exporter { layout: direct(6, &[6], &[1]), readonly: true },
    ]
}

/// Single ints, and no elements at all.
fn scalars() -> Vec<Object> {
    vec![
        exporter(ints(direct(4, &[], &[]))),
        ndarray(ints(direct(4, &[], &[]))),
        writable(4, vec![cast('i', &[])]),
    ]
}

/// Ints in three dimensions.
fn cubes() -> Vec<Object> {
    let of = |size, strides: &[i64]| exporter(ints(direct(size, &[2, 3, 4], strides)));
    vec![
        of(96, &[48, 16, 4]),
        of(96, &[4, 8, 24]),
        of(144, &[72, 24, 4]),
        of(96, &[48, 4, 12]),
        of(48, &[0, 16, 4]),
    ]
}

/// Two objects of different shapes of which one holds the other, or that are both contiguous. (Of
/// others CPython copies what is outside of the elements.)
fn other_shape(chooser: &mut dyn Chooser) -> Vec<Call> {
    let contiguous = [
        Object::Bytearray { len: 6 },
        exporter(direct(6, &[2, 3], &[3, 1])),
        exporter(direct(6, &[3, 2], &[2, 1])),
        exporter(ints(direct(8, &[2], &[4]))),
        exporter(ints(direct(4, &[], &[]))),
        writable(6, vec![cast('h', &[3])]),
        Object::Bytes { len: 5 },
        exporter(direct(1, &[0], &[1])),
    ];
    let fortran = [
        Object::Bytearray { len: 6 },
        exporter(direct(6, &[2, 3], &[1, 2])),
        exporter(direct(6, &[3, 2], &[1, 3])),
    ];
    // The first holds the second, index by index.
    let larger = [exporter(direct(8, &[2, 4], &[4, 1])), exporter(direct(24, &[3, 4], &[8, 2]))];
    let smaller = [
        exporter(direct(6, &[2, 3], &[1, 2])),
        exporter(from(2, direct(6, &[2, 3], &[3, -1]))),
        exporter(direct(8, &[1, 3], &[4, 2])),
    ];
    match chooser.choose(3) {
        0 => pair(chooser, &contiguous, &contiguous),
        1 => pair(chooser, &fortran, &fortran),
        _ => pair(chooser, &larger, &smaller),
    }
}

/// Objects that cannot be copied to or from, with one that can.
fn refused(chooser: &mut dyn Chooser) -> Vec<Call> {
    let objects = [
        Object::Plain,
        Object::Bytes { len: 6 },
        Object::Exporter { layout: direct(11, &[6], &[2]), readonly: true },
        raising("ValueError"),
        raising("BufferError"),
        Object::Bytearray { len: 6 },
        writable(6, vec![Step::Release]),
    ];
    pair(chooser, &objects, &objects)
}

/// Objects that a memoryview of them is copied to: another object, the same memory.
fn onto_own_memory(chooser: &mut dyn Chooser) -> Vec<Call> {
    let object = pick(chooser, &[rows(), matrices()].concat()).clone();
    let from_object = Call::MemoryviewFromObject { object: 0 };
    let copy = Call::CopyData { dest: 0, src: 1 };
    vec![Call::Make { object }, from_object, copy]
}

/// Objects that are copied onto themselves.
fn onto_itself(chooser: &mut dyn Chooser) -> Vec<Call> {
    let objects =
        [vec![Object::Plain, Object::Array { typecode: 'i', len: 2 }], rows(), matrices()];
    let object = pick(chooser, &objects.concat()).clone();
    vec![Call::Make { object }, Call::CopyData { dest: 0, src: 0 }]
}

/// Two objects of any one shape and item, both of any layout.
fn any_same_shape(chooser: &mut dyn Chooser) -> Vec<Call> {
    let model = any::layout::layout(chooser, false);
    let mut lying = || {
        let strides = any::layout::strides(chooser, &model.shape, model.itemsize, false);
        block((&model.format, model.itemsize), model.shape.clone(), strides, [0, 0])
    };
    let (dest, src) = (lying(), lying());
    match chooser.choose(3) {
        0 => between(exporter(dest), exporter(src)),
        1 => between(exporter(model), exporter(src)),
        _ => between(exporter(dest), exporter(model)),
    }
}

/// Up to five copies to and from any view, each of any length and order, and then all that is there.
fn one_after_another(chooser: &mut dyn Chooser) -> Vec<Call> {
    let viewed = choose::viewed(chooser, false, false);
    let exact = viewed.len();
    let lengths = [vec![exact], other_lengths(&viewed)].concat();
    let mut calls = view(viewed.object, FULL_RO);
    for _ in 0..1 + chooser.choose(5) {
        let len = *pick(chooser, &lengths);
        let order = *pick(chooser, &ORDERS[..3]);
        calls.push(match chooser.choose(2) {
            0 => Call::FromContiguous { view: 0, len, order },
            _ => Call::ToContiguous { view: 0, len, order },
        });
    }
    calls.push(Call::ToContiguous { view: 0, len: exact, order: 'C' });
    calls
}
