//! Copies: between views and packed bytes, and between objects.

use core::ffi::{c_char, c_int, c_void};

use super::error::or;
use super::handle::{array, read};
use super::layout::{dimensions, packing};
use super::object::{object, pybuf_object};
use crate::buffer::{MAX_NDIM, Py_buffer};
use crate::error::Error;
use crate::layout::memory::packed_len;

/// `PyBuffer_ToContiguous`: copies all elements of a view to `buf`, packed in the order `'C'`, `'F'`
/// (Fortran) or `'A'`: as they lie if they are contiguous, in C's order otherwise. Returns 0, or -1,
/// and nothing was written.
///
/// Fails with ValueError if `len` is not the view's, or for any other order; with BufferError if the
/// elements are longer than that. `buf` may be NULL if there is nothing to copy. The view may be one of
/// this library or of any CPython 3.
///
/// # Safety
///
/// `view` is NULL or a view that was granted and not released. Its elements are initialised, and so are
/// the gaps between them: the bytes between two that are less than 256 bytes apart along a dimension.
/// Copies read gaps, but never write there. Nobody writes elements or gaps meanwhile. `buf` is good for
/// writing `len` bytes, which are none of those.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_ToContiguous(
    buf: *mut c_void,
    view: *const Py_buffer,
    len: isize,
    order: c_char,
) -> c_int {
    // SAFETY: left to the caller.
    unsafe { pybuf_ToContiguousThreads(buf, view, len, order, 1) }
}

/// `pybuf_ToContiguous` by up to so many threads, one of which is the caller's; 0 and less are one.
/// Copies of less than a few MiB are not shared, nor are those through pointers.
///
/// # Safety
///
/// As for `pybuf_ToContiguous`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_ToContiguousThreads(
    buf: *mut c_void,
    view: *const Py_buffer,
    len: isize,
    order: c_char,
    threads: c_int,
) -> c_int {
    // SAFETY: left to the caller.
    let copied = unsafe {
        possible(view, order).and_then(|(view, order)| match len {
            0 if view.len == 0 => Ok(()),
            _ if len == view.len && buf.is_null() => Err(Error::NullArgument),
            _ => crate::to_contiguous_threads(buf.cast(), view, len, order, at_least_one(threads)),
        })
    };
    or(-1, copied.map(|()| 0))
}

/// `PyBuffer_FromContiguous`: copies packed bytes to the elements of a view. Fewer than it has fill its
/// first elements in that order; of more, the first count. Returns 0, or -1, and nothing was written.
///
/// Whether the view is read-only is not looked at. Otherwise as `pybuf_ToContiguous`.
///
/// # Safety
///
/// As for `pybuf_ToContiguous`, and the elements may be written to: nobody else uses them meanwhile.
/// `buf` is good for reading `len` bytes, which are neither elements nor gaps.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_FromContiguous(
    view: *const Py_buffer,
    buf: *const c_void,
    len: isize,
    order: c_char,
) -> c_int {
    // SAFETY: left to the caller.
    unsafe { pybuf_FromContiguousThreads(view, buf, len, order, 1) }
}

/// `pybuf_FromContiguous` by up to so many threads, as in `pybuf_ToContiguousThreads`. Copies to
/// elements that share memory with each other are not shared.
///
/// # Safety
///
/// As for `pybuf_FromContiguous`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_FromContiguousThreads(
    view: *const Py_buffer,
    buf: *const c_void,
    len: isize,
    order: c_char,
    threads: c_int,
) -> c_int {
    // SAFETY: left to the caller.
    let copied = unsafe {
        possible(view, order).and_then(|(view, order)| match len.min(view.len) {
            ..=0 => Ok(()),
            _ if buf.is_null() => Err(Error::NullArgument),
            _ => {
                crate::from_contiguous_threads(view, buf.cast(), len, order, at_least_one(threads))
            }
        })
    };
    or(-1, copied.map(|()| 0))
}

/// `PyObject_CopyData`: copies the elements of an object to those of another with the same indices.
/// Returns 0, or -1, and nothing was written.
///
/// Fails with BufferError if the destination is read-only, too small, or of a shape that does not fit.
/// The two may be the same, or share memory: what arrives where they do is any of what was there.
///
/// # Safety
///
/// Both are NULL or references that are held. Nobody else uses their elements meanwhile, or writes in
/// the gaps between them (see `pybuf_ToContiguous`).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_CopyData(dest: *mut pybuf_object, src: *mut pybuf_object) -> c_int {
    // SAFETY: left to the caller.
    let both = unsafe { object(dest).and_then(|dest| Ok((dest, object(src)?))) };
    or(-1, both.and_then(|(dest, src)| crate::copy_data(&dest, &src)).map(|()| 0))
}

/// `PyObject_CopyToObject`, which Python 2.7 documented: copies packed bytes to the first elements of
/// an object in an order. Returns 0, or -1, and nothing was written.
///
/// Fails with BufferError if the object is read-only or too small, with ValueError for an order that is
/// none of those of `pybuf_ToContiguous`.
///
/// # Safety
///
/// `object` is NULL or a reference that is held. Nobody else uses its elements meanwhile, or writes in
/// the gaps between them (see `pybuf_ToContiguous`). `buf` is good for reading `len` bytes, which are
/// neither.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_CopyToObject(
    object: *mut pybuf_object,
    buf: *const c_void,
    len: isize,
    order: c_char,
) -> c_int {
    // SAFETY: left to the caller.
    let copied = unsafe {
        self::object(object).and_then(|object| {
            let len = usize::try_from(len).map_err(|_| Error::NegativeSize)?;
            crate::copy_to_object(&object, array(buf.cast(), len)?, packing(order)?.byte())
        })
    };
    or(-1, copied.map(|()| 0))
}

/// An order, and a view whose elements are not longer, all together, than its `len` says. (Of a ctypes
/// array that was resized, they are shorter.)
///
/// # Safety
///
/// As [`read`]; the shape is NULL or has as many entries as there are dimensions.
unsafe fn possible<'a>(
    view: *const Py_buffer,
    order: c_char,
) -> Result<(&'a Py_buffer, u8), Error> {
    // SAFETY: left to the caller.
    let view = unsafe { read(view)? };
    let ndim = dimensions(view.ndim);
    if ndim > MAX_NDIM {
        return Err(Error::TooManyDimensions);
    }
    if view.buf.is_null() && view.len > 0 {
        return Err(Error::NullMemory);
    }
    let elements = match view.shape.is_null() && ndim > 0 {
        // A row of `len` bytes.
        true => Some(0),
        // SAFETY: as long as that, says the caller.
        false => packed_len(unsafe { array(view.shape, ndim)? }, view.itemsize),
    };
    if view.len < 0 || elements.is_none_or(|elements| elements > view.len) {
        return Err(Error::InvalidLayout("the elements are longer than the length"));
    }
    Ok((view, packing(order)?.byte()))
}

fn at_least_one(threads: c_int) -> usize {
    usize::try_from(threads).unwrap_or(0).max(1)
}
