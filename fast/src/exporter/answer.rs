//! What a request for memory gets, or why not.

use core::ffi::c_int;
use core::ptr;

use crate::buffer::{MAX_NDIM, Py_buffer};
use crate::error::Error;
use crate::flags::*;
use crate::layout::contiguous::is_c_packed;
use crate::layout::memory::{Memory, check_layout, plain_len};

/// Answers a request for `memory`: fills every field of `view` but `obj`.
///
/// For the getbuffer slot of an exporter of any runtime, which sets `obj` itself: to a reference,
/// or to NULL on an error.
///
/// # Errors
///
/// In this order: [`BadFlags`](Error::BadFlags), [`ViewIsNull`](Error::ViewIsNull),
/// [`NotWritable`](Error::NotWritable), [`NotCContiguous`](Error::NotCContiguous),
/// [`NotFortranContiguous`](Error::NotFortranContiguous), [`NotContiguous`](Error::NotContiguous),
/// [`NeedsSuboffsets`](Error::NeedsSuboffsets), [`NotCContiguous`](Error::NotCContiguous) if
/// strides were not asked for, [`FormatWithoutShape`](Error::FormatWithoutShape),
/// [`TooManyDimensions`](Error::TooManyDimensions), [`InvalidLayout`](Error::InvalidLayout).
/// Then `view` is not touched.
///
/// # Safety
///
/// `view` is NULL or valid to write. The view borrows the arrays and the format of `memory`:
/// they must outlive it, and its consumer must not write to them.
pub unsafe fn fill(memory: &Memory<'_>, flags: c_int, view: *mut Py_buffer) -> Result<(), Error> {
    check_flags(flags)?;
    if view.is_null() {
        return Err(Error::ViewIsNull);
    }
    // SAFETY: not NULL, so the caller vouches for it.
    unsafe { fill_there(memory, flags, view) }
}

/// [`fill`] with flags that are a request, and a view that is there.
///
/// # Safety
///
/// As for [`fill`], and `view` is not NULL.
#[inline]
pub(crate) unsafe fn fill_there(
    memory: &Memory<'_>,
    flags: c_int,
    view: *mut Py_buffer,
) -> Result<(), Error> {
    match plainly_granted(memory, flags) {
        // SAFETY: left to the caller.
        Some(len) => unsafe { write(memory, flags, view, len) },
        // SAFETY: left to the caller.
        None => unsafe { fill_after_all_checks(*memory, flags, view)? },
    }
    Ok(())
}

/// [`fill_there`] for any request and any memory. By value: to be pointed at, the memory would have to be
/// put together for those requests too that do not come here.
///
/// # Safety
///
/// As for [`fill_there`].
#[cold]
unsafe fn fill_after_all_checks(
    memory: Memory<'_>,
    flags: c_int,
    view: *mut Py_buffer,
) -> Result<(), Error> {
    check_request(&memory, flags)?;
    let len = check_layout(&memory)?;
    // SAFETY: left to the caller.
    unsafe { write(&memory, flags, view, len) };
    Ok(())
}

/// Fills a view with what was granted. The memory has at most [`MAX_NDIM`] dimensions.
///
/// # Safety
///
/// As for [`fill_there`].
#[inline]
unsafe fn write(memory: &Memory<'_>, flags: c_int, view: *mut Py_buffer, len: isize) {
    let ndim = memory.ndim() as c_int;
    let format = memory.format.unwrap_or(c"B").as_ptr();
    let given = |array: &[isize], wanted: bool| {
        if wanted && ndim > 0 { array.as_ptr().cast_mut() } else { ptr::null_mut() }
    };
    let suboffsets = memory.suboffsets.unwrap_or_default();
    let indirect = has(flags, PyBUF_INDIRECT) && memory.is_indirect();
    // SAFETY: the caller vouches for the view.
    unsafe {
        (*view).buf = memory.buf.cast();
        (*view).len = len;
        (*view).itemsize = memory.itemsize;
        (*view).readonly = c_int::from(memory.readonly);
        (*view).ndim = if has(flags, PyBUF_ND) { ndim } else { 1 };
        (*view).format = if has(flags, PyBUF_FORMAT) { format } else { ptr::null() };
        (*view).shape = given(memory.shape, has(flags, PyBUF_ND));
        (*view).strides = given(memory.strides, has(flags, PyBUF_STRIDES));
        (*view).suboffsets = given(suboffsets, indirect);
        (*view).internal = ptr::null_mut();
    }
}

/// Whether the flags are a request at all: two values are for memoryviews only.
#[inline]
pub(crate) fn check_flags(flags: c_int) -> Result<(), Error> {
    if flags == PyBUF_READ || flags == PyBUF_WRITE {
        return Err(Error::BadFlags);
    }
    Ok(())
}

/// What each of the flags that ask for an order adds to strides.
const ORDERS: c_int =
    (PyBUF_C_CONTIGUOUS | PyBUF_F_CONTIGUOUS | PyBUF_ANY_CONTIGUOUS) & !PyBUF_STRIDES;

/// The length in bytes, if most requests and most memory are in question, and these go together. It takes
/// as few steps as that can; `None` if it takes more to know.
#[inline]
fn plainly_granted(memory: &Memory<'_>, flags: c_int) -> Option<isize> {
    let in_any_order = has(flags, PyBUF_STRIDES) && flags & ORDERS == 0;
    let in_c_order = || {
        let lone_format = has(flags, PyBUF_FORMAT) && !has(flags, PyBUF_ND);
        !has(flags, PyBUF_F_CONTIGUOUS)
            && !lone_format
            && is_c_packed(memory.itemsize, memory.shape, memory.strides)
    };
    let granted = memory.suboffsets.is_none()
        && !(memory.readonly && has(flags, PyBUF_WRITABLE))
        && memory.strides.len() == memory.ndim()
        && memory.ndim() <= MAX_NDIM
        && (in_any_order || in_c_order());
    if granted { plain_len(memory.shape, memory.itemsize) } else { None }
}

/// Whether memory like this can be had with flags like these.
fn check_request(memory: &Memory<'_>, flags: c_int) -> Result<(), Error> {
    if has(flags, PyBUF_WRITABLE) && memory.readonly {
        return Err(Error::NotWritable);
    }
    let (c, f) = (memory.is_c_contiguous(), memory.is_f_contiguous());
    if has(flags, PyBUF_C_CONTIGUOUS) && !c {
        return Err(Error::NotCContiguous);
    }
    if has(flags, PyBUF_F_CONTIGUOUS) && !f {
        return Err(Error::NotFortranContiguous);
    }
    if has(flags, PyBUF_ANY_CONTIGUOUS) && !(c || f) {
        return Err(Error::NotContiguous);
    }
    if !has(flags, PyBUF_INDIRECT) && memory.is_indirect() {
        return Err(Error::NeedsSuboffsets);
    }
    if !has(flags, PyBUF_STRIDES) && !c {
        return Err(Error::NotCContiguous);
    }
    if !has(flags, PyBUF_ND) && has(flags, PyBUF_FORMAT) {
        return Err(Error::FormatWithoutShape);
    }
    Ok(())
}
