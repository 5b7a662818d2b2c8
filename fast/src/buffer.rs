//! The struct that an exporter fills, laid out as CPython 3 lays it out.

use core::ffi::{c_char, c_int, c_void};
use core::ptr;

/// The most dimensions that a buffer may have.
pub const MAX_NDIM: usize = 64;

/// What an exporter tells a consumer about its memory.
///
/// Field for field the struct of CPython 3.3 and later, so that a pointer to one may be passed
/// to either. A copy is a second name for the same loan, not a second loan: release one of them.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Clone, Copy, Debug)]
pub struct Py_buffer {
    /// Where the element with only zeros for indices is.
    pub buf: *mut c_void,
    /// The exporter, as a reference that the view owns. NULL if there is nothing to release.
    pub obj: *mut c_void,
    /// Bytes of all elements together, as if they were packed.
    pub len: isize,
    /// Bytes of one element.
    pub itemsize: isize,
    /// Whether the memory must not be written: 0 or 1.
    pub readonly: c_int,
    /// How many dimensions, and so how many entries each of the three arrays has.
    pub ndim: c_int,
    /// What an element is, in the language of Python's `struct` module. NULL means `"B"`.
    pub format: *const c_char,
    /// Elements along each dimension, or NULL.
    pub shape: *mut isize,
    /// Bytes from one element to the next along each dimension; NULL means packed, C's order.
    pub strides: *mut isize,
    /// Dimension by dimension: follow a pointer, then add these bytes; negative: do not. Or NULL.
    pub suboffsets: *mut isize,
    /// The exporter's own.
    pub internal: *mut c_void,
}

impl Py_buffer {
    /// A view of nothing, to be filled. Releasing it does nothing.
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

#[cfg(test)]
mod tests {
    use super::*;
    use core::mem::{offset_of, size_of};

    /// Two C ints share one word on 64-bit machines and fill two on 32-bit ones.
    #[test]
    fn fields_are_where_c_puts_them() {
        let word = size_of::<usize>();
        let ints = 2 * size_of::<c_int>();
        assert_eq!(offset_of!(Py_buffer, buf), 0);
        assert_eq!(offset_of!(Py_buffer, obj), word);
        assert_eq!(offset_of!(Py_buffer, len), 2 * word);
        assert_eq!(offset_of!(Py_buffer, itemsize), 3 * word);
        assert_eq!(offset_of!(Py_buffer, readonly), 4 * word);
        assert_eq!(offset_of!(Py_buffer, ndim), 4 * word + size_of::<c_int>());
        assert_eq!(offset_of!(Py_buffer, format), 4 * word + ints);
        assert_eq!(offset_of!(Py_buffer, shape), 5 * word + ints);
        assert_eq!(offset_of!(Py_buffer, strides), 6 * word + ints);
        assert_eq!(offset_of!(Py_buffer, suboffsets), 7 * word + ints);
        assert_eq!(offset_of!(Py_buffer, internal), 8 * word + ints);
        assert_eq!(size_of::<Py_buffer>(), 9 * word + ints);
    }
}
