//! Copies between a view and packed bytes.

use super::elements::{copy, row};
use super::first::first;
use super::room::Room;
use super::side::{Order, Side};
use crate::buffer::Py_buffer;
use crate::error::Error;
use crate::layout::contiguous::is_contiguous;

/// `PyBuffer_ToContiguous`: copies all elements of the view, packed in an order, to `buf`.
///
/// The order is `b'C'`, `b'F'` (Fortran) or `b'A'`: as they lie if they are contiguous in one of the
/// two, in C's order otherwise. Any other order is Fortran's, as in CPython. A view without strides
/// is in C's order; without a shape it is a row of bytes.
///
/// # Errors
///
/// [`Error::LengthDiffers`] if `len` is not the view's, [`Error::TooManyDimensions`]. Then nothing was
/// written.
///
/// # Safety
///
/// The view is one that was granted and not released, by who keeps to what [`Exporter`](crate::Exporter)
/// says of memory. `buf` is good for writing `len` bytes, which are none of the view's.
pub unsafe fn to_contiguous(
    buf: *mut u8,
    view: &Py_buffer,
    len: isize,
    order: u8,
) -> Result<(), Error> {
    // SAFETY: left to the caller.
    unsafe { to_contiguous_threads(buf, view, len, order, 1) }
}

/// [`to_contiguous`] by up to so many threads, one of which is the caller's. Copies of less than a few MiB
/// are not shared, nor are those through pointers, and without the feature `std` none is.
///
/// # Errors
///
/// Those of [`to_contiguous`].
///
/// # Safety
///
/// That of [`to_contiguous`].
#[inline]
pub unsafe fn to_contiguous_threads(
    buf: *mut u8,
    view: &Py_buffer,
    len: isize,
    order: u8,
    threads: usize,
) -> Result<(), Error> {
    if len != view.len {
        return Err(Error::LengthDiffers);
    }
    // SAFETY: a granted view's arrays have as many entries as they must.
    if unsafe { is_contiguous(view, order) } {
        // A negative length is no bytes, whatever has filled the view.
        let bytes = usize::try_from(len).unwrap_or(0);
        // SAFETY: contiguous: `buf` of the view is the first of `len` bytes. The caller vouches for
        // the rest.
        unsafe { row(view.buf.cast(), buf, bytes, threads) };
        return Ok(());
    }
    let order = if matches!(order, b'C' | b'A') { Order::C } else { Order::Fortran };
    let (mut room, mut packed) = (Room::new(), Room::new());
    // SAFETY: as above.
    let from = unsafe { Side::of(view, &mut room)? };
    let to = from.packed(buf, order, &mut packed);
    // SAFETY: both have the view's shape and its size of items, and do not overlap.
    unsafe { copy(&to, &from, threads) };
    Ok(())
}

/// `PyBuffer_FromContiguous`: copies packed bytes from `buf` to the elements of the view.
///
/// Fewer bytes than the view has fill its first elements in that order; an item that is only begun is
/// left as it is unless the view is contiguous. Of more bytes those are left over that have no place.
/// The order is Fortran's for `b'F'`, as the elements lie for `b'A'` if they are contiguous, and C's
/// for any other. Whether the view is read-only is not looked at. Where elements share memory, any of
/// them may be the one that stays.
///
/// # Errors
///
/// [`Error::TooManyDimensions`].
///
/// # Safety
///
/// The view is one that was granted and not released, by who keeps to what [`Exporter`](crate::Exporter)
/// says of memory, and may be written to. `buf` is good for reading `len` bytes, which are none of the view's.
pub unsafe fn from_contiguous(
    view: &Py_buffer,
    buf: *const u8,
    len: isize,
    order: u8,
) -> Result<(), Error> {
    // SAFETY: left to the caller.
    unsafe { from_contiguous_threads(view, buf, len, order, 1) }
}

/// [`from_contiguous`] by up to so many threads, as in [`to_contiguous_threads`]. Copies to elements that share
/// memory with each other are not shared.
///
/// # Errors
///
/// Those of [`from_contiguous`].
///
/// # Safety
///
/// That of [`from_contiguous`].
#[inline]
pub unsafe fn from_contiguous_threads(
    view: &Py_buffer,
    buf: *const u8,
    len: isize,
    order: u8,
    threads: usize,
) -> Result<(), Error> {
    let len = len.clamp(0, view.len.max(0));
    // SAFETY: a granted view's arrays have as many entries as they must.
    if unsafe { is_contiguous(view, order) } {
        // SAFETY: contiguous, and `len` is not more than the view has.
        unsafe { row(buf, view.buf.cast(), len.unsigned_abs(), threads) };
        return Ok(());
    }
    let order = if order == b'F' { Order::Fortran } else { Order::C };
    let (mut room, mut packed) = (Room::new(), Room::new());
    // SAFETY: as above.
    let to = unsafe { Side::of(view, &mut room)? };
    let from = to.packed(buf.cast_mut(), order, &mut packed);
    // SAFETY: both have the view's shape and its size of items, and do not overlap. If there are
    // fewer bytes, only items that are all there are read.
    unsafe {
        if len == view.len {
            copy(&to, &from, threads);
        } else {
            first(&to, &from, order, len.checked_div(to.itemsize).unwrap_or(0), threads);
        }
    }
    Ok(())
}
