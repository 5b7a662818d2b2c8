//! # Memoryviews
//!
//! The functions that make one, of every object and of the awkward structs and sizes; what the result
//! exports is asked with a choice of masks.

use pybuf_harness::call::{BareView, Call, OF_BUFFER};
use pybuf_harness::chooser::{Chooser, pick};
use pybuf_harness::model::flags::{READ, WRITE};

use crate::masks::FULL_RO;
use crate::{any, choose};

domain! { "memoryview", calls,
    "every object x FromObject x 12 masks, twice over x 4 masks, x GetContiguous READ WRITE x \
    C F A x 4 masks; structs, sizes and flags x 12 masks; Check; release in 5 situations"
}

/// `PyBUF_FULL_RO`, `SIMPLE`, `WRITABLE`, `ND`, `STRIDES`, `INDIRECT`, `C_`, `F_` and `ANY_CONTIGUOUS`,
/// `FORMAT`, `FULL`, `CONTIG` with the format.
const MASKS: [i32; 12] =
    [FULL_RO, 0x000, 0x001, 0x008, 0x018, 0x118, 0x038, 0x058, 0x098, 0x004, 0x11d, 0x00d];

/// The first of [`MASKS`] and three that tell layouts apart.
const FEW: [i32; 4] = [FULL_RO, 0x000, 0x11d, 0x058];

const ACCESS: [i32; 2] = [READ, WRITE];

fn calls(chooser: &mut dyn Chooser) -> Vec<Call> {
    let enumerated = [
        of_object,
        of_memoryview,
        of_struct,
        of_strange_struct,
        of_memory,
        contiguous,
        checked,
        releases,
    ];
    any::part(chooser, &enumerated, &[any_chain, any_struct, any_contiguous])
}

/// Makes one of all objects.
fn make(chooser: &mut dyn Chooser) -> Call {
    Call::Make { object: choose::object(chooser) }
}

fn from_object(object: usize) -> Call {
    Call::MemoryviewFromObject { object }
}

fn release(object: usize) -> Call {
    Call::MemoryviewRelease { object }
}

/// Asks an object, and gives the view back.
fn ask(object: usize, flags: i32) -> Vec<Call> {
    vec![Call::GetBuffer { object, flags }, Call::Release { view: 0 }]
}

fn of_object(chooser: &mut dyn Chooser) -> Vec<Call> {
    let made = vec![make(chooser), from_object(0)];
    [made, ask(1, *pick(chooser, &MASKS))].concat()
}

fn of_memoryview(chooser: &mut dyn Chooser) -> Vec<Call> {
    let chain = vec![make(chooser), from_object(0), from_object(1)];
    [chain, ask(2, *pick(chooser, &FEW))].concat()
}

fn checked(chooser: &mut dyn Chooser) -> Vec<Call> {
    let check = |object| Call::MemoryviewCheck { object };
    vec![make(chooser), check(0), from_object(0), check(1)]
}

/// Structs that are in order, in 64 bytes of memory.
fn of_struct(chooser: &mut dyn Chooser) -> Vec<Call> {
    let structs = [
        bare(5, 1, Some(&[5]), Some(&[1])),
        bare(5, 1, Some(&[5]), None),
        bare(5, 1, None, None),
        bare(12, 4, Some(&[3]), Some(&[4])),
        bare(12, 4, Some(&[3]), None),
        bare(6, 2, Some(&[3]), Some(&[4])),
        bare(0, 1, Some(&[0]), Some(&[1])),
        bare(0, 1, None, None),
        bare(1, 1, Some(&[1]), Some(&[1])),
        BareView { ndim: 0, ..bare(1, 1, None, None) },
        BareView { ndim: 0, ..bare(4, 4, None, None) },
        bare(6, 1, Some(&[2, 3]), Some(&[3, 1])),
        bare(6, 1, Some(&[2, 3]), Some(&[1, 2])),
        bare(6, 1, Some(&[2, 3]), None),
        bare(6, 1, Some(&[3, 2]), Some(&[8, 2])),
        bare(4, 1, Some(&[4]), Some(&[0])),
        bare(1, 1, Some(&[1; 64]), Some(&[1; 64])),
        // Pointers that nobody follows here.
        BareView { suboffsets: Some(vec![0, -1]), ..bare(6, 1, Some(&[2, 3]), Some(&[8, 1])) },
    ];
    let view = pick(chooser, &structs).clone();
    let format = match view.itemsize {
        1 => *pick(chooser, &[Some("B"), None]),
        2 => Some("h"),
        _ => Some("i"),
    };
    let readonly = *pick(chooser, &[0, 1, 2, -1]);
    let made = vec![from_buffer(view, false, format, readonly)];
    [made, ask(0, *pick(chooser, &MASKS))].concat()
}

