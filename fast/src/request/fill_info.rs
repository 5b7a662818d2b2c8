//! Filling a view of plain bytes.

use core::ffi::c_int;
use core::ptr;

use crate::buffer::Py_buffer;
use crate::error::Error;
use crate::exporter::Object;
use crate::exporter::answer::check_flags;
use crate::flags::*;

/// `PyBuffer_FillInfo`: answers a request for `len` writable or read-only bytes at `buf`.
///
/// Only the request for writable memory can fail: bytes are contiguous in every order, a lone
/// `PyBUF_FORMAT` is granted, and neither `buf` nor `len` is looked at. `readonly` is passed on as
/// it is; any value but 0 is read-only. A view with an exporter holds a reference to it and is
/// one of its exports until [`release`](crate::release()).
///
/// `shape` and `strides` point at `len` and `itemsize` of the struct itself, as in CPython: a
/// copy of the struct still points into the original.
///
/// # Errors
///
/// [`Error::ViewIsNull`], [`Error::BadFlags`], [`Error::NotWritable`], in this order. Then
/// `view.obj` is NULL, if there is a view, and no other field was touched.
///
/// # Safety
///
/// `view` is NULL or valid to write; what is there need not be initialised and is not released.
pub unsafe fn fill_info(
    view: *mut Py_buffer,
    exporter: Option<&Object>,
    buf: *mut u8,
    len: isize,
    readonly: c_int,
    flags: c_int,
) -> Result<(), Error> {
    if view.is_null() {
        return Err(Error::ViewIsNull);
    }
    if let Err(refusal) = check(readonly, flags) {
        // SAFETY: not NULL, so the caller vouches for it.
        unsafe { (*view).obj = ptr::null_mut() };
        return Err(refusal);
    }
    // SAFETY: not NULL, so the caller vouches for it.
    unsafe {
        let if_asked = |flag, own| if has(flags, flag) { own } else { ptr::null_mut() };
        (*view).buf = buf.cast();
        (*view).obj = exporter.map_or(ptr::null_mut(), Object::lend);
        (*view).len = len;
        (*view).itemsize = 1;
        (*view).readonly = readonly;
        (*view).ndim = 1;
        (*view).format = if has(flags, PyBUF_FORMAT) { c"B".as_ptr() } else { ptr::null() };
        (*view).shape = if_asked(PyBUF_ND, &raw mut (*view).len);
        (*view).strides = if_asked(PyBUF_STRIDES, &raw mut (*view).itemsize);
        (*view).suboffsets = ptr::null_mut();
        (*view).internal = ptr::null_mut();
    }
    Ok(())
}

fn check(readonly: c_int, flags: c_int) -> Result<(), Error> {
    check_flags(flags)?;
    if has(flags, PyBUF_WRITABLE) && readonly != 0 {
        return Err(Error::NotWritable);
    }
    Ok(())
}
