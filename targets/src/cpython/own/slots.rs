//! The slots of our own types: what the interpreter calls when it is asked for their memory.
//!
//! It calls them for objects of the types that have them only, which is what makes them sound.

use std::ffi::{c_int, c_void};
use std::ptr;

use pybuf_fast::{Exporter, request};

use super::instance::{Behaviour, own};
use crate::buffer::Py_buffer;
use crate::cpython::layout::PyObject;

/// `PyBUF_READ` and `PyBUF_WRITE`, which are no requests.
const NO_REQUESTS: [c_int; 2] = [0x100, 0x200];

/// `bf_getbuffer` of the exporter.
pub unsafe extern "C" fn lend(object: *mut PyObject, view: *mut Py_buffer, flags: c_int) -> c_int {
    // SAFETY: an object of ours; while it is asked, somebody has a reference to it.
    let own = unsafe { own(object) };
    let Behaviour::Exporter { block, .. } = &own.behaviour else {
        return -1;
    };
    // From 3.13 on PyObject_GetBuffer refuses these itself, and `fill` does as it does. Before, they
    // come here and ask for nothing, for want of the other bits of their flags.
    let flags = if NO_REQUESTS.contains(&flags) { 0 } else { flags };
    // SAFETY: the view is NULL or one to be filled, of the same layout. It holds a reference to the object, and so to the
    // block with its arrays.
    let filled =
        block.memory().and_then(|memory| unsafe { request::fill(&memory, flags, view.cast()) });
    let obj = match &filled {
        Ok(()) => object,
        Err(error) => {
            own.api.raise(error.exception().name(), &error.to_string());
            ptr::null_mut()
        }
    };
    // SAFETY: as above.
    unsafe { set_obj(view, obj) };
    if obj.is_null() {
        return -1;
    }
    // SAFETY: an object.
    unsafe { (own.api.Py_IncRef)(obj) };
    0
}

/// `bf_releasebuffer` of the exporter.
pub unsafe extern "C" fn take_back(object: *mut PyObject, _: *mut Py_buffer) {
    // SAFETY: an object of ours; the view has a reference to it.
    if let Behaviour::Exporter { counts, .. } = unsafe { &own(object).behaviour } {
        counts.releases.set(counts.releases.get() + 1);
    }
}

/// `bf_getbuffer` of the type that raises.
pub unsafe extern "C" fn raise_new(object: *mut PyObject, view: *mut Py_buffer, _: c_int) -> c_int {
    // SAFETY: an object of ours, and a view to be filled or NULL.
    unsafe {
        raise(object);
        set_obj(view, ptr::null_mut());
    }
    -1
}

/// An old get slot that raises.
pub unsafe extern "C" fn raise_old(
    object: *mut PyObject,
    _segment: isize,
    _memory: *mut *mut c_void,
) -> isize {
    // SAFETY: an object of ours.
    unsafe { raise(object) };
    -1
}

/// An old get slot of the type that has nothing else.
pub unsafe extern "C" fn get_old(
    object: *mut PyObject,
    _segment: isize,
    memory: *mut *mut c_void,
) -> isize {
    // SAFETY: an object of ours, and a place for a pointer.
    unsafe {
        let Behaviour::Slots { memory: bytes, len, .. } = &own(object).behaviour else {
            return -1;
        };
        *memory = bytes.as_ptr().cast_mut().cast();
        *len as isize
    }
}

/// `bf_getsegcount`.
pub unsafe extern "C" fn count(object: *mut PyObject, total: *mut isize) -> isize {
    // SAFETY: an object of ours.
    let (segments, len) = match unsafe { &own(object).behaviour } {
        Behaviour::Slots { segments, len, .. } => (*segments, *len),
        _ => (1, 0),
    };
    if !total.is_null() {
        // SAFETY: a place for the length of all segments together.
        unsafe { *total = len as isize };
    }
    segments as isize
}

/// `bf_getsegcount` that raises.
pub unsafe extern "C" fn raise_count(object: *mut PyObject, _total: *mut isize) -> isize {
    // SAFETY: an object of ours.
    unsafe { raise(object) };
    -1
}

/// # Safety
///
/// An object of ours.
unsafe fn raise(object: *mut PyObject) {
    // SAFETY: left to the caller.
    let own = unsafe { own(object) };
    let exception = match &own.behaviour {
        Behaviour::Raising { exception } => exception,
        _ => "ValueError",
    };
    own.api.raise(exception, "as told");
}

/// # Safety
///
/// NULL, or a view to write to.
unsafe fn set_obj(view: *mut Py_buffer, obj: *mut PyObject) {
    if !view.is_null() {
        // SAFETY: left to the caller.
        unsafe { (*view).obj = obj.cast() };
    }
}
