//! The fullest description of an exporter's memory, from which every request is answered.

use core::ffi::CStr;

use super::contiguous::{is_c_packed, is_f_packed};
use crate::buffer::MAX_NDIM;
use crate::error::Error;

/// An exporter's memory, with everything that a consumer could ask for.
///
/// Only a description: it owns nothing, and making one is safe. Reading through it is not.
#[derive(Clone, Copy, Debug)]
pub struct Memory<'a> {
    /// Where the element with only zeros for indices is.
    pub buf: *mut u8,
    /// Whether the memory must not be written.
    pub readonly: bool,
    /// Bytes of one element.
    pub itemsize: isize,
    /// What an element is; `None` means `"B"`.
    pub format: Option<&'a CStr>,
    /// Elements along each dimension.
    pub shape: &'a [isize],
    /// Bytes from one element to the next along each dimension. As long as `shape`.
    pub strides: &'a [isize],
    /// Where not negative: follow a pointer, then add these bytes. As long as `shape`.
    pub suboffsets: Option<&'a [isize]>,
}

impl Memory<'_> {
    /// How many dimensions the memory has.
    #[inline]
    pub const fn ndim(&self) -> usize {
        self.shape.len()
    }

    /// Bytes of all elements together, as if they were packed. `None` if an extent or the
    /// itemsize is negative, or if the product is more than an `isize` holds.
    #[inline]
    pub fn len(&self) -> Option<isize> {
        packed_len(self.shape, self.itemsize)
    }

    /// Whether there are no bytes at all: no elements, or none in each.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.itemsize == 0 || self.shape.contains(&0)
    }

    /// Whether there are pointers to follow. Suboffsets that are all negative are as good as none.
    #[inline]
    pub fn is_indirect(&self) -> bool {
        self.suboffsets.is_some_and(|suboffsets| suboffsets.iter().any(|&suboffset| suboffset >= 0))
    }

    /// Whether the elements follow each other without gaps, the last index varying the fastest.
    ///
    /// Memory without bytes is contiguous, and the stride of an extent of 1 never matters.
    #[inline]
    pub fn is_c_contiguous(&self) -> bool {
        !self.is_indirect()
            && (is_c_packed(self.itemsize, self.shape, self.strides) || self.is_empty())
    }

    /// As [`is_c_contiguous`](Self::is_c_contiguous), the first index varying the fastest.
    #[inline]
    pub fn is_f_contiguous(&self) -> bool {
        !self.is_indirect()
            && (is_f_packed(self.itemsize, self.shape, self.strides) || self.is_empty())
    }
}

/// Bytes of all elements together. `None` where [`Memory::len`] is.
pub(crate) fn packed_len(shape: &[isize], itemsize: isize) -> Option<isize> {
    plain_len(shape, itemsize).or_else(|| {
        let negative = itemsize < 0 || shape.iter().any(|&extent| extent < 0);
        // The product may overflow on its way to zero.
        (!negative && shape.contains(&0)).then_some(0)
    })
}

/// [`packed_len`] if the product does not overflow even on its way to zero.
#[inline]
pub(crate) fn plain_len(shape: &[isize], itemsize: isize) -> Option<isize> {
    let mut len = itemsize;
    for &extent in shape {
        len = len.checked_mul(extent).filter(|_| extent >= 0)?;
    }
    (itemsize >= 0).then_some(len)
}

/// The length in bytes, if the description makes sense.
pub(crate) fn check_layout(memory: &Memory<'_>) -> Result<isize, Error> {
    if memory.ndim() > MAX_NDIM {
        return Err(Error::TooManyDimensions);
    }
    let suboffsets = memory.suboffsets.unwrap_or(memory.shape);
    if memory.strides.len() != memory.ndim() || suboffsets.len() != memory.ndim() {
        return Err(Error::InvalidLayout("the arrays differ in length"));
    }
    memory.len().ok_or(Error::InvalidLayout(
        "an extent or the itemsize is negative, or their product too large",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::ptr;

    fn memory<'a>(itemsize: isize, shape: &'a [isize], strides: &'a [isize]) -> Memory<'a> {
        Memory {
            buf: ptr::null_mut(),
            readonly: false,
            itemsize,
            format: None,
            shape,
            strides,
            suboffsets: None,
        }
    }

    #[test]
    fn length_is_the_product_or_nothing() {
        let len = |itemsize, shape| memory(itemsize, shape, &[]).len();
        assert_eq!(len(4, &[]), Some(4));
        assert_eq!(len(4, &[2, 3]), Some(24));
        assert_eq!(len(0, &[isize::MAX, isize::MAX]), Some(0));
        assert_eq!(len(1, &[isize::MAX, 2, 0]), Some(0));
        assert_eq!(len(1, &[isize::MAX, 2]), None);
        assert_eq!(len(2, &[isize::MAX]), None);
        assert_eq!(len(1, &[-1]), None);
        assert_eq!(len(1, &[-1, 0]), None);
        assert_eq!(len(-1, &[1]), None);
    }

    /// Itemsize, shape, strides, contiguous in C's order, in Fortran's.
    type Row = (isize, &'static [isize], &'static [isize], bool, bool);

    const CONTIGUITY: &[Row] = &[
        (4, &[], &[], true, true),
        (0, &[3], &[5], true, true),
        (1, &[5], &[1], true, true),
        (2, &[5], &[2], true, true),
        (1, &[5], &[2], false, false),
        (1, &[5], &[-1], false, false),
        (1, &[5], &[0], false, false),
        (1, &[1], &[99], true, true),
        (1, &[0], &[99], true, true),
        (1, &[2, 3], &[3, 1], true, false),
        (1, &[2, 3], &[1, 2], false, true),
        (1, &[1, 6], &[777, 1], true, true),
        (1, &[6, 1], &[1, 777], true, true),
        (1, &[0, 3], &[50, 7], true, true),
        (1, &[3, 0], &[50, 7], true, true),
        (1, &[1, 12, 1], &[5, 1, 9], true, true),
        (1, &[2, 3, 4], &[12, 1, 3], false, false),
        (1, &[isize::MAX, isize::MAX], &[isize::MAX, 1], true, false),
    ];

    #[test]
    fn contiguity_ignores_what_no_index_reaches() {
        for &(itemsize, shape, strides, c, f) in CONTIGUITY {
            let memory = memory(itemsize, shape, strides);
            assert_eq!(memory.is_c_contiguous(), c, "C: {shape:?} {strides:?}");
            assert_eq!(memory.is_f_contiguous(), f, "F: {shape:?} {strides:?}");
        }
    }

    #[test]
    fn only_real_suboffsets_count() {
        let with =
            |suboffsets| Memory { suboffsets: Some(suboffsets), ..memory(1, &[2, 3], &[3, 1]) };
        assert!(!with(&[-1, -9]).is_indirect());
        assert!(with(&[-1, -9]).is_c_contiguous());
        assert!(with(&[0, -1]).is_indirect());
        assert!(!with(&[0, -1]).is_c_contiguous());
        assert!(!with(&[0, -1]).is_f_contiguous());
    }
}
