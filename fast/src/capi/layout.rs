//! How elements lie. Any view will do, of this library or of any CPython 3.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::{ptr, slice};

use super::error::or;
use super::handle::{array, read};
use crate::buffer::Py_buffer;
use crate::error::Error;
use crate::order::Order;

/// `PyBuffer_IsContiguous`: 1 if the elements follow each other without gaps in the order `'C'`, `'F'`
/// (Fortran) or `'A'`, either of them; otherwise 0, of NULL, too.
///
/// # Safety
///
/// `view` is NULL or a view that was granted and not released.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_IsContiguous(view: *const Py_buffer, order: c_char) -> c_int {
    // SAFETY: left to the caller.
    let view = unsafe { read(view) };
    // SAFETY: a granted view's arrays have as many entries as they must.
    view.map_or(0, |view| c_int::from(unsafe { crate::is_contiguous(view, order as u8) }))
}

/// `PyBuffer_GetPointer`: the first byte of the element with these indices, one for each dimension.
/// NULL is a failure.
///
/// # Safety
///
/// `view` is NULL or a view that was granted and not released. The indices are inside its shape.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_GetPointer(
    view: *const Py_buffer,
    indices: *const isize,
) -> *mut c_void {
    // SAFETY: left to the caller.
    let pointer = unsafe {
        read(view).and_then(|view| {
            let indices = array(indices, dimensions(view.ndim))?;
            Ok(crate::get_pointer(view, indices).cast())
        })
    };
    or(ptr::null_mut(), pointer)
}

/// `PyBuffer_FillContiguousStrides`: writes the strides in bytes of packed elements, in Fortran's order
/// for `'F'` and in C's for any other. Does nothing without dimensions, or if an array is NULL.
///
/// # Safety
///
/// Both arrays are NULL or have `ndim` entries, and are not the same.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_FillContiguousStrides(
    ndim: c_int,
    shape: *const isize,
    strides: *mut isize,
    itemsize: c_int,
    order: c_char,
) {
    let entries = dimensions(ndim);
    if entries == 0 || shape.is_null() || strides.is_null() {
        return;
    }
    // SAFETY: not NULL, so as long as the caller says.
    let (shape, strides) = unsafe {
        (slice::from_raw_parts(shape, entries), slice::from_raw_parts_mut(strides, entries))
    };
    crate::fill_contiguous_strides(shape, strides, itemsize as isize, order as u8);
}

/// `PyBuffer_SizeFromFormat`: the size in bytes of an item of that format. -1 is a failure: the
/// exception is the struct module's `error` for what is no format, SystemError for NULL.
///
/// # Safety
///
/// `format` is NULL or a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_SizeFromFormat(format: *const c_char) -> isize {
    // SAFETY: left to the caller.
    or(-1, unsafe { string(format) }.and_then(crate::size_from_format))
}

/// A C string.
///
/// # Safety
///
/// NULL or one that stays as long as the result is used.
pub(super) unsafe fn string<'a>(string: *const c_char) -> Result<&'a CStr, Error> {
    if string.is_null() {
        return Err(Error::NullArgument);
    }
    // SAFETY: not NULL.
    Ok(unsafe { CStr::from_ptr(string) })
}

/// An order in which elements are packed.
pub(super) fn packing(order: c_char) -> Result<Order, Error> {
    match order as u8 {
        b'C' => Ok(Order::C),
        b'F' => Ok(Order::Fortran),
        b'A' => Ok(Order::Any),
        _ => Err(Error::BadOrder),
    }
}

/// A number of dimensions. Below zero there are none.
pub(super) fn dimensions(ndim: c_int) -> usize {
    usize::try_from(ndim).unwrap_or(0)
}
