//! All small shapes, and for each of them every kind of strides.

use crate::elements::{Elements, stacked};

pub const ITEMSIZES: [usize; 7] = [1, 2, 3, 4, 8, 12, 16];

/// The most dimensions, and one more than the largest extent. Interpreted, a small part.
const MAX_NDIM: usize = if cfg!(miri) { 2 } else { 4 };
const EXTENTS: isize = if cfg!(miri) { 3 } else { 4 };

/// Each shape of up to so many dimensions.
pub fn shapes() -> impl Iterator<Item = Vec<isize>> {
    (0..=MAX_NDIM).flat_map(|ndim| {
        let count = EXTENTS.pow(ndim as u32);
        (0..count).map(move |number| {
            (0..ndim as u32).map(|axis| number / EXTENTS.pow(axis) % EXTENTS).collect()
        })
    })
}

/// Strides for a shape, each of which comes close to all that are like it:
///
/// - axes in each order, packed or with a gap of an item behind each; all forward, all backward, or by
///   turns;
/// - the last stride -5 to 5 items, the others with each combination of signs, packed or with a gap of a
///   byte behind each;
/// - packed, but for 0 along each combination of axes;
/// - the last stride no multiple of an item, forward and backward;
/// - all strides an item, and a byte forward and backward: elements share what they have.
pub fn strides(shape: &[isize], itemsize: isize) -> Vec<Vec<isize>> {
    let ndim = shape.len();
    if ndim == 0 {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for order in orders(ndim) {
        let turned: Vec<isize> = order.iter().map(|&axis| shape[axis]).collect();
        for gap in [0, itemsize] {
            let strides = stacked(&turned, itemsize, gap);
            for signs in [0, usize::MAX, 0b1010] {
                let mut straight = vec![0; ndim];
                for (place, &axis) in order.iter().enumerate() {
                    straight[axis] = strides[place];
                }
                all.push(signed(straight, signs));
            }
        }
    }
    for last in -5..=5 {
        for gap in [0, 1] {
            let distance = isize::abs(last) * itemsize;
            let mut strides = stacked(shape, distance.max(itemsize), gap);
            strides[ndim - 1] = last * itemsize;
            all.extend((0..1 << (ndim - 1)).map(|signs| signed(strides.clone(), signs)));
        }
    }
    for zeros in 1..1_usize << ndim {
        let mut strides = stacked(shape, itemsize, 0);
        let chosen = strides.iter_mut().enumerate().filter(|(axis, _)| zeros >> axis & 1 == 1);
        chosen.for_each(|(_, stride)| *stride = 0);
        all.push(strides);
    }
    let odd = stacked(shape, itemsize + 1, 0);
    all.extend([odd.clone(), signed(odd, usize::MAX)]);
    all.extend([itemsize, 1, -1].map(|stride| vec![stride; ndim]));
    all
}

/// Where pointers are: after each combination of axes; and how far from their goals.
pub fn suboffsets(ndim: usize) -> impl Iterator<Item = Vec<isize>> {
    (1..1_usize << ndim).flat_map(move |places| {
        [0, 5].map(|suboffset| {
            (0..ndim).map(|axis| if places >> axis & 1 == 1 { suboffset } else { -1 }).collect()
        })
    })
}

/// Ways for pointers, and items behind them, to lie: one behind the other, backward, with gaps that
/// leave neither at a round address, and all of those backward.
pub const PARTS: usize = 4;

/// Elements behind pointers; pointers lie in one of the ways, items in one of their own.
pub fn behind_pointers(
    shape: &[isize],
    suboffsets: &[isize],
    itemsize: usize,
    [pointers, items]: [usize; 2],
    shift: usize,
) -> Elements {
    let mut strides = Vec::new();
    let mut rest = 0;
    while rest < shape.len() {
        let found = suboffsets[rest..].iter().position(|&suboffset| suboffset >= 0);
        let end = found.map_or(shape.len(), |axis| rest + axis + 1);
        let (unit, way) = if found.is_some() { (8, pointers) } else { (itemsize as isize, items) };
        let gap = if way >= 2 { 3 } else { 0 };
        let part = stacked(&shape[rest..end], unit + gap, gap);
        strides.extend(signed(part, if way % 2 == 1 { usize::MAX } else { 0 }));
        rest = end;
    }
    Elements::behind_pointers(shape, &strides, suboffsets, itemsize, shift)
}

/// Strides that go backward along the axes that have their bit.
fn signed(mut strides: Vec<isize>, signs: usize) -> Vec<isize> {
    for (axis, stride) in strides.iter_mut().enumerate() {
        if signs >> axis & 1 == 1 {
            *stride = -*stride;
        }
    }
    strides
}

/// The axes in each order.
fn orders(ndim: usize) -> Vec<Vec<usize>> {
    let mut orders = vec![Vec::new()];
    for axis in 0..ndim {
        let longer = orders.iter().flat_map(|order: &Vec<usize>| {
            (0..=axis).map(move |place| {
                let mut order = order.clone();
                order.insert(place, axis);
                order
            })
        });
        orders = longer.collect();
    }
    orders
}
