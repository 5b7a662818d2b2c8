//! One side of a copy: elements in memory, whatever the view that they come from.

use core::ops::Range;
use core::slice;

use super::pointers::follow;
use super::room::Room;
use crate::buffer::{MAX_NDIM, Py_buffer};
use crate::contiguous::fill_contiguous_strides;
use crate::error::Error;

/// The two orders in which elements can be packed: what an [order](crate::Order) that is asked for comes to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    C,
    Fortran,
}

/// Elements in memory, which are read or written.
#[derive(Clone, Copy)]
pub(super) struct Side<'a> {
    pub(super) start: *mut u8,
    /// Bytes of each.
    pub(super) itemsize: isize,
    pub(super) shape: &'a [isize],
    /// In bytes. As long as the shape.
    pub(super) strides: &'a [isize],
    /// Where not negative, a pointer is to be followed. As long as the shape, or empty if there is none.
    pub(super) suboffsets: &'a [isize],
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
    pub(super) unsafe fn of(
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
    pub(super) fn packed(&self, start: *mut u8, order: Order, room: &'a mut Room<isize>) -> Self {
        let strides = packed(room, self.shape, self.itemsize, order);
        Side { start, strides, suboffsets: &[], ..*self }
    }

    /// The addresses from the lowest byte of an element to behind the highest. `None` if there are no
    /// elements, or no such addresses.
    ///
    /// # Safety
    ///
    /// The pointers on the way to the elements are good to read.
    pub(super) unsafe fn extent(&self) -> Option<Range<usize>> {
        if self.shape.iter().any(|&extent| extent <= 0) {
            return None;
        }
        let mut inner = [0isize, self.itemsize];
        let direct = self.last_pointer().map_or(0, |last| last + 1);
        for (extent, &stride) in self.shape[direct..].iter().zip(&self.strides[direct..]) {
            let last = (extent - 1).checked_mul(stride)?;
            let end = &mut inner[usize::from(last > 0)];
            *end = end.checked_add(last)?;
        }
        let (mut lowest, mut highest) = (usize::MAX, 0);
        // SAFETY: left to the caller.
        unsafe {
            follow(direct, self, self, &mut |start, _| {
                let [first, end] = inner.map(|offset| start.addr().checked_add_signed(offset));
                lowest = lowest.min(first.unwrap_or(0));
                highest = highest.max(end.unwrap_or(usize::MAX));
            });
        }
        Some(lowest..highest)
    }

    /// Those of this shape that begin so many steps further on along a dimension without pointers.
    pub(super) fn behind<'b>(
        &'b self,
        dimension: usize,
        steps: isize,
        shape: &'b [isize],
    ) -> Side<'b> {
        let step = self.strides[dimension].wrapping_mul(steps);
        Side { start: self.start.wrapping_offset(step), shape, ..*self }
    }

    /// The last dimension along which a pointer is to be followed.
    pub(super) fn last_pointer(&self) -> Option<usize> {
        self.suboffsets.iter().rposition(|&suboffset| suboffset >= 0)
    }

    /// Negative where no pointer is to be followed.
    pub(super) fn suboffset(&self, dimension: usize) -> isize {
        self.suboffsets.get(dimension).copied().unwrap_or(-1)
    }
}
