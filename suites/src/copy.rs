//! # Copies
//!
//! To packed bytes and from them, of every object; and from object to object.

use pybuf_harness::call::Call;
use pybuf_harness::chooser::{Chooser, pick};
use pybuf_harness::object::{Layout, Step};
use pybuf_harness::{Case, Domain, Object};

use crate::any::layout::reach;
use crate::masks::FULL_RO;
use crate::objects::direct;
use crate::views::Viewed;
use crate::{any, choose};

/// Every object x requests, orders and lengths for packed bytes; pairs of objects for the rest.
pub const DOMAIN: Domain = Domain {
    name: "copy",
    bound: "every object x to and from packed bytes: FULL_RO STRIDES ND SIMPLE x C F A, FULL_RO x X, FULL_RO x other lengths; \
            CopyData of pairs of one shape, of other shapes, of what refuses, onto itself and its own memory; \
            CopyToObject",
    build,
    regressions: include_str!("../regressions/copy.jsonl"),
};

/// `PyBUF_FULL_RO`, `PyBUF_STRIDES`, `PyBUF_ND` and `PyBUF_SIMPLE`, whose views have less to go by.
const REQUESTS: [i32; 4] = [FULL_RO, 0x018, 0x008, 0];
/// The last one is none: it is asked for where the view has everything else.
const ORDERS: [char; 4] = ['C', 'F', 'A', 'X'];

fn build(chooser: &mut dyn Chooser) -> Case {
    match chooser.choose_beyond(8, 10) {
        0 => to_contiguous(chooser),
        1 => from_contiguous(chooser),
        2 => same_shape(chooser),
        3 => other_shape(chooser),
        4 => refused(chooser),
        5 => onto_itself(chooser),
        6 => to_object(chooser),
        7 => onto_own_memory(chooser),
        8 => any_same_shape(chooser),
        _ => one_after_another(chooser),
    }
}

fn view(object: Object, flags: i32) -> Vec<Call> {
    vec![Call::Make { object }, Call::GetBuffer { object: 0, flags }]
}

fn to_contiguous(chooser: &mut dyn Chooser) -> Case {
    let viewed = choose::viewed(chooser, false, false);
    let (flags, len) = request_and_length(chooser, &viewed);
    let order = order(chooser, flags);
    let mut calls = view(viewed.object, flags);
    calls.push(Call::ToContiguous { view: 0, len, order });
    Case { calls }
}

