//! Requests: what a consumer asks for, what it gets or why not, and giving it back.

pub mod fill_info;

use core::ffi::c_int;
use core::ptr;

use crate::buffer::Py_buffer;
use crate::error::Error;
use crate::exporter::Object;
use crate::exporter::answer::check_flags;

pub use crate::exporter::answer::fill;

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
#[inline]
pub unsafe fn get_buffer(object: &Object, view: *mut Py_buffer, flags: c_int) -> Result<(), Error> {
    let request = check_flags(flags);
    if view.is_null() {
        return request.and(Err(Error::ViewIsNull));
    }
    // SAFETY: not NULL, so the caller vouches for it.
    let answered = request.and_then(|()| unsafe { object.answer(view, flags) });
    if answered.is_err() {
        // SAFETY: as above.
        unsafe { (*view).obj = ptr::null_mut() };
    }
    answered
}

/// `PyBuffer_Release`: tells the exporter, sets `view.obj` to NULL and drops the reference.
///
/// Does nothing if `view.obj` is NULL: releasing the same struct again is harmless.
///
/// # Safety
///
/// `view` is valid to read and write and `view.obj` is NULL or from this crate's [`get_buffer`] or
/// [`fill_info`](crate::fill_info()), not yet given back, be it through a copy of the struct.
#[inline]
pub unsafe fn release(view: *mut Py_buffer) {
    // NULL first: nothing that the exporter does, panic included, can then release it again.
    // SAFETY: the caller vouches for the view.
    let obj = unsafe { ptr::replace(&raw mut (*view).obj, ptr::null_mut()) };
    if !obj.is_null() {
        // SAFETY: the caller says that `obj` is a reference not yet given back.
        unsafe { Object::take_back(obj) };
    }
}