/// Structs that are not, or that leave open what they mean; what comes of them is not asked.
fn of_strange_struct(chooser: &mut dyn Chooser) -> Vec<Call> {
    let good = || bare(5, 1, Some(&[5]), Some(&[1]));
    let make = match chooser.choose(12) {
        0 => from_buffer(good(), true, Some("B"), 0),
        1 => from_buffer(bare(5, 1, None, None), true, None, 1),
        // Items, and no shape to go with them.
        2 => from_buffer(bare(12, 4, None, None), false, Some("i"), 0),
        3 => from_buffer(bare(10, 4, None, None), false, Some("i"), 0),
        4 => from_buffer(bare(12, 4, None, None), false, None, 0),
        5 => from_buffer(BareView { len: 4, ..good() }, false, Some("B"), 0),
        6 => from_buffer(bare(1, 1, Some(&[1; 65]), Some(&[1; 65])), false, Some("B"), 0),
        7 => from_buffer(BareView { suboffsets: Some(vec![-1]), ..good() }, false, Some("B"), 0),
        // Items that are not as large as their format says.
        8 => from_buffer(bare(10, 2, Some(&[5]), Some(&[2])), false, None, 0),
        9 => from_buffer(good(), false, Some("i"), 0),
        10 => from_buffer(good(), false, Some(")"), 0),
        // Two extents that no array has, with a product that one could have.
        _ => from_buffer(bare(6, 1, Some(&[-2, -3]), Some(&[-3, 1])), false, Some("B"), 0),
    };
    vec![make, Call::MemoryviewCheck { object: 0 }]
}

fn bare(len: i64, itemsize: i64, shape: Option<&[i64]>, strides: Option<&[i64]>) -> BareView {
    let ndim = shape.map_or(1, <[i64]>::len) as i32;
    let [shape, strides] = [shape, strides].map(|array| array.map(<[i64]>::to_vec));
    BareView { len, itemsize, ndim, shape, strides, suboffsets: None }
}

fn from_buffer(view: BareView, buf_null: bool, format: Option<&str>, readonly: i32) -> Call {
    let format = format.map(str::to_owned);
    Call::MemoryviewFromBuffer { view, buf_null, format, readonly }
}

fn of_memory(chooser: &mut dyn Chooser) -> Vec<Call> {
    let from_memory = |size, flags| Call::MemoryviewFromMemory { size, flags };
    if chooser.choose(2) == 0 {
        let (size, flags) = (*pick(chooser, &[5, 0, 1, 252]), *pick(chooser, &ACCESS));
        return [vec![from_memory(size, flags)], ask(0, *pick(chooser, &MASKS))].concat();
    }
    // What is written there, or what a request for it would be, is not asked.
    let strange = [(5, 0), (5, 1), (5, 0x300), (5, -1), (-1, 0x100), (-5, 0x200)];
    let (size, flags) = *pick(chooser, &strange);
    vec![from_memory(size, flags), Call::MemoryviewCheck { object: 0 }]
}

fn contiguous(chooser: &mut dyn Chooser) -> Vec<Call> {
    let made = vec![make(chooser), get_contiguous(chooser)];
    [made, ask(1, *pick(chooser, &FEW))].concat()
}

