//! Contiguity: elements that follow each other without gaps.

use alloc::vec;
use alloc::vec::Vec;
use core::slice;

use crate::buffer::Py_buffer;

/// `PyBuffer_IsContiguous`: whether the view's elements follow each other without gaps in the
/// order `b'C'`, `b'F'` (Fortran), or `b'A'`, either of them. In any other order they never do.
///
/// As in CPython since 3.5, emptiness is a matter of `len`. Memory behind pointers is never
/// contiguous; suboffsets that are all negative follow none, and do not count. (For CPython they
/// count by being there.) Strides without a shape say nothing, and are not contiguous either.
///
/// # Safety
///
/// Unless NULL, `view.shape`, `view.strides` and `view.suboffsets` have `view.ndim` entries each.
pub unsafe fn is_contiguous(view: &Py_buffer, order: u8) -> bool {
    let there = !view.shape.is_null() && !view.strides.is_null();
    if view.ndim <= 0 || !there || !view.suboffsets.is_null() {
        // SAFETY: left to the caller.
        return unsafe { is_contiguous_untold(view, order) };
    }
    // SAFETY: neither is NULL, so the caller says that they have as many entries.
    let (shape, strides) = unsafe {
        let ndim = view.ndim as usize;
        (slice::from_raw_parts(view.shape, ndim), slice::from_raw_parts(view.strides, ndim))
    };
    is_packed_in(view, shape, strides, order)
}

#[inline(always)]
fn is_packed_in(view: &Py_buffer, shape: &[isize], strides: &[isize], order: u8) -> bool {
    let c = || is_c_packed(view.itemsize, shape, strides);
    let f = || is_f_packed(view.itemsize, shape, strides);
    match order {
        b'C' => c() || view.len == 0,
        b'F' => f() || view.len == 0,
        b'A' => c() || f() || view.len == 0,
        _ => false,
    }
}

/// [`is_contiguous`] where not all is told by a shape and strides: there are none, or suboffsets too, or no
/// dimensions. Strides alone say nothing. Without them the elements are packed in C's order, which is
/// Fortran's too where at most one index varies.
///
/// # Safety
///
/// As for [`is_contiguous`].
#[cold]
unsafe fn is_contiguous_untold(view: &Py_buffer, order: u8) -> bool {
    // SAFETY: left to the caller.
    let [shape, strides, suboffsets] =
        unsafe { [view.shape, view.strides, view.suboffsets].map(|array| entries(view, array)) };
    if suboffsets.unwrap_or_default().iter().any(|&suboffset| suboffset >= 0) {
        return false;
    }
    if let (Some(shape), Some(strides)) = (shape, strides) {
        return is_packed_in(view, shape, strides, order);
    }
    let varying = shape.map(|shape| shape.iter().filter(|&&extent| extent > 1).count());
    let both = || varying.map_or(view.ndim <= 1, |varying| varying <= 1);
    let contiguous = view.len == 0 || (strides.is_none() && (order != b'F' || both()));
    contiguous && matches!(order, b'C' | b'F' | b'A')
}

/// The entries of one of the view's arrays: all of it, even if NULL, where there are no dimensions.
///
/// # Safety
///
/// `array` is NULL or has `view.ndim` entries.
#[inline]
pub(crate) unsafe fn entries(view: &Py_buffer, array: *const isize) -> Option<&[isize]> {
    let ndim = usize::try_from(view.ndim).unwrap_or(0);
    if ndim == 0 {
        return Some(&[]);
    }
    // SAFETY: not NULL, so the caller says that it has as many entries.
    (!array.is_null()).then(|| unsafe { slice::from_raw_parts(array, ndim) })
}

/// Whether each stride is the size of all that varies faster, the last index the fastest. Memory that is
/// empty is contiguous whatever comes out.
#[inline]
pub(crate) fn is_c_packed(itemsize: isize, shape: &[isize], strides: &[isize]) -> bool {
    is_packed(itemsize, shape.iter().copied().zip(strides.iter().copied()).rev())
}

