//! Whether two sides share memory.

use core::ops::Range;

use super::Side;
use super::pointers::follow;

/// Whether some of the memory of the two may be the same.
///
/// # Safety
///
/// The pointers on the way to the elements are good to read.
pub(in crate::copy) unsafe fn may_overlap(one: &Side<'_>, other: &Side<'_>) -> bool {
    // SAFETY: left to the caller.
    match unsafe { (extent(one), extent(other)) } {
        (Some(one), Some(other)) => one.start < other.end && other.start < one.end,
        _ => true,
    }
}

/// The addresses from the lowest byte of an element to behind the highest. `None` if there are no
/// elements, or no such addresses.
///
/// # Safety
///
/// The pointers on the way to the elements are good to read.
unsafe fn extent(side: &Side<'_>) -> Option<Range<usize>> {
    if side.shape.iter().any(|&extent| extent <= 0) {
        return None;
    }
    let mut inner = [0isize, side.itemsize];
    let direct = side.last_pointer().map_or(0, |last| last + 1);
    for (extent, &stride) in side.shape[direct..].iter().zip(&side.strides[direct..]) {
        let last = (extent - 1).checked_mul(stride)?;
        let end = &mut inner[usize::from(last > 0)];
        *end = end.checked_add(last)?;
    }
    let (mut lowest, mut highest) = (usize::MAX, 0);
    // SAFETY: left to the caller.
    unsafe {
        follow(direct, side, side, &mut |start, _| {
            let [first, end] = inner.map(|offset| start.addr().checked_add_signed(offset));
            lowest = lowest.min(first.unwrap_or(0));
            highest = highest.max(end.unwrap_or(usize::MAX));
        });
    }
    Some(lowest..highest)
}
