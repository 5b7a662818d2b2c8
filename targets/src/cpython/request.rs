//! Views: the functions that ask for one, look at it and give it back. They are tested, and we need them ourselves
//! to learn where memory is.

use std::ffi::{c_char, c_int};

use super::api::{Api, tested};
use super::layout::PyObject;
use super::object::Object;
use crate::buffer::Py_buffer;
use crate::view::View;

/// `PyObject_GetBuffer`.
pub type GetBuffer = unsafe extern "C" fn(*mut PyObject, *mut Py_buffer, c_int) -> c_int;

/// `PyBuffer_Release`.
pub type Release = unsafe extern "C" fn(*mut Py_buffer);

/// `PyBuffer_IsContiguous`.
pub type IsContiguous = unsafe extern "C" fn(*const Py_buffer, c_char) -> c_int;

impl Api {
    pub fn get_buffer(&self) -> Option<GetBuffer> {
        tested!(self, PyObject_GetBuffer: GetBuffer)
    }

    pub fn release(&self) -> Option<Release> {
        tested!(self, PyBuffer_Release: Release)
    }

    pub fn is_contiguous(&self) -> Option<IsContiguous> {
        tested!(self, PyBuffer_IsContiguous: IsContiguous)
    }

    /// Asks an object for a view and looks at it before it is given back. `None`: it was refused, and an exception
    /// is set.
    pub fn look<T>(
        &self,
        object: &Object,
        flags: c_int,
        look: impl FnOnce(&View) -> T,
    ) -> Option<T> {
        let (get, release) = (self.get_buffer()?, self.release()?);
        let view = View::poisoned();
        // SAFETY: an object, and a view to be filled.
        if unsafe { get(object.as_ptr(), view.as_ptr(), flags) } != 0 {
            return None;
        }
        let seen = look(&view);
        // SAFETY: it was granted.
        unsafe { release(view.as_ptr()) };
        Some(seen)
    }
}
