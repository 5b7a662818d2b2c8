//! The structs of CPython, as far as they are the same in 2.7 and in every 3.x: those parts are used
//! that are, and no others.

use std::ffi::{c_char, c_int, c_ulong, c_void};

use crate::buffer::Py_buffer;

/// The head of every object.
#[repr(C)]
pub struct PyObject {
    /// From 3.12 on only half of it counts references: see `Object::references`.
    pub ob_refcnt: usize,
    pub ob_type: *mut PyTypeObject,
}

/// A type, up to its flags, with room for what follows them in any version.
#[repr(C)]
pub struct PyTypeObject {
    pub ob_base: PyObject,
    pub ob_size: isize,
    pub tp_name: *const c_char,
    pub tp_basicsize: isize,
    pub tp_itemsize: isize,
    pub tp_dealloc: Option<unsafe extern "C" fn(*mut PyObject)>,
    /// From `tp_print` (later `tp_vectorcall_offset`) to `tp_setattro`.
    pub print_to_setattro: [usize; 13],
    pub tp_as_buffer: *mut PyBufferProcs,
    pub tp_flags: c_ulong,
    pub rest: [usize; 64],
}

/// Python 2: the type may have `bf_getcharbuffer`.
pub const HAVE_GETCHARBUFFER: c_ulong = 1 << 0;
/// Python 2: the type has the fields that came with 2.2, such as `tp_base`.
pub const HAVE_CLASS: c_ulong = 1 << 8;
/// Python 2: the type may have `bf_getbuffer`.
pub const HAVE_NEWBUFFER: c_ulong = 1 << 21;

/// Python 2: a buffer object, up to where its memory is if it has no base.
#[repr(C)]
pub struct PyBufferObject {
    pub ob_base: PyObject,
    pub b_base: *mut PyObject,
    pub b_ptr: *mut c_void,
}

pub type GetSlot = unsafe extern "C" fn(*mut PyObject, isize, *mut *mut c_void) -> isize;
pub type CountSlot = unsafe extern "C" fn(*mut PyObject, *mut isize) -> isize;
pub type GetBufferSlot = unsafe extern "C" fn(*mut PyObject, *mut Py_buffer, c_int) -> c_int;
pub type ReleaseBufferSlot = unsafe extern "C" fn(*mut PyObject, *mut Py_buffer);

/// The buffer slots of Python 2. Python 3 has dropped the old ones, so its struct is the tail of this.
#[repr(C)]
#[derive(Default)]
pub struct PyBufferProcs {
    pub bf_getreadbuffer: Option<GetSlot>,
    pub bf_getwritebuffer: Option<GetSlot>,
    pub bf_getsegcount: Option<CountSlot>,
    pub bf_getcharbuffer: Option<GetSlot>,
    pub new: NewBufferProcs,
}

/// The slots of the new protocol: all there are in Python 3.
#[repr(C)]
#[derive(Default)]
pub struct NewBufferProcs {
    pub bf_getbuffer: Option<GetBufferSlot>,
    pub bf_releasebuffer: Option<ReleaseBufferSlot>,
}

#[cfg(test)]
mod tests {
    use std::mem::{offset_of, size_of};

    use super::*;

    #[test]
    fn fields_are_where_c_puts_them() {
        let word = size_of::<usize>();
        assert_eq!(offset_of!(PyTypeObject, tp_name), 3 * word);
        assert_eq!(offset_of!(PyTypeObject, tp_dealloc), 6 * word);
        assert_eq!(offset_of!(PyTypeObject, tp_as_buffer), 20 * word);
        assert_eq!(offset_of!(PyTypeObject, tp_flags), 21 * word);
        assert_eq!(offset_of!(PyBufferProcs, new), 4 * word);
        assert_eq!(size_of::<NewBufferProcs>(), 2 * word);
    }
}
