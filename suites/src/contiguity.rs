//! # Contiguity
//!
//! `PyBuffer_IsContiguous` of structs filled by hand: all small shapes with all small strides, with
//! arrays missing, and behind pointers.

use pybuf_harness::call::{BareView, Call};
use pybuf_harness::chooser::{Chooser, pick};
use pybuf_harness::model::layout::{Order, packed_strides};

use crate::any;
use crate::any::layout::of_64;

domain! { "contiguity", calls,
    "ndim 0 to 3, and 64: small extents x strides x suboffsets, arrays missing; C F A c X NUL"
}

fn calls(chooser: &mut dyn Chooser) -> Vec<Call> {
    let view = match chooser.choose_beyond(6, 7) {
        0 => full(chooser, 0, &[], &[]),
        1 => full(chooser, 1, &[2, 3, 1, 0], &[1, 2, -1, 0, 4, 99]),
        2 => full(chooser, 2, &[2, 3, 1, 0], &[1, 2, 3, -1, 0, 4, 6, 777]),
        3 => full(chooser, 3, &[2, 1, 0], &[1, 2, 4, -1]),
        4 => without_shape(chooser),
        5 => sixty_four(chooser),
        _ => any::layout::bare(chooser),
    };
    vec![Call::IsContiguous { view, order: any::order(chooser) }]
}

/// Any shape of `extents`, with strides of `steps` or without strides.
fn full(chooser: &mut dyn Chooser, ndim: i32, extents: &[i64], steps: &[i64]) -> BareView {
    // Items of several bytes up to one dimension: then a stride of 1 is one of too little.
    let itemsize = if ndim <= 1 { *pick(chooser, &[1, 4]) } else { 1 };
    let shape: Vec<i64> = (0..ndim).map(|_| *pick(chooser, extents)).collect();
    let with_arrays = ndim > 0;
    let strides = (with_arrays && chooser.choose(2) == 0)
        .then(|| (0..ndim).map(|_| *pick(chooser, steps)).collect::<Vec<_>>());
    let suboffsets = match (&strides, ndim) {
        (Some(_), 1 | 2) => match chooser.choose(3) {
            0 => None,
            1 => Some(vec![-1; shape.len()]),
            _ => Some((0..i64::from(ndim)).map(|dimension| -dimension).collect()),
        },
        _ => None,
    };
    let len = itemsize * shape.iter().product::<i64>();
    BareView { len, itemsize, ndim, shape: with_arrays.then_some(shape), strides, suboffsets }
}

/// What a request without a shape returns: bytes of `ndim` dimensions that it does not tell.
fn without_shape(chooser: &mut dyn Chooser) -> BareView {
    let ndim = *pick(chooser, &[1, 2, 3, 64]);
    let itemsize = *pick(chooser, &[1, 4]);
    let len = itemsize * *pick(chooser, &[6, 1]);
    BareView { len, itemsize, ndim, shape: None, strides: None, suboffsets: None }
}

/// The largest number of dimensions: extents of 1 but for the first and last.
fn sixty_four(chooser: &mut dyn Chooser) -> BareView {
    let (first, last) = *pick(chooser, &[(1, 1), (2, 3), (2, 1), (1, 3)]);
    let (shape, len) = (of_64((first, last)), first * last);
    let orders = [Some(Order::C), Some(Order::Fortran), None];
    let strides = pick(chooser, &orders).map(|order| packed_strides(&shape, 1, order));
    BareView { len, itemsize: 1, ndim: 64, shape: Some(shape), strides, suboffsets: None }
}