/// And back again, to see that what was written is where the elements are.
fn from_contiguous(chooser: &mut dyn Chooser) -> Case {
    let readonly = chooser.choose(2) == 1;
    let viewed = choose::viewed(chooser, readonly, false);
    let exact = viewed.len();
    let (flags, len) =
        if readonly { (FULL_RO, exact) } else { request_and_length(chooser, &viewed) };
    let order = order(chooser, flags);
    let mut calls = view(viewed.object, flags);
    calls.push(Call::FromContiguous { view: 0, len, order });
    calls.push(Call::ToContiguous { view: 0, len: exact, order: 'C' });
    Case { calls }
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

fn to_object(chooser: &mut dyn Chooser) -> Case {
    let object = match chooser.choose(3) {
        0 => choose::viewed(chooser, false, false),
        1 => choose::viewed(chooser, true, false),
        _ => {
            let object = Object::Plain;
            Viewed { object, shape: vec![5], itemsize: 1 }
        }
    };
    let lengths = [vec![object.len()], other_lengths(&object)].concat();
    let len = *pick(chooser, &lengths);
    let order = *pick(chooser, &ORDERS);
    let make = Call::Make { object: object.object };
    Case { calls: vec![make, Call::CopyToObject { object: 0, len, order }] }
}

fn between(dest: Object, src: Object) -> Case {
    let calls = vec![
        Call::Make { object: dest },
        Call::Make { object: src },
        Call::CopyData { dest: 0, src: 1 },
    ];
    Case { calls }
}

/// Two objects of one shape, in all combinations of how they lie.
fn same_shape(chooser: &mut dyn Chooser) -> Case {
    let objects = match chooser.choose(4) {
        0 => matrices(),
        1 => rows(),
        2 => scalars(),
        _ => cubes(),
    };
    let dest = pick(chooser, &objects).clone();
    let src = pick(chooser, &objects).clone();
    between(dest, src)
}

fn ints(layout: Layout) -> Layout {
    Layout { itemsize: 4, format: "i".into(), ..layout }
}

fn exporter(layout: Layout) -> Object {
    Object::Exporter { layout, readonly: false }
}

fn ndarray(layout: Layout) -> Object {
    Object::Ndarray { layout, readonly: false }
}

fn memoryview(len: usize, steps: Vec<Step>) -> Object {
    Object::Memoryview { len, readonly: false, steps }
}

/// Bytes in two rows of three.
fn matrices() -> Vec<Object> {
    let of = |size, strides: &[i64]| direct(size, &[2, 3], strides);
    let from = |offset, layout| Layout { offset, ..layout };
    let pointers = |strides: &[i64], suboffsets: &[i64], size| {
        let suboffsets = Some(suboffsets.to_vec());
        exporter(Layout { suboffsets, ..of(size, strides) })
    };
    let cast = || Step::Cast { format: 'B', shape: vec![2, 3] };
    let reversed = || Step::Slice { start: None, stop: None, step: -1 };
    vec![
        exporter(of(6, &[3, 1])),
        exporter(of(6, &[1, 2])),
        exporter(of(8, &[4, 1])),
        exporter(of(12, &[6, 2])),
        exporter(from(5, of(6, &[-3, -1]))),
        exporter(of(6, &[0, 1])),
        pointers(&[8, 1], &[0, -1], 16),
        pointers(&[8, 1], &[2, -1], 16),
        pointers(&[24, 8], &[-1, 0], 48),
        exporter(Layout { format: "b".into(), ..of(6, &[3, 1]) }),
        ndarray(of(6, &[1, 2])),
        ndarray(from(2, of(6, &[3, -1]))),
        memoryview(6, vec![cast()]),
        memoryview(6, vec![cast(), reversed()]),
    ]
}

/// Six bytes in a row.
fn rows() -> Vec<Object> {
    vec![
        Object::Bytearray { len: 6 },
        Object::Bytes { len: 6 },
        exporter(direct(11, &[6], &[2])),
        exporter(Layout { offset: 5, ..direct(6, &[6], &[-1]) }),
        exporter(direct(1, &[6], &[0])),
        ndarray(direct(11, &[6], &[2])),
        memoryview(12, vec![Step::Slice { start: None, stop: None, step: 2 }]),
        Object::Exporter { layout: direct(6, &[6], &[1]), readonly: true },
    ]
}

/// Single ints, and no elements at all.
fn scalars() -> Vec<Object> {
    vec![
        exporter(ints(direct(4, &[], &[]))),
        ndarray(ints(direct(4, &[], &[]))),
        memoryview(4, vec![Step::Cast { format: 'i', shape: vec![] }]),
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
fn other_shape(chooser: &mut dyn Chooser) -> Case {
    let contiguous = [
        Object::Bytearray { len: 6 },
        exporter(direct(6, &[2, 3], &[3, 1])),
        exporter(direct(6, &[3, 2], &[2, 1])),
        exporter(ints(direct(8, &[2], &[4]))),
        exporter(ints(direct(4, &[], &[]))),
        memoryview(6, vec![Step::Cast { format: 'h', shape: vec![3] }]),
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
        exporter(Layout { offset: 2, ..direct(6, &[2, 3], &[3, -1]) }),
        exporter(direct(8, &[1, 3], &[4, 2])),
    ];
    let (dests, srcs): (&[Object], &[Object]) = match chooser.choose(3) {
        0 => (&contiguous, &contiguous),
        1 => (&fortran, &fortran),
        _ => (&larger, &smaller),
    };
    let dest = pick(chooser, dests).clone();
    let src = pick(chooser, srcs).clone();
    between(dest, src)
}

/// Objects that cannot be copied to or from, with one that can.
fn refused(chooser: &mut dyn Chooser) -> Case {
    let raising = |exception: &str| Object::Raising { exception: exception.into() };
    let objects = [
        Object::Plain,
        Object::Bytes { len: 6 },
        Object::Exporter { layout: direct(11, &[6], &[2]), readonly: true },
        raising("ValueError"),
        raising("BufferError"),
        Object::Bytearray { len: 6 },
        memoryview(6, vec![Step::Release]),
    ];
    let dest = pick(chooser, &objects).clone();
    let src = pick(chooser, &objects).clone();
    between(dest, src)
}

/// Objects that a memoryview of them is copied to: another object, the same memory.
fn onto_own_memory(chooser: &mut dyn Chooser) -> Case {
    let object = pick(chooser, &[rows(), matrices()].concat()).clone();
    let from_object = Call::MemoryviewFromObject { object: 0 };
    let copy = Call::CopyData { dest: 0, src: 1 };
    Case { calls: vec![Call::Make { object }, from_object, copy] }
}

/// Objects that are copied onto themselves.
fn onto_itself(chooser: &mut dyn Chooser) -> Case {
    let objects =
        [vec![Object::Plain, Object::Array { typecode: 'i', len: 2 }], rows(), matrices()];
    let object = pick(chooser, &objects.concat()).clone();
    let make = Call::Make { object };
    Case { calls: vec![make, Call::CopyData { dest: 0, src: 0 }] }
}

/// Two objects of any one shape and item, both of any layout.
fn any_same_shape(chooser: &mut dyn Chooser) -> Case {
    let model = any::layout::layout(chooser, false);
    let mut lying = || {
        let strides = any::layout::strides(chooser, &model.shape, model.itemsize, false);
        let (shape, itemsize) = (model.shape.clone(), model.itemsize);
        let offset = -reach(&shape, &strides, true);
        let size = (offset + reach(&shape, &strides, false) + itemsize) as usize;
        let (offset, format) = (offset as usize, model.format.clone());
        Layout { size, offset, itemsize, format, shape, strides, suboffsets: None }
    };
    let (dest, src) = (lying(), lying());
    match chooser.choose(3) {
        0 => between(exporter(dest), exporter(src)),
        1 => between(exporter(model), exporter(src)),
        _ => between(exporter(dest), exporter(model)),
    }
}

/// Up to five copies to and from any view, each of any length and order, and then all that is there.
fn one_after_another(chooser: &mut dyn Chooser) -> Case {
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
    Case { calls }
}
