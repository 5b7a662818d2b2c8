//! Following the pointers on the way to elements.

use core::ptr;

use super::Side;

/// Calls `act` with the place of each side at each index of the first `outer` dimensions, behind their
/// pointers.
///
/// # Safety
///
/// Both have the shape of `from`, and the pointers are good to read.
pub(in crate::copy) unsafe fn follow(
    outer: usize,
    to: &Side<'_>,
    from: &Side<'_>,
    act: &mut impl FnMut(*mut u8, *mut u8),
) {
    // SAFETY: left to the caller.
    unsafe { along(0, outer, [to, from], [to.start, from.start], act) };
}

unsafe fn along(
    dimension: usize,
    outer: usize,
    sides: [&Side<'_>; 2],
    mut at: [*mut u8; 2],
    act: &mut impl FnMut(*mut u8, *mut u8),
) {
    if dimension == outer {
        return act(at[0], at[1]);
    }
    for _ in 0..sides[1].shape[dimension] {
        let mut behind = at;
        for (behind, side) in behind.iter_mut().zip(sides) {
            // SAFETY: left to the caller.
            *behind = unsafe { pointed(*behind, side.suboffset(dimension)) };
        }
        // SAFETY: left to the caller.
        unsafe { along(dimension + 1, outer, sides, behind, act) };
        for (at, side) in at.iter_mut().zip(sides) {
            *at = at.wrapping_offset(side.strides[dimension]);
        }
    }
}

/// Where the pointer at an address leads to, if there is one to follow.
///
/// # Safety
///
/// If the suboffset is not negative, there is.
pub(in crate::copy) unsafe fn pointed(address: *mut u8, suboffset: isize) -> *mut u8 {
    if suboffset < 0 {
        return address;
    }
    // SAFETY: left to the caller.
    let pointer = unsafe { ptr::read_unaligned(address.cast::<*mut u8>()) };
    pointer.wrapping_offset(suboffset)
}
