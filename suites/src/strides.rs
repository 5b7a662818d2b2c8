//! # Strides
//!
//! `PyBuffer_FillContiguousStrides` for small shapes, for those that are none, and for 64 dimensions.

use pybuf_harness::call::Call;
use pybuf_harness::chooser::{Chooser, pick};
use pybuf_harness::{Case, Domain};

use crate::any;

/// Shapes of 0 to 4 and of 64 dimensions x sizes of items x orders.
pub const DOMAIN: Domain = Domain {
    name: "strides",
    bound: "ndim 0 to 4, and 64: extents 2 3 1 0 -2 x itemsize 1 4 3 16 0 -4 2147483647 x C F A c X NUL; \
            products beyond Py_ssize_t",
    build,
    regressions: include_str!("../regressions/strides.jsonl"),
};

/// The first of any orders, which are enumerated.
const ORDERS: &[char] = any::ORDERS.split_at(6).0;

fn build(chooser: &mut dyn Chooser) -> Case {
    let extents: &[i64] = &[2, 3, 1, 0, -2];
    let shape = match chooser.choose_beyond(7, 8) {
        // Of four dimensions only, or there would be too many.
        4 => any_of(chooser, 4, &[2, 1, 0]),
        5 => sixty_four(chooser),
        // The product of all is too much for a Py_ssize_t; of some of these no stride is that product.
        6 => pick(chooser, &[[4, 1 << 40, 1 << 40], [1 << 40, 2, 1 << 40]]).to_vec(),
        7 => anything(chooser),
        ndim => any_of(chooser, ndim, extents),
    };
    let itemsize = *pick(chooser, &[1, 4, 3, 16, 0, -4, i32::MAX]);
    let choice = chooser.choose_beyond(ORDERS.len(), any::ORDERS.len());
    let order = any::ORDERS[choice];
    let call = Call::FillContiguousStrides { shape, itemsize, order };
    Case { calls: vec![call] }
}

fn any_of(chooser: &mut dyn Chooser, ndim: usize, extents: &[i64]) -> Vec<i64> {
    (0..ndim).map(|_| *pick(chooser, extents)).collect()
}

/// The largest number of dimensions: extents of 1 but for the first and last.
fn sixty_four(chooser: &mut dyn Chooser) -> Vec<i64> {
    let mut shape = vec![1; 64];
    (shape[0], shape[63]) = *pick(chooser, &[(1, 1), (2, 3), (0, 3), (2, 0)]);
    shape
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
