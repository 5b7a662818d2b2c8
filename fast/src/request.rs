//! Requests: what a consumer asks for, what it gets or why not, and giving it back.

use core::ffi::c_int;
use core::ptr;

use crate::buffer::{MAX_NDIM, Py_buffer};
use crate::error::Error;
use crate::exporter::Object;
use crate::flags::*;
use crate::memory::Memory;

/// `PyObject_GetBuffer`: asks `object` for a view.
///
/// On success `view.obj` is a new reference, to be given back with [`release`].
///
/// # Errors
///
/// [`Error::BadFlags`] before anything else, [`Error::ViewIsNull`], the exporter's own reason, or a
/// refusal of [`fill`]. Then `view.obj` is NULL and no other field was touched.
///
/// # Safety
///
/// `view` is NULL or valid to write; what is there need not be initialised and is not released.
/// What the view points at is not used after [`release`], and not written if `readonly` is 1.
pub unsafe fn get_buffer(object: &Object, view: *mut Py_buffer, flags: c_int) -> Result<(), Error> {
    let request = check_flags(flags);
    if view.is_null() {
        return request.and(Err(Error::ViewIsNull));
    }
    let filled = request
        .and_then(|()| object.exporter().memory())
        // SAFETY: not NULL, so the caller vouches for it.
        .and_then(|memory| unsafe { fill(&memory, flags, view) });
    let obj = if filled.is_ok() { object.lend() } else { ptr::null_mut() };
    // SAFETY: as above.
    unsafe { (*view).obj = obj };
    filled
}

/// `PyBuffer_Release`: tells the exporter, sets `view.obj` to NULL and drops the reference.
///
/// Does nothing if `view.obj` is NULL: releasing the same struct again is harmless.
///
/// # Safety
///
/// `view` is valid to read and write and `view.obj` is NULL or from this crate's [`get_buffer`] or
/// [`fill_info`](crate::fill_info()), not yet given back, be it through a copy of the struct.
pub unsafe fn release(view: *mut Py_buffer) {
    // NULL first: nothing that the exporter does, panic included, can then release it again.
    // SAFETY: the caller vouches for the view.
    let obj = unsafe { ptr::replace(&raw mut (*view).obj, ptr::null_mut()) };
    if !obj.is_null() {
        // SAFETY: the caller says that `obj` is a reference not yet given back.
        unsafe { Object::take_back(obj) };
    }
}

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
    check_request(memory, flags)?;
    let (len, ndim) = check_layout(memory)?;

    let format = memory.format.unwrap_or(c"B").as_ptr();
    let given = |array: &[isize], wanted: bool| {
        if wanted && ndim > 0 { array.as_ptr().cast_mut() } else { ptr::null_mut() }
    };
    let suboffsets = memory.suboffsets.unwrap_or_default();
    let indirect = has(flags, PyBUF_INDIRECT) && memory.is_indirect();
    // SAFETY: not NULL, so the caller vouches for it.
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
    Ok(())
}

/// Whether the flags are a request at all: two values are for memoryviews only.
pub(crate) fn check_flags(flags: c_int) -> Result<(), Error> {
    if flags == PyBUF_READ || flags == PyBUF_WRITE {
        return Err(Error::BadFlags);
    }
    Ok(())
}

/// Whether memory like this can be had with flags like these.
fn check_request(memory: &Memory<'_>, flags: c_int) -> Result<(), Error> {
    let c = memory.is_c_contiguous();
    let f = memory.is_f_contiguous();
    if has(flags, PyBUF_WRITABLE) && memory.readonly {
        return Err(Error::NotWritable);
    }
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

/// The length in bytes and the number of dimensions, if the description makes sense.
pub(crate) fn check_layout(memory: &Memory<'_>) -> Result<(isize, c_int), Error> {
    if memory.ndim() > MAX_NDIM {
        return Err(Error::TooManyDimensions);
    }
    let suboffsets = memory.suboffsets.unwrap_or(memory.shape);
    if memory.strides.len() != memory.ndim() || suboffsets.len() != memory.ndim() {
        return Err(Error::InvalidLayout("the arrays differ in length"));
    }
    let len = memory.len().ok_or(Error::InvalidLayout(
        "an extent or the itemsize is negative, or their product too large",
    ))?;
    // Within MAX_NDIM, so it fits.
    Ok((len, memory.ndim() as c_int))
}
