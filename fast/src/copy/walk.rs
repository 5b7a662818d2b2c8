//! Walking through two places in memory at once, and copying from one to the other.

use core::ptr;

use super::plan::{Dimension, Elements, Order, Plan, Step};
use crate::buffer::MAX_NDIM;

/// Copies a number of bytes from one address to another.
type Copy = unsafe fn(to: *mut u8, from: *const u8, bytes: usize);

/// Copies all elements. `overlap` tells whether the two may share memory.
///
/// # Safety
///
/// Both have the same shape and size of items, all of which is good to read or write. They share
/// memory only if `overlap` is true.
pub(super) unsafe fn copy(to: &Elements, from: &Elements, overlap: bool) {
    let Some(plan) = Plan::of(to, from) else { return };
    let dimensions = &plan.dimensions[..plan.ndim];
    let walk =
        Walk { run: plan.run, copy: if overlap { ptr_copy } else { ptr_copy_nonoverlapping } };
    // SAFETY: the plan leads to the same elements, and only to them.
    unsafe { walk.along(dimensions, to.start(), from.start()) };
}

/// Copies the first items of all in an order, one by one.
///
/// # Safety
///
/// As for [`copy`], without overlap; of one side no more than `count` items need to be there.
pub(super) unsafe fn copy_first(to: &Elements, from: &Elements, order: Order, count: isize) {
    let (shape, itemsize) = (to.shape(), usize::try_from(to.itemsize()).unwrap_or(0));
    let total = shape.iter().try_fold(1, |product: isize, &extent| product.checked_mul(extent));
    let mut indices = [0; MAX_NDIM];
    for _ in 0..count.min(total.unwrap_or(isize::MAX)) {
        // SAFETY: the indices are inside the shape, and the caller vouches for the items.
        unsafe {
            let (to, from) = (element(to, &indices), element(from, &indices));
            ptr::copy_nonoverlapping(from.cast_const(), to, itemsize);
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
unsafe fn element(elements: &Elements, indices: &[isize; MAX_NDIM]) -> *mut u8 {
    let walked = indices[..elements.shape().len()].iter().enumerate();
    walked.fold(elements.start(), |address, (dimension, &index)| {
        let step = elements.step(dimension);
        // SAFETY: left to the caller.
        unsafe { step.follow(address.wrapping_offset(step.stride.wrapping_mul(index))) }
    })
}

impl Step {
    /// Follows the pointer at an address, if there is one.
    ///
    /// # Safety
    ///
    /// If the suboffset is not negative, there is.
    unsafe fn follow(self, address: *mut u8) -> *mut u8 {
        if self.suboffset < 0 {
            return address;
        }
        // SAFETY: left to the caller.
        let pointer = unsafe { ptr::read_unaligned(address.cast::<*mut u8>()) };
        pointer.wrapping_offset(self.suboffset)
    }
}

struct Walk {
    /// In bytes.
    run: usize,
    copy: Copy,
}

impl Walk {
    /// Walks along the first dimension, and from each of its places along the others. As deep as
    /// there are dimensions.
    ///
    /// # Safety
    ///
    /// The dimensions lead from here to what is good to be written and read.
    unsafe fn along(&self, dimensions: &[Dimension], mut to: *mut u8, mut from: *mut u8) {
        let Some((dimension, inner)) = dimensions.split_first() else {
            // SAFETY: left to the caller.
            return unsafe { (self.copy)(to, from, self.run) };
        };
        let is_direct = dimension.to.suboffset < 0 && dimension.from.suboffset < 0;
        if inner.is_empty() && is_direct {
            // SAFETY: left to the caller.
            return unsafe { self.items(dimension, to, from) };
        }
        for _ in 0..dimension.extent {
            // SAFETY: left to the caller.
            unsafe { self.along(inner, dimension.to.follow(to), dimension.from.follow(from)) };
            to = to.wrapping_offset(dimension.to.stride);
            from = from.wrapping_offset(dimension.from.stride);
        }
    }

    /// Copies what lies along the innermost dimension.
    ///
    /// # Safety
    ///
    /// As for [`along`](Self::along).
    unsafe fn items(&self, dimension: &Dimension, to: *mut u8, from: *mut u8) {
        // SAFETY: left to the caller. An item that is read whole before it is written may overlap.
        unsafe {
            match self.run {
                1 => each(dimension, to, from, |to, from| item::<1>(to, from)),
                2 => each(dimension, to, from, |to, from| item::<2>(to, from)),
                4 => each(dimension, to, from, |to, from| item::<4>(to, from)),
                8 => each(dimension, to, from, |to, from| item::<8>(to, from)),
                16 => each(dimension, to, from, |to, from| item::<16>(to, from)),
                run => each(dimension, to, from, |to, from| (self.copy)(to, from, run)),
            }
        }
    }
}

/// Does something at each place along a dimension without pointers.
#[inline(always)]
fn each(dimension: &Dimension, to: *mut u8, from: *mut u8, act: impl Fn(*mut u8, *const u8)) {
    let (mut to, mut from) = (to, from.cast_const());
    for _ in 0..dimension.extent {
        act(to, from);
        to = to.wrapping_offset(dimension.to.stride);
        from = from.wrapping_offset(dimension.from.stride);
    }
}

/// Copies one item of `SIZE` bytes, aligned or not.
///
/// # Safety
///
/// It is good to read, and its place to write.
#[inline(always)]
unsafe fn item<const SIZE: usize>(to: *mut u8, from: *const u8) {
    // SAFETY: left to the caller; an array of bytes has no alignment.
    unsafe { to.cast::<[u8; SIZE]>().write(from.cast::<[u8; SIZE]>().read()) };
}

/// # Safety
///
/// That of [`ptr::copy`].
unsafe fn ptr_copy(to: *mut u8, from: *const u8, bytes: usize) {
    // SAFETY: left to the caller.
    unsafe { ptr::copy(from, to, bytes) };
}

/// # Safety
///
/// That of [`ptr::copy_nonoverlapping`].
unsafe fn ptr_copy_nonoverlapping(to: *mut u8, from: *const u8, bytes: usize) {
    // SAFETY: left to the caller.
    unsafe { ptr::copy_nonoverlapping(from, to, bytes) };
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
