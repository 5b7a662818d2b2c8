//! The C interface, as C calls it.

mod compat;
mod copies;
mod errors;
mod layouts;
mod memoryviews;
mod old;
mod requests;

use std::cell::{Cell, RefCell};
use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr;

use pybuf_fast::Py_buffer;
use pybuf_fast::capi::error::*;
use pybuf_fast::capi::object::*;

/// An exporter as C would write it: bytes, described by a struct.
struct Bytes {
    memory: RefCell<Vec<u8>>,
    shape: Vec<isize>,
    strides: Vec<isize>,
    description: Py_buffer,
    /// How many views are out.
    views: Cell<isize>,
    destroyed: Cell<bool>,
    /// What it does instead of describing itself.
    failure: Cell<Option<fn()>>,
}

impl Bytes {
    /// Bytes that count from 0, packed in C's order.
    fn new(shape: &[isize]) -> Box<Self> {
        Self::strided(shape, &pybuf_fast::c_strides(shape, 1))
    }

    /// 24 bytes, of which these are elements.
    fn strided(shape: &[isize], strides: &[isize]) -> Box<Self> {
        let mut bytes = Box::new(Self {
            memory: RefCell::new((0..24).collect()),
            shape: shape.to_vec(),
            strides: strides.to_vec(),
            description: Py_buffer::EMPTY,
            views: Cell::new(0),
            destroyed: Cell::new(false),
            failure: Cell::new(None),
        });
        bytes.description = Py_buffer {
            buf: bytes.memory.borrow_mut().as_mut_ptr().cast(),
            itemsize: 1,
            ndim: shape.len() as c_int,
            shape: bytes.shape.as_mut_ptr(),
            strides: bytes.strides.as_mut_ptr(),
            ..Py_buffer::EMPTY
        };
        bytes
    }

    /// A new reference to an object of it. It must outlive the object.
    fn object(&self) -> *mut pybuf_object {
        // SAFETY: the functions are of this type.
        unsafe { pybuf_Object_New(&TABLE, ptr::from_ref(self).cast_mut().cast()) }
    }

    fn contents(&self) -> Vec<u8> {
        let start = self.description.buf.cast::<u8>();
        // SAFETY: that many are there, and nobody writes them meanwhile.
        (0..24).map(|offset| unsafe { start.add(offset).read() }).collect()
    }
}

const TABLE: pybuf_exporter = pybuf_exporter {
    describe: Some(describe),
    granted: Some(granted),
    released: Some(released),
    destroyed: Some(destroyed),
};

/// # Safety
///
/// `itself` is what an object of `Bytes` was made of; so it is below.
unsafe fn bytes<'a>(itself: *mut c_void) -> &'a Bytes {
    // SAFETY: left to the caller.
    unsafe { &*itself.cast() }
}

unsafe extern "C-unwind" fn describe(itself: *mut c_void, memory: *mut Py_buffer) -> c_int {
    // SAFETY: called with what the object was made of, and a struct to fill.
    let (bytes, memory) = unsafe { (bytes(itself), &mut *memory) };
    if let Some(failure) = bytes.failure.get() {
        failure();
        return -1;
    }
    *memory = bytes.description;
    0
}

unsafe extern "C-unwind" fn granted(itself: *mut c_void) {
    // SAFETY: as in `describe`.
    let views = unsafe { &bytes(itself).views };
    views.set(views.get() + 1);
}

unsafe extern "C-unwind" fn released(itself: *mut c_void) {
    // SAFETY: as in `describe`.
    let views = unsafe { &bytes(itself).views };
    views.set(views.get() - 1);
}

unsafe extern "C-unwind" fn destroyed(itself: *mut c_void) {
    // SAFETY: as in `describe`.
    assert!(!unsafe { bytes(itself) }.destroyed.replace(true), "destroyed twice");
}

/// The class and the message of the last failure, which is forgotten.
fn failure() -> (String, String) {
    let text = |text: *const c_char| {
        assert!(!text.is_null(), "nothing has failed");
        // SAFETY: there until the next failure.
        unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
    };
    let failure = (text(pybuf_Error_Occurred()), text(pybuf_Error_Message()));
    pybuf_Error_Clear();
    failure
}

/// The class of the last failure, which is forgotten.
fn class() -> String {
    failure().0
}

fn nothing_failed() -> bool {
    pybuf_Error_Occurred().is_null() && pybuf_Error_Message().is_null()
}