fn get_contiguous(chooser: &mut dyn Chooser) -> Call {
    let buffertype = *pick(chooser, &ACCESS);
    Call::GetContiguous { object: 0, buffertype, order: *pick(chooser, &['C', 'F', 'A']) }
}

/// A memoryview is released: alone, under a view, under another memoryview; and what is done with it
/// afterwards.
fn releases(chooser: &mut dyn Chooser) -> Vec<Call> {
    let get = |object| Call::GetBuffer { object, flags: FULL_RO };
    let give_back = Call::Release { view: 0 };
    let contiguous = Call::GetContiguous { object: 1, buffertype: READ, order: 'C' };
    let after = match chooser.choose(5) {
        0 => vec![release(1), release(1), get(1), from_object(1), contiguous],
        1 => vec![get(1), release(1), give_back, release(1)],
        2 => vec![from_object(1), release(2), release(1), get(0), give_back],
        3 => vec![from_object(1), release(1), get(2), give_back, release(2)],
        _ => vec![from_object(0), release(1), get(2), give_back, release(2), get(1)],
    };
    [vec![make(chooser), from_object(0)], after].concat()
}

/// Up to six memoryviews of one another, each asked with any mask, some released in between.
fn any_chain(chooser: &mut dyn Chooser) -> Vec<Call> {
    let mut calls = vec![make(chooser)];
    let mut views = 0;
    for made in 1..=1 + chooser.choose(6) {
        calls.push(from_object(chooser.choose(made)));
        if chooser.choose(4) == 3 {
            calls.push(release(1 + chooser.choose(made)));
        }
        if chooser.choose(2) == 0 {
            let object = chooser.choose(made + 1);
            calls.push(Call::GetBuffer { object, flags: any::mask(chooser) });
            calls.push(Call::Release { view: views });
            views += 1;
        }
    }
    calls
}

/// Any struct in order whose elements lie in 64 bytes of memory, or bytes of any length, asked with any
/// mask.
fn any_struct(chooser: &mut dyn Chooser) -> Vec<Call> {
    if chooser.choose(4) == 3 {
        let (size, flags) = (any::length(chooser) as i64, *pick(chooser, &ACCESS));
        let make = Call::MemoryviewFromMemory { size, flags };
        return [vec![make], ask(0, any::mask(chooser))].concat();
    }
    let items = [("B", 1), ("i", 4), ("h", 2), ("d", 8), ("b", 1)];
    let (format, itemsize) = *pick(chooser, &items);
    let mut left = OF_BUFFER as i64 / itemsize;
    let mut shape = any::layout::shape(chooser, false);
    for extent in &mut shape {
        *extent = (*extent).min(left);
        left /= (*extent).max(1);
    }
    let mut strides = any::layout::strides(chooser, &shape, itemsize, true);
    // It begins where the memory does.
    strides.iter_mut().for_each(|stride| *stride = stride.abs());
    let (_, end) = any::layout::span(&shape, &strides, itemsize, 0);
    let with_strides = end <= OF_BUFFER as i64 && chooser.choose(4) < 3;
    let len = itemsize * shape.iter().product::<i64>();
    let view = match shape.is_empty() {
        true => BareView { ndim: 0, ..bare(len, itemsize, None, None) },
        false => bare(len, itemsize, Some(&shape), with_strides.then_some(&strides[..])),
    };
    let made = vec![from_buffer(view, false, Some(format), any::number(chooser) as i32)];
    [made, ask(0, any::mask(chooser))].concat()
}

/// Anything that lends memory, made contiguous in any way, and asked with any mask.
fn any_contiguous(chooser: &mut dyn Chooser) -> Vec<Call> {
    let readonly = chooser.choose(2) == 1;
    let object = any::viewed(chooser, readonly, false).object;
    let made = vec![Call::Make { object }, get_contiguous(chooser)];
    [made, ask(1, any::mask(chooser))].concat()
}
