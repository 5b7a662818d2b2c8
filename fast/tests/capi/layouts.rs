//! Contiguity, strides, formats and where elements are.

use super::*;
use pybuf_fast::capi::layout::*;

#[test]
fn contiguity_is_told_of_any_struct() {
    let bytes = Bytes::strided(&[2, 3], &[1, 2]);
    let view = Py_buffer { len: 6, ..bytes.description };
    let answers = |view: *const Py_buffer| {
        // SAFETY: the arrays have as many entries.
        [b'C', b'F', b'A', b'X'].map(|order| unsafe { pybuf_IsContiguous(view, order as c_char) })
    };
    assert_eq!(answers(&view), [0, 1, 1, 0]);
    // Emptiness is a matter of the length.
    assert_eq!(answers(&Py_buffer { len: 0, ..view }), [1, 1, 1, 0]);
    assert_eq!(answers(ptr::null()), [0; 4]);
    assert!(nothing_failed());
}

#[test]
fn elements_are_found() {
    let bytes = Bytes::strided(&[2, 3], &[8, 2]);
    let view = Py_buffer { len: 6, ..bytes.description };
    let start = view.buf.cast::<u8>();
    // SAFETY: the indices are inside, or NULL.
    unsafe {
        let found = pybuf_GetPointer(&view, [1, 2].as_ptr());
        assert_eq!(found, start.add(12).cast());
        let scalar = Py_buffer { ndim: 0, len: 1, ..view };
        assert_eq!(pybuf_GetPointer(&scalar, ptr::null()), view.buf);
        assert!(nothing_failed());
        assert!(pybuf_GetPointer(&view, ptr::null()).is_null());
        assert_eq!(class(), "SystemError");
        assert!(pybuf_GetPointer(ptr::null(), [1, 2].as_ptr()).is_null());
        assert_eq!(class(), "SystemError");
    }
}

#[test]
fn strides_are_filled() {
    let shape = [2, 3, 4];
    let filled = |ndim, order: u8| {
        let mut strides = [77; 4];
        // SAFETY: both arrays have three entries and more.
        unsafe {
            pybuf_FillContiguousStrides(
                ndim,
                shape.as_ptr(),
                strides.as_mut_ptr(),
                8,
                order as c_char,
            )
        };
        strides
    };
    assert_eq!(filled(3, b'C'), [96, 32, 8, 77]);
    assert_eq!(filled(3, b'F'), [8, 16, 48, 77]);
    assert_eq!(filled(0, b'C'), [77; 4]);
    assert_eq!(filled(-3, b'C'), [77; 4]);
    let mut strides = [77];
    // SAFETY: NULL is what is tried.
    unsafe {
        pybuf_FillContiguousStrides(1, ptr::null(), strides.as_mut_ptr(), 8, 0);
        pybuf_FillContiguousStrides(1, shape.as_ptr(), ptr::null_mut(), 8, 0);
    }
    assert_eq!(strides, [77]);
}

#[test]
fn formats_have_a_size_or_an_error() {
    // SAFETY: C strings, or NULL.
    let size = |format: *const c_char| unsafe { pybuf_SizeFromFormat(format) };
    assert_eq!(size(c"<10sIh".as_ptr()), 16);
    assert_eq!(size(c"".as_ptr()), 0);
    assert!(nothing_failed());
    let failures = [
        (c"T{i}", "error"),
        (c"3", "error"),
        (c"\xc3\xa9", "UnicodeEncodeError"),
        (c"\xff", "UnicodeDecodeError"),
    ];
    for (format, expected) in failures {
        assert_eq!((size(format.as_ptr()), class().as_str()), (-1, expected), "{format:?}");
    }
    assert_eq!((size(ptr::null()), class().as_str()), (-1, "SystemError"));
}
