//! A view filled by hand, as the struct that functions take.

use std::ptr;

use pybuf_harness::call::BareView;

use crate::buffer::Py_buffer;

/// Owns the arrays that the struct points to.
pub struct Bare {
    buffer: Py_buffer,
    _arrays: [Option<Vec<isize>>; 3],
}

impl Bare {
    /// With the fields that the view tells; the others are as in [`Py_buffer::EMPTY`].
    pub fn new(view: &BareView) -> Self {
        let entries = |array: &Option<Vec<i64>>| -> Option<Vec<isize>> {
            Some(array.as_ref()?.iter().map(|&entry| entry as isize).collect())
        };
        let mut arrays = [&view.shape, &view.strides, &view.suboffsets].map(entries);
        let [shape, strides, suboffsets] =
            arrays.each_mut().map(|a| a.as_mut().map_or(ptr::null_mut(), |a| a.as_mut_ptr()));
        let buffer = Py_buffer {
            len: view.len as isize,
            itemsize: view.itemsize as isize,
            ndim: view.ndim,
            shape,
            strides,
            suboffsets,
            ..Py_buffer::EMPTY
        };
        Self { buffer, _arrays: arrays }
    }

    /// The struct. What it points to is there as long as this is.
    pub fn buffer(&self) -> Py_buffer {
        self.buffer
    }
}