/// As [`is_c_packed`], the first index the fastest.
#[inline]
pub(crate) fn is_f_packed(itemsize: isize, shape: &[isize], strides: &[isize]) -> bool {
    is_packed(itemsize, shape.iter().copied().zip(strides.iter().copied()))
}

#[inline(always)]
fn is_packed(itemsize: isize, fastest_first: impl Iterator<Item = (isize, isize)>) -> bool {
    let mut packed = itemsize;
    for (extent, stride) in fastest_first {
        // The stride of a single element is never walked; but few are wrong, so that one look will do.
        if stride != packed && extent > 1 {
            return false;
        }
        // Wraps only where the length would, and of such memory there are no views.
        packed = packed.wrapping_mul(extent);
    }
    true
}

/// The strides in bytes of packed elements, the last index varying the fastest.
///
/// A stride that no `isize` holds is `isize::MAX`; only empty memory can have an extent like that.
pub fn c_strides(shape: &[isize], itemsize: isize) -> Vec<isize> {
    let mut strides = vec![0; shape.len()];
    fill_contiguous_strides(shape, &mut strides, itemsize, b'C');
    strides
}

/// `PyBuffer_FillContiguousStrides`: the strides in bytes of packed elements, the first index
/// varying the fastest if `order` is `b'F'`, the last one in any other order.
///
/// Writes one stride a dimension; what `strides` has beyond is not touched. Nothing is checked: an
/// extent of zero or less multiplies like any other. What no `isize` holds is cut to what it can.
pub fn fill_contiguous_strides(shape: &[isize], strides: &mut [isize], itemsize: isize, order: u8) {
    let mut packed = itemsize;
    let fill = |(stride, &extent): (&mut isize, &isize)| {
        *stride = packed;
        packed = packed.saturating_mul(extent);
    };
    // As long as each other, lest the last dimension be another one from behind.
    let ndim = shape.len().min(strides.len());
    let dimensions = strides[..ndim].iter_mut().zip(&shape[..ndim]);
    if order == b'F' { dimensions.for_each(fill) } else { dimensions.rev().for_each(fill) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::ffi::c_int;
    use core::ptr;

    type Array = Option<&'static [isize]>;

    fn array(array: Array) -> *mut isize {
        array.map_or(ptr::null_mut(), |array| array.as_ptr().cast_mut())
    }

    fn answers(view: &Py_buffer) -> [bool; 3] {
        // SAFETY: the tests' arrays have `ndim` entries each.
        [b'C', b'F', b'A'].map(|order| unsafe { is_contiguous(view, order) })
    }

    const YES: [bool; 3] = [true, true, true];
    const NO: [bool; 3] = [false, false, false];
    const ONLY_C: [bool; 3] = [true, false, true];
    const ONLY_F: [bool; 3] = [false, true, true];

    /// Dimensions, itemsize, length, shape, strides; contiguous in C's, Fortran's, either order.
    type Row = (c_int, isize, isize, Array, Array, [bool; 3]);

    const TABLE: &[Row] = &[
        (0, 4, 4, None, None, YES),
        (1, 1, 5, None, None, YES),
        (1, 1, 5, Some(&[5]), None, YES),
        (1, 2, 10, Some(&[5]), Some(&[2]), YES),
        (1, 1, 5, Some(&[5]), Some(&[2]), NO),
        (1, 1, 5, Some(&[5]), Some(&[-1]), NO),
        (1, 1, 5, Some(&[5]), Some(&[0]), NO),
        (1, 1, 1, Some(&[1]), Some(&[99]), YES),
        (1, 1, 1, Some(&[1]), Some(&[0]), YES),
        (1, 1, 0, Some(&[0]), Some(&[99]), YES),
        (2, 1, 6, Some(&[2, 3]), Some(&[3, 1]), ONLY_C),
        (2, 1, 6, Some(&[2, 3]), Some(&[1, 2]), ONLY_F),
        (2, 1, 6, Some(&[2, 3]), None, ONLY_C),
        (2, 1, 6, Some(&[1, 6]), None, YES),
        (2, 1, 6, Some(&[6, 1]), None, YES),
        (2, 1, 6, Some(&[1, 6]), Some(&[777, 1]), YES),
        (2, 1, 6, Some(&[6, 1]), Some(&[1, 777]), YES),
        (2, 1, 0, Some(&[0, 3]), Some(&[50, 7]), YES),
        (2, 1, 0, Some(&[3, 0]), Some(&[50, 7]), YES),
        (3, 1, 12, Some(&[1, 12, 1]), Some(&[5, 1, 9]), YES),
        (3, 1, 24, Some(&[2, 3, 4]), Some(&[12, 1, 3]), NO),
        // The length lies: it alone decides what is empty.
        (1, 1, 0, Some(&[5]), Some(&[2]), YES),
        // Nothing to read where CPython reads all the same.
        (2, 1, 6, None, None, ONLY_C),
        (2, 1, 6, None, Some(&[3, 1]), NO),
        (0, 1, 1, None, Some(&[]), YES),
        (-3, 1, 1, None, None, YES),
        (-3, 1, 1, Some(&[]), Some(&[]), YES),
    ];

    #[test]
    fn the_table() {
        for (row, &(ndim, itemsize, len, shape, strides, expected)) in TABLE.iter().enumerate() {
            let (shape, strides) = (array(shape), array(strides));
            let view = Py_buffer { ndim, itemsize, len, shape, strides, ..Py_buffer::EMPTY };
            assert_eq!(answers(&view), expected, "row {row}");
        }
    }

    #[test]
    fn memory_behind_pointers_is_never_contiguous() {
        let of = |suboffsets| {
            let (shape, suboffsets) = (array(Some(&[5])), array(suboffsets));
            answers(&Py_buffer {
                ndim: 1,
                itemsize: 1,
                len: 5,
                shape,
                suboffsets,
                ..Py_buffer::EMPTY
            })
        };
        assert_eq!(of(Some(&[0])), NO);
        assert_eq!(of(Some(&[-1])), YES);
        assert_eq!(of(None), YES);
    }

    #[test]
    fn other_orders_are_never_contiguous() {
        for order in [b'c', b'f', b'a', b'X', 0] {
            // SAFETY: there are no arrays.
            assert!(!unsafe { is_contiguous(&Py_buffer::EMPTY, order) });
        }
    }

    #[test]
    fn strides_of_either_order() {
        let filled = |shape: &[isize], order| {
            let mut strides = [99; 4];
            fill_contiguous_strides(shape, &mut strides, 4, order);
            strides
        };
        assert_eq!(filled(&[], b'F'), [99, 99, 99, 99]);
        assert_eq!(filled(&[2, 3, 4], b'F'), [4, 8, 24, 99]);
        assert_eq!(filled(&[2, 3, 4], b'C'), [48, 16, 4, 99]);
        assert_eq!(filled(&[2, 3, 4], b'X'), [48, 16, 4, 99]);
        assert_eq!(filled(&[3, 0, 2], b'F'), [4, 12, 0, 99]);
        assert_eq!(filled(&[-2, 3], b'F'), [4, -8, 99, 99]);
    }

    #[test]
    fn strides_in_c_order() {
        assert_eq!(c_strides(&[], 4), []);
        assert_eq!(c_strides(&[5], 4), [4]);
        assert_eq!(c_strides(&[2, 3, 4], 4), [48, 16, 4]);
        assert_eq!(c_strides(&[0, 3], 4), [12, 4]);
        assert_eq!(c_strides(&[3, 0, 2], 4), [0, 8, 4]);
        assert_eq!(c_strides(&[0, isize::MAX, 2], 1), [isize::MAX, 2, 1]);
    }
}
