//! Layouts, hand-filled structs, and the numbers that they are made of. Extents are in elements, all else
//! is in bytes.

use pybuf_harness::call::{BareView, Call};
use pybuf_harness::chooser::{Chooser, pick};
use pybuf_harness::model::layout::{Order, packed_strides};
use pybuf_harness::model::memory::POINTER;
use pybuf_harness::object::Layout;

use crate::objects::{exporter, from, indirect, items};

/// How many elements there are at most, and how far apart they lie.
const MOST: i64 = 400;
const FARTHEST: i64 = 1 << 14;

/// Formats of items, with their sizes: those of the struct syntax that are simple, and an item of nothing.
const ITEMS: [(&str, i64); 12] = [
    ("B", 1),
    ("i", 4),
    ("h", 2),
    ("d", 8),
    ("3s", 3),
    ("16s", 16),
    ("b", 1),
    ("<i", 4),
    ("bb", 2),
    ("q", 8),
    ("?", 1),
    ("0s", 0),
];

/// How many bytes a block has after the highest element.
const AFTER: [i64; 4] = [0, 0, 1, 7];

/// Any layout that stays inside its block; one with elements if `elements` says so.
pub(crate) fn layout(chooser: &mut dyn Chooser, elements: bool) -> Layout {
    let item = *pick(chooser, if elements { &ITEMS[..11] } else { &ITEMS });
    let (_, itemsize) = item;
    let shape = shape(chooser, elements);
    let ndim = shape.len();
    let kind = chooser.choose(8);
    // Rows of nothing could not be told from the pointers to them.
    if kind == 7 && ndim > 0 && itemsize > 0 {
        let layout = rows(chooser, item, &shape);
        if !is_too_large(&layout) {
            return layout;
        }
    }
    let strides = strides(chooser, &shape, itemsize, false);
    let suboffsets =
        (kind == 6).then(|| (0..ndim).map(|_| -1 - chooser.choose(3) as i64).collect());
    let around = [*pick(chooser, &[0, 0, 0, 1, 3, 8]), *pick(chooser, &AFTER)];
    Layout { suboffsets, ..block(item, shape, strides, around) }
}

/// A layout that `_testbuffer.ndarray` can be made with: it has whole items everywhere.
pub(crate) fn of_ndarray(chooser: &mut dyn Chooser, elements: bool) -> Layout {
    let item = *pick(chooser, &ITEMS[..10]);
    let (format, itemsize) = item;
    let shape = shape(chooser, elements);
    if chooser.choose(8) == 7 && !shape.is_empty() && !shape.contains(&0) {
        // Pointers in the first dimension, to rows in C's order.
        let strides = [vec![POINTER], packed_strides(&shape[1..], itemsize, Order::C)].concat();
        let suboffsets = [vec![0], vec![-1; shape.len() - 1]].concat();
        let size = (shape[0] * POINTER) as usize;
        let layout = items(itemsize, format, indirect(size, &shape, &strides, &suboffsets));
        if !is_too_large(&layout) {
            return layout;
        }
    }
    let strides = strides(chooser, &shape, itemsize, true);
    let lead = itemsize * *pick(chooser, &[0, 0, 1, 3]);
    // A scalar is made of its one item.
    let around = if shape.is_empty() { [0, 0] } else { [lead, *pick(chooser, &AFTER)] };
    let layout = block(item, shape, strides, around);
    // Its block is one of items.
    let size = layout.size.max(itemsize as usize).next_multiple_of(itemsize as usize);
    Layout { size, ..layout }
}

/// Whether there are too many rows behind pointers.
fn is_too_large(layout: &Layout) -> bool {
    Call::Make { object: exporter(layout.clone()) }.is_too_large()
}

/// A struct of any layout, some arrays of it missing or slightly wrong.
pub(crate) fn bare(chooser: &mut dyn Chooser) -> BareView {
    let itemsize = *pick(chooser, &[1, 4, 2, 3, 8, 16]);
    let shape = shape(chooser, false);
    let mut strides = strides(chooser, &shape, itemsize, false);
    if !strides.is_empty() && chooser.choose(3) == 2 {
        let dimension = chooser.choose(strides.len());
        strides[dimension] += *pick(chooser, &[1, -1, itemsize, -itemsize, 777]);
    }
    let ndim = shape.len() as i32;
    let len = itemsize * shape.iter().product::<i64>();
    let with_shape = ndim > 0 && chooser.choose(8) < 7;
    let with_strides = with_shape && chooser.choose(4) < 3;
    let suboffsets = (with_strides && chooser.choose(4) == 3)
        .then(|| (0..ndim).map(|_| *pick(chooser, &[-1, -1, -7, 0, 8])).collect());
    BareView {
        len,
        itemsize,
        ndim,
        shape: with_shape.then_some(shape),
        strides: with_strides.then_some(strides),
        suboffsets,
    }
}

