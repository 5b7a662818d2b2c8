//! The struct of a view, declared from CPython's documentation and header. Of the fast implementation's own
//! declaration nothing is used here: with an error in that, both targets would agree on what is wrong.

use std::ffi::{c_char, c_int, c_void};
use std::ptr;

/// `PyBUF_MAX_NDIM`.
pub const MAX_NDIM: usize = 64;

/// `Py_buffer` of Python 3. That of 2.7 has one more field, `smalltable`, before `internal`.
#[allow(non_camel_case_types)]
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Py_buffer {
    pub buf: *mut c_void,
    pub obj: *mut c_void,
    pub len: isize,
    pub itemsize: isize,
    pub readonly: c_int,
    pub ndim: c_int,
    pub format: *const c_char,
    pub shape: *mut isize,
    pub strides: *mut isize,
    pub suboffsets: *mut isize,
    pub internal: *mut c_void,
}

impl Py_buffer {
    /// A view of nothing.
    pub const EMPTY: Self = Self {
        buf: ptr::null_mut(),
        obj: ptr::null_mut(),
        len: 0,
        itemsize: 0,
        readonly: 0,
        ndim: 0,
        format: ptr::null(),
        shape: ptr::null_mut(),
        strides: ptr::null_mut(),
        suboffsets: ptr::null_mut(),
        internal: ptr::null_mut(),
    };
}

/// Fails the build unless a declaration of `Py_buffer` has each field where a 64-bit C compiler puts it.
macro_rules! assert_layout {
    ($declaration:ty) => {
        const _: () = {
            use std::mem::{offset_of, size_of};
            assert!(offset_of!($declaration, buf) == 0);
            assert!(offset_of!($declaration, obj) == 8);
            assert!(offset_of!($declaration, len) == 16);
            assert!(offset_of!($declaration, itemsize) == 24);
            assert!(offset_of!($declaration, readonly) == 32);
            assert!(offset_of!($declaration, ndim) == 36);
            assert!(offset_of!($declaration, format) == 40);
            assert!(offset_of!($declaration, shape) == 48);
            assert!(offset_of!($declaration, strides) == 56);
            assert!(offset_of!($declaration, suboffsets) == 64);
            assert!(offset_of!($declaration, internal) == 72);
            assert!(size_of::<$declaration>() == 80);
        };
    };
}
pub(crate) use assert_layout;

assert_layout!(Py_buffer);
