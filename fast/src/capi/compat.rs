//! The functions from before Python 3 as Python 3 kept them, of any object.

use core::ffi::{c_char, c_int, c_void};

use super::error::asking;
use super::object::{object, pybuf_object};
use super::old::tell;
use crate::compat;
use crate::error::Error;
use crate::old_protocol::Segment;

/// `PyObject_AsCharBuffer` of Python 3: sets where an object's bytes are, and how many. Nothing keeps
/// them there. Returns 0, or -1 with TypeError, and nothing was written.
///
/// # Safety
///
/// `object` is NULL or a reference that is held; the others are NULL or good for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_AsCharBuffer(
    object: *mut pybuf_object,
    buffer: *mut *const c_char,
    len: *mut isize,
) -> c_int {
    // SAFETY: left to the caller.
    unsafe { tell(segment(object, compat::as_char_buffer), buffer.cast(), len) }
}

/// `PyObject_AsReadBuffer` of Python 3: the same.
///
/// # Safety
///
/// As for `pybuf_AsCharBuffer`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_AsReadBuffer(
    object: *mut pybuf_object,
    buffer: *mut *const c_void,
    len: *mut isize,
) -> c_int {
    // SAFETY: left to the caller.
    unsafe { tell(segment(object, compat::as_read_buffer), buffer.cast(), len) }
}

/// `PyObject_AsWriteBuffer` of Python 3: the same, to write.
///
/// # Safety
///
/// As for `pybuf_AsCharBuffer`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_AsWriteBuffer(
    object: *mut pybuf_object,
    buffer: *mut *mut c_void,
    len: *mut isize,
) -> c_int {
    // SAFETY: left to the caller.
    unsafe { tell(segment(object, compat::as_write_buffer), buffer.cast(), len) }
}

/// `PyObject_CheckReadBuffer` of Python 3: 1 if the object grants a view of plain bytes, otherwise 0.
///
/// # Safety
///
/// `object` is NULL or a reference that is held.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_CheckReadBuffer(object: *mut pybuf_object) -> c_int {
    // SAFETY: left to the caller.
    let object = unsafe { self::object(object) };
    asking(|| object.map_or(0, |object| c_int::from(compat::check_read_buffer(&object))))
}

/// # Safety
///
/// `object` is NULL or a reference that is held.
unsafe fn segment(
    object: *mut pybuf_object,
    ask: fn(&crate::Object) -> Result<Segment, Error>,
) -> Result<Segment, Error> {
    // SAFETY: left to the caller.
    unsafe { self::object(object) }.and_then(|object| ask(&object))
}
