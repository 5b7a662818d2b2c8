//! One side of a copy: elements in memory, whatever the view that they come from.

pub(super) mod overlap;
pub(super) mod pointers;

use core::slice;

use super::room::Room;
use crate::buffer::{MAX_NDIM, Py_buffer};
use crate::error::Error;
use crate::layout::contiguous::fill_contiguous_strides;

/// The two orders in which elements can be packed: what an [order](crate::Order) that is asked for comes to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::copy) enum Order {
    C,
    Fortran,
}

/// Elements in memory, which are read or written.
#[derive(Clone, Copy)]
pub(in crate::copy) struct Side<'a> {
    pub(in crate::copy) start: *mut u8,
    /// Bytes of each.
    pub(in crate::copy) itemsize: isize,
    pub(in crate::copy) shape: &'a [isize],
    /// In bytes. As long as the shape.
    pub(in crate::copy) strides: &'a [isize],
    /// Where not negative, a pointer is to be followed. As long as the shape, or empty if there is none.
    pub(in crate::copy) suboffsets: &'a [isize],
}

/// The strides of packed elements, in `room`. There are not more than [`MAX_NDIM`] dimensions.
#[inline(always)]
fn packed<'a>(
    room: &'a mut Room<isize>,
    shape: &[isize],
    itemsize: isize,
    order: Order,
) -> &'a [isize] {
    shape.iter().for_each(|_| room.push(0));
    let order = if order == Order::C { b'C' } else { b'F' };
    fill_contiguous_strides(shape, room, itemsize, order);
    room
}

impl<'a> Side<'a> {
    /// Those of a view: without strides in C's order, without a shape a row of bytes.
    ///
    /// # Errors
    ///
    /// [`Error::TooManyDimensions`].
    ///
    /// # Safety
    ///
    /// The arrays of the view are NULL or have `ndim` entries.
    #[inline(always)]
    pub(in crate::copy) unsafe fn of(
        view: &'a Py_buffer,
        room: &'a mut Room<isize>,
    ) -> Result<Side<'a>, Error> {
        let ndim = usize::try_from(view.ndim).unwrap_or(0);
        if ndim > MAX_NDIM {
            return Err(Error::TooManyDimensions);
        }
        let start = view.buf.cast();
        if ndim == 0 {
            let none = Side { start, shape: &[], strides: &[], suboffsets: &[], itemsize: 0 };
            return Ok(Side { itemsize: view.itemsize, ..none });
        }
        if view.shape.is_null() {
            let shape = slice::from_ref(&view.len);
            return Ok(Side { start, itemsize: 1, shape, strides: &[1], suboffsets: &[] });
        }
        // SAFETY: not NULL, so the caller says that it has as many entries.
        let entries = |array: *const isize| unsafe { slice::from_raw_parts(array, ndim) };
        let (itemsize, shape) = (view.itemsize, entries(view.shape));
        let strides = match view.strides.is_null() {
            true => packed(room, shape, itemsize, Order::C),
            false => entries(view.strides),
        };
        let suboffsets: &[isize] =
            if view.suboffsets.is_null() { &[] } else { entries(view.suboffsets) };
        Ok(Side { start, itemsize, shape, strides, suboffsets })
    }

    /// As many elements of the same shape, packed in an order from `start` on.
    #[inline(always)]
    pub(in crate::copy) fn packed(
        &self,
        start: *mut u8,
        order: Order,
        room: &'a mut Room<isize>,
    ) -> Self {
        let strides = packed(room, self.shape, self.itemsize, order);
        Side { start, strides, suboffsets: &[], ..*self }
    }

    /// Those of this shape that begin so many steps further on along a dimension without pointers.
    pub(in crate::copy) fn behind<'b>(
        &'b self,
        dimension: usize,
        steps: isize,
        shape: &'b [isize],
    ) -> Side<'b> {
        let step = self.strides[dimension].wrapping_mul(steps);
        Side { start: self.start.wrapping_offset(step), shape, ..*self }
    }

    /// The last dimension along which a pointer is to be followed.
    pub(in crate::copy) fn last_pointer(&self) -> Option<usize> {
        self.suboffsets.iter().rposition(|&suboffset| suboffset >= 0)
    }

    /// Negative where no pointer is to be followed.
    pub(in crate::copy) fn suboffset(&self, dimension: usize) -> isize {
        self.suboffsets.get(dimension).copied().unwrap_or(-1)
    }
}
