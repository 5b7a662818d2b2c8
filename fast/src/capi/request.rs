//! Requests, and giving back.

use core::ffi::{c_int, c_void};
use core::ptr;

use super::error::or;
use super::handle::read;
use super::object::{described, object, pybuf_object};
use crate::buffer::Py_buffer;
use crate::request;

/// `PyObject_CheckBuffer`: whether the object has a buffer interface, as all have that are not NULL.
/// That is no promise that a request is granted.
#[unsafe(no_mangle)]
pub extern "C" fn pybuf_CheckBuffer(object: *const pybuf_object) -> c_int {
    c_int::from(!object.is_null())
}

/// `PyObject_GetBuffer`: asks for a view. Returns 0, and the view is to be given back by
/// `pybuf_Release`; or -1, and of the view only `obj` was written, which is NULL.
///
/// The exception is BufferError where the memory does not meet the flags, SystemError for a NULL object
/// or flags that are no request, and any other that the exporter raises.
///
/// # Safety
///
/// `object` is NULL or a reference that is held; `view` is NULL or good for writing. What it points at
/// is used until the release only, and not written if it is read-only.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_GetBuffer(
    object: *mut pybuf_object,
    view: *mut Py_buffer,
    flags: c_int,
) -> c_int {
    // SAFETY: left to the caller.
    let granted = unsafe {
        self::object(object)
            .inspect_err(|_| forget_obj(view))
            .and_then(|object| request::get_buffer(&object, view, flags))
    };
    or(-1, granted.map(|()| 0))
}

/// `PyBuffer_Release`: gives a view back, and sets its `obj` to NULL. Again, or of NULL, it does
/// nothing.
///
/// # Safety
///
/// `view` is NULL or was filled by this library; it is not a copy of one that was given back. Views of
/// other libraries are theirs to release.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_Release(view: *mut Py_buffer) {
    if !view.is_null() {
        // SAFETY: left to the caller.
        unsafe { request::release(view) };
    }
}

/// `PyBuffer_FillInfo`: fills a view of `len` bytes at `buf`. With an exporter, the view holds a
/// reference to it and is one of its exports until `pybuf_Release`; without, there is nothing to
/// release.
///
/// Fails if writable memory is asked for and `readonly` is not 0. Shape and strides point into the
/// struct itself.
///
/// # Safety
///
/// As for `pybuf_GetBuffer`. `exporter` may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_FillInfo(
    view: *mut Py_buffer,
    exporter: *mut pybuf_object,
    buf: *mut c_void,
    len: isize,
    readonly: c_int,
    flags: c_int,
) -> c_int {
    // SAFETY: left to the caller.
    let filled = unsafe {
        let exporter = object(exporter).ok();
        crate::fill_info(view, exporter.as_deref(), buf.cast(), len, readonly, flags)
    };
    or(-1, filled.map(|()| 0))
}

/// Answers a request for memory that `memory` describes in full: for the `bf_getbuffer` of an exporter
/// of any runtime. Fills all fields but `obj`, which the exporter sets itself to a reference; on a
/// failure nothing is written.
///
/// Of `memory` the fields count that `pybuf_exporter.describe` fills. The view borrows format and
/// arrays.
///
/// # Safety
///
/// Both are NULL or good for reading and for writing; format and arrays are as long as they say, and
/// outlive the view.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_Fill(
    view: *mut Py_buffer,
    memory: *const Py_buffer,
    flags: c_int,
) -> c_int {
    // SAFETY: left to the caller.
    let filled = unsafe {
        read(memory)
            .and_then(|full| described(full))
            .and_then(|memory| request::fill(&memory, flags, view))
    };
    or(-1, filled.map(|()| 0))
}

/// A view that was refused refers to nothing.
///
/// # Safety
///
/// `view` is NULL or good for writing.
unsafe fn forget_obj(view: *mut Py_buffer) {
    if !view.is_null() {
        // SAFETY: left to the caller.
        unsafe { (*view).obj = ptr::null_mut() };
    }
}
