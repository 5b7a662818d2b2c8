//! Copying items one by one in an order: slow, and right whatever the two share.

use core::ptr;

use super::side::pointers::pointed;
use super::side::{Order, Side};
use crate::buffer::MAX_NDIM;

/// Copies the first items of all in an order. Each is read before it is written.
///
/// # Safety
///
/// Both have the same shape and size of items, all of which is good to read or write; of one side no
/// more than `count` items need to be there.
pub(super) unsafe fn one_by_one(to: &Side<'_>, from: &Side<'_>, order: Order, count: isize) {
    let (shape, itemsize) = (from.shape, usize::try_from(from.itemsize).unwrap_or(0));
    if itemsize == 0 || shape.iter().any(|&extent| extent <= 0) {
        return;
    }
    let total = shape.iter().try_fold(1, |product: isize, &extent| product.checked_mul(extent));
    let mut indices = [0; MAX_NDIM];
    for _ in 0..count.min(total.unwrap_or(isize::MAX)) {
        // SAFETY: the indices are inside the shape, and the caller vouches for the items.
        unsafe {
            let (to, from) = (element(to, &indices), element(from, &indices));
            ptr::copy(from.cast_const(), to, itemsize);
        }
        advance(&mut indices[..shape.len()], shape, order);
    }
}

/// Goes on to the next index in an order; behind the last one comes the first.
fn advance(indices: &mut [isize], shape: &[isize], order: Order) {
    let ndim = shape.len();
    for i in 0..ndim {
        let dimension = if order == Order::C { ndim - 1 - i } else { i };
        indices[dimension] += 1;
        if indices[dimension] < shape[dimension] {
            return;
        }
        indices[dimension] = 0;
    }
}

/// # Safety
///
/// The indices are inside the shape.
unsafe fn element(elements: &Side<'_>, indices: &[isize; MAX_NDIM]) -> *mut u8 {
    let walked = elements.strides.iter().zip(indices).enumerate();
    walked.fold(elements.start, |address, (dimension, (&stride, &index))| {
        let place = address.wrapping_offset(stride.wrapping_mul(index));
        // SAFETY: left to the caller.
        unsafe { pointed(place, elements.suboffset(dimension)) }
    })
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn indices_go_on_to_the_next_in_an_order() {
        let walk = |order| {
            let mut indices = [0, 0];
            let next = |_| {
                let here = indices;
                advance(&mut indices, &[2, 3], order);
                here
            };
            (0..7).map(next).collect::<Vec<_>>()
        };
        assert_eq!(walk(Order::C), [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2], [0, 0]]);
        assert_eq!(walk(Order::Fortran), [[0, 0], [1, 0], [0, 1], [1, 1], [0, 2], [1, 2], [0, 0]]);
    }
}
