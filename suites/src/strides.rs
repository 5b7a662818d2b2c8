//! # Strides
//!
//! `PyBuffer_FillContiguousStrides` for small shapes, for those that are none, and for 64 dimensions.

use pybuf_harness::call::Call;
use pybuf_harness::chooser::{Chooser, pick};

use crate::any;
use crate::any::layout::of_64;

domain! { "strides", calls,
    "ndim 0 to 4, and 64: extents 2 3 1 0 -2 x itemsize 1 4 3 16 0 -4 2147483647 x C F A c X NUL; \
    products beyond Py_ssize_t"
}

fn calls(chooser: &mut dyn Chooser) -> Vec<Call> {
    let extents: &[i64] = &[2, 3, 1, 0, -2];
    let shape = match chooser.choose_beyond(7, 8) {
        // Of four dimensions only, or there would be too many.
        4 => any_of(chooser, 4, &[2, 1, 0]),
        5 => of_64(*pick(chooser, &[(1, 1), (2, 3), (0, 3), (2, 0)])),
        // The product of all is too much for a Py_ssize_t; of some of these no stride is that product.
        6 => pick(chooser, &[[4, 1 << 40, 1 << 40], [1 << 40, 2, 1 << 40]]).to_vec(),
        7 => anything(chooser),
        ndim => any_of(chooser, ndim, extents),
    };
    let itemsize = *pick(chooser, &[1, 4, 3, 16, 0, -4, i32::MAX]);
    vec![Call::FillContiguousStrides { shape, itemsize, order: any::order(chooser) }]
}

fn any_of(chooser: &mut dyn Chooser, ndim: usize, extents: &[i64]) -> Vec<i64> {
    (0..ndim).map(|_| *pick(chooser, extents)).collect()
}

/// Up to 64 extents, some of which are negative, whose product stays below 2^31.
fn anything(chooser: &mut dyn Chooser) -> Vec<i64> {
    let mut shape = any::layout::shape(chooser, false);
    let mut left = (1 << 31) / shape.iter().product::<i64>().max(1);
    for extent in &mut shape {
        let factor = *pick(chooser, &[1, 1, 1, -1, 100, 65_537]);
        if factor <= left {
            *extent *= factor;
            left /= factor.abs();
        }
    }
    shape
}