/// Any shape of up to 64 dimensions and not too many elements: few dimensions for the most part. One
/// extent in a shape may be 0.
pub(crate) fn shape(chooser: &mut dyn Chooser, elements: bool) -> Vec<i64> {
    let ndim = *pick(chooser, &[1, 2, 0, 3, 2, 1, 4, 3, 5, 2, 6, 8, 12, 33, 63, 64]);
    let mut left = MOST;
    let mut shape: Vec<i64> = Vec::with_capacity(ndim);
    for dimension in 0..ndim {
        // Of many dimensions most are of one element.
        let extent = match dimension {
            0..6 => *pick(chooser, &[2, 3, 1, 5, 4, 7, 1, 16]),
            _ if ndim > 12 => *pick(chooser, &[1, 1, 1, 1, 1, 1, 2, 3]),
            _ => *pick(chooser, &[1, 2, 1, 3]),
        };
        let extent = if extent <= left { extent } else { 1 };
        left /= extent;
        shape.push(extent);
    }
    if !elements && ndim > 0 && chooser.choose(8) == 7 {
        let dimension = chooser.choose(ndim);
        shape[dimension] = 0;
    }
    shape
}

/// Strides that are packed in one order or another, for the most part: else backwards, again and again,
/// with gaps; and beside the multiples of an item, unless all must be `whole`.
pub(crate) fn strides(
    chooser: &mut dyn Chooser,
    shape: &[i64],
    itemsize: i64,
    whole: bool,
) -> Vec<i64> {
    let order = order(chooser, shape.len());
    let style = chooser.choose(6);
    if style < 2 {
        return packed(shape, itemsize, &order);
    }
    let mut strides = vec![0; shape.len()];
    let mut packed = itemsize;
    let mut rest: i64 = shape.iter().map(|extent| (*extent).max(1)).product();
    for dimension in order {
        let extent = shape[dimension].max(1);
        let factor = match style {
            2 => -1,
            3 => *pick(chooser, &[1, 1, 0]),
            4 => *pick(chooser, &[1, 1, 2, 5]),
            _ => *pick(chooser, &[1, 1, -1, 2, 0, -3]),
        };
        let has_room = packed * rest * i64::abs(factor) * 2 <= FARTHEST;
        let beside = if !whole && style == 5 && has_room { *pick(chooser, &[0, 0, 1]) } else { 0 };
        let stride = packed * if has_room { factor } else { factor.signum() } + beside;
        // Where there is but one element, the stride is never walked, and may be anything.
        strides[dimension] = match extent {
            1 => itemsize * *pick(chooser, &[1, 0, 99, -7]),
            _ => stride,
        };
        packed = extent * packed.max(stride.abs());
        rest /= extent;
    }
    strides
}

/// One order of the dimensions, the one that varies the fastest first: C's, Fortran's or any.
fn order(chooser: &mut dyn Chooser, ndim: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..ndim).rev().collect();
    match chooser.choose(4) {
        0 | 1 => {}
        2 => order.reverse(),
        // Of many dimensions only a few change places.
        _ => {
            for last in (1..ndim).rev().take(6) {
                let other = chooser.choose(last + 1);
                order.swap(last, other);
            }
        }
    }
    order
}

/// Strides without gaps, `order` being that of the dimensions from the fastest on.
fn packed(shape: &[i64], itemsize: i64, order: &[usize]) -> Vec<i64> {
    let mut strides = vec![0; shape.len()];
    let mut stride = itemsize;
    for &dimension in order {
        strides[dimension] = stride;
        stride *= shape[dimension];
    }
    strides
}

/// Elements in a block that begins `before` bytes before the lowest one and ends `after` bytes after the
/// highest one.
pub(crate) fn block(
    (format, itemsize): (&str, i64),
    shape: Vec<i64>,
    strides: Vec<i64>,
    [before, after]: [i64; 2],
) -> Layout {
    let (first, end) = span(&shape, &strides, itemsize, before);
    let (offset, size) = (first as usize, (end + after) as usize);
    Layout { size, offset, itemsize, format: format.into(), shape, strides, suboffsets: None }
}

/// Where the element with all indices 0 is, and where the highest one ends, if the lowest one is at `lead`.
pub(crate) fn span(shape: &[i64], strides: &[i64], itemsize: i64, lead: i64) -> (i64, i64) {
    let reach = |below: bool| -> i64 {
        let steps = shape.iter().zip(strides).map(|(extent, stride)| stride * (extent - 1).max(0));
        if shape.contains(&0) { 0 } else { steps.filter(|step| (*step < 0) == below).sum() }
    };
    let first = lead - reach(true);
    (first, first + reach(false) + itemsize)
}

/// The largest number of dimensions: extents of 1 but for the first and last.
pub(crate) fn of_64((first, last): (i64, i64)) -> Vec<i64> {
    [vec![first], vec![1; 62], vec![last]].concat()
}

/// Pointers in one dimension. The table of them is packed, in any order; the rows are of any layout.
fn rows(chooser: &mut dyn Chooser, (format, itemsize): (&str, i64), shape: &[i64]) -> Layout {
    let dimension = chooser.choose(shape.len());
    let (outer, inner) = shape.split_at(dimension + 1);
    let order = order(chooser, outer.len());
    let mut table = packed(outer, POINTER, &order);
    if chooser.choose(3) == 2 {
        let backwards = chooser.choose(table.len());
        table[backwards] = -table[backwards];
    }
    let row = strides(chooser, inner, itemsize, false);
    let lead = *pick(chooser, &[0, 0, 2, 5]);
    let mut suboffsets = vec![-1; shape.len()];
    (suboffsets[dimension], _) = span(inner, &row, itemsize, lead);
    let (offset, _) = span(outer, &table, POINTER, 0);
    let size = outer.iter().product::<i64>() * POINTER;
    let layout = indirect(size as usize, shape, &[table, row].concat(), &suboffsets);
    from(offset as usize, items(itemsize, format, layout))
}
