//! Copies, and what keeps them inside of the packed bytes.

use super::*;
use pybuf_fast::capi::copy::*;
use pybuf_fast::capi::request::*;
use pybuf_fast::flags::*;

const C: c_char = b'C' as c_char;
const F: c_char = b'F' as c_char;

/// A struct that no object lends.
fn view(bytes: &Bytes, len: isize) -> Py_buffer {
    Py_buffer { len, ..bytes.description }
}

#[test]
fn elements_are_packed_in_either_order() {
    let bytes = Bytes::strided(&[2, 3], &[8, 2]);
    let mut packed = [0_u8; 6];
    // SAFETY: as many bytes as the view has.
    let status = unsafe { pybuf_ToContiguous(packed.as_mut_ptr().cast(), &view(&bytes, 6), 6, F) };
    assert_eq!((status, packed), (0, [0, 8, 2, 10, 4, 12]));
}

#[test]
fn packed_bytes_become_elements() {
    let bytes = Bytes::strided(&[2, 3], &[12, 4]);
    let packed = [91_u8, 92, 93, 94, 95, 96, 97];
    let elements = || [0, 4, 8, 12, 16, 20].map(|place| bytes.contents()[place]);
    // SAFETY: there are as many bytes.
    unsafe {
        assert_eq!(pybuf_FromContiguous(&view(&bytes, 6), packed.as_ptr().cast(), 2, C), 0);
        assert_eq!(elements(), [91, 92, 8, 12, 16, 20]);
        assert_eq!(pybuf_FromContiguous(&view(&bytes, 6), packed.as_ptr().cast(), 7, F), 0);
    }
    assert_eq!(elements(), [91, 93, 95, 92, 94, 96]);
    assert_eq!(bytes.contents()[1], 1, "no element is there");
}

#[test]
fn a_length_that_is_not_the_views_is_refused() {
    let bytes = Bytes::new(&[6]);
    let mut packed = [77_u8; 8];
    for len in [-1, 0, 5, 7, isize::MAX] {
        // SAFETY: nothing is written.
        let status =
            unsafe { pybuf_ToContiguous(packed.as_mut_ptr().cast(), &view(&bytes, 6), len, C) };
        assert_eq!((status, class().as_str()), (-1, "ValueError"), "{len}");
    }
    assert_eq!(packed, [77; 8]);
}

/// A struct that contradicts itself would have more written than there is room for.
#[test]
fn a_view_that_contradicts_itself_is_refused() {
    let bytes = Bytes::strided(&[2, 3], &[8, 2]);
    let deep = Py_buffer { ndim: 65, ..view(&bytes, 6) };
    let nowhere = Py_buffer { buf: ptr::null_mut(), ..view(&bytes, 6) };
    let negative = Py_buffer { itemsize: -1, ..view(&bytes, 6) };
    let mut packed = [77_u8; 8];
    let buf: *mut c_void = packed.as_mut_ptr().cast();
    let (shape, strides) = (ptr::null_mut(), ptr::null_mut());
    let scalar = Py_buffer { ndim: 0, shape, strides, itemsize: 8, ..view(&bytes, 1) };
    let fewer = Py_buffer { ndim: -1, ..scalar };
    let [short, empty, less] = [4, 0, -1].map(|len| view(&bytes, len));
    let structs = [short, empty, less, deep, nowhere, negative, scalar, fewer];
    for (number, view) in structs.iter().enumerate() {
        // SAFETY: nothing is read or written.
        unsafe {
            assert_eq!(pybuf_ToContiguous(buf, view, view.len, C), -1, "{number}");
            assert!(["BufferError", "ValueError"].contains(&class().as_str()), "{number}");
            assert_eq!(pybuf_FromContiguous(view, buf, 8, C), -1, "{number}");
            assert!(["BufferError", "ValueError"].contains(&class().as_str()), "{number}");
        }
    }
    assert_eq!(packed, [77; 8]);
    assert_eq!(bytes.contents(), (0..24).collect::<Vec<_>>());
}

/// As that of a ctypes array that was resized.
#[test]
fn a_view_may_have_more_bytes_than_its_elements() {
    let bytes = Bytes::strided(&[2, 3], &[8, 2]);
    let mut packed = [77_u8; 8];
    // SAFETY: as many bytes as the view says.
    let status = unsafe { pybuf_ToContiguous(packed.as_mut_ptr().cast(), &view(&bytes, 8), 8, C) };
    assert_eq!((status, packed), (0, [0, 2, 4, 8, 10, 12, 77, 77]));
}

/// `PyBUF_SIMPLE` leaves the itemsize as it is, and some exporters the number of dimensions.
#[test]
fn without_a_shape_the_length_counts() {
    let bytes = Bytes::new(&[24]);
    let simple = Py_buffer {
        ndim: 2,
        itemsize: 8,
        shape: ptr::null_mut(),
        strides: ptr::null_mut(),
        ..view(&bytes, 24)
    };
    let mut packed = [77_u8; 24];
    // SAFETY: as many bytes as the view has.
    let status = unsafe { pybuf_ToContiguous(packed.as_mut_ptr().cast(), &simple, 24, C) };
    assert_eq!((status, packed.to_vec()), (0, bytes.contents()));
}

/// `PyBuffer_ToContiguous` says so by an assertion, if at all.
#[test]
fn no_other_order_is_known() {
    let bytes = Bytes::new(&[24]);
    let object = bytes.object();
    let mut packed = [77_u8; 24];
    let buf: *mut c_void = packed.as_mut_ptr().cast();
    let refused = |status: c_int, order| {
        assert_eq!((status, class().as_str()), (-1, "ValueError"), "{order}");
    };
    // SAFETY: there are as many bytes, and the reference is held until the end.
    unsafe {
        for order in [0, -1, b'X' as c_char, b'c' as c_char] {
            refused(pybuf_ToContiguous(buf, &view(&bytes, 24), 24, order), order);
            refused(pybuf_FromContiguous(&view(&bytes, 24), buf, 24, order), order);
            refused(pybuf_CopyToObject(object, buf, 24, order), order);
        }
        pybuf_DecRef(object);
    }
    assert_eq!((packed.to_vec(), bytes.contents()), (vec![77; 24], (0..24).collect()));
}

/// As many as make it worth while to share them.
#[cfg_attr(miri, ignore = "millions of elements")]
#[test]
fn threads_share_a_copy() {
    const ROWS: usize = 3000;
    const COLUMNS: usize = 2000;
    let value = |row: usize, column: usize| (row * 31 + column * 7 + row / 250) as u8;
    let by_rows: Vec<u8> =
        (0..ROWS * COLUMNS).map(|place| value(place / COLUMNS, place % COLUMNS)).collect();
    let by_columns: Vec<u8> =
        (0..ROWS * COLUMNS).map(|place| value(place % ROWS, place / ROWS)).collect();
    let len = by_rows.len() as isize;
    let (mut shape, mut strides) = ([ROWS as isize, COLUMNS as isize], [COLUMNS as isize, 1]);
    for threads in [c_int::MIN, -1, 0, 1, 2, 3, c_int::MAX] {
        let (mut packed, mut elements) = (vec![0; by_rows.len()], vec![0; by_rows.len()]);
        let view = Py_buffer {
            len,
            itemsize: 1,
            ndim: 2,
            shape: shape.as_mut_ptr(),
            strides: strides.as_mut_ptr(),
            ..Py_buffer::EMPTY
        };
        let from = Py_buffer { buf: by_rows.as_ptr().cast_mut().cast(), ..view };
        let to = Py_buffer { buf: elements.as_mut_ptr().cast(), ..view };
        // SAFETY: as many bytes as the views have.
        unsafe {
            let start = packed.as_mut_ptr().cast();
            assert_eq!(pybuf_ToContiguousThreads(start, &from, len, F, threads), 0);
            let start = by_columns.as_ptr().cast();
            assert_eq!(pybuf_FromContiguousThreads(&to, start, len, F, threads), 0);
        }
        assert!(packed == by_columns, "by {threads}");
        assert!(elements == by_rows, "by {threads}");
    }
}

#[test]
fn nowhere_is_enough_for_nothing() {
    let (empty, bytes) = (Bytes::new(&[0]), Bytes::new(&[6]));
    // SAFETY: no bytes are read or written, but for NULL, which is what is tried.
    unsafe {
        assert_eq!(pybuf_ToContiguous(ptr::null_mut(), &view(&empty, 0), 0, C), 0);
        assert_eq!(pybuf_FromContiguous(&view(&empty, 0), ptr::null(), 9, C), 0);
        assert_eq!(pybuf_FromContiguous(&view(&bytes, 6), ptr::null(), 0, C), 0);
        assert_eq!(pybuf_FromContiguous(&view(&bytes, 6), ptr::null(), -3, C), 0);
        assert!(nothing_failed());

        assert_eq!(pybuf_ToContiguous(ptr::null_mut(), &view(&bytes, 6), 6, C), -1);
        assert_eq!(class(), "SystemError");
        assert_eq!(pybuf_FromContiguous(&view(&bytes, 6), ptr::null(), 1, C), -1);
        assert_eq!(class(), "SystemError");
        assert_eq!(pybuf_ToContiguous(ptr::null_mut(), ptr::null(), 6, C), -1);
        assert_eq!(class(), "SystemError");
        assert_eq!(pybuf_FromContiguous(ptr::null(), ptr::null(), 6, C), -1);
        assert_eq!(class(), "SystemError");
    }
}

#[test]
fn objects_are_copied_to_objects() {
    let (to, from) = (Bytes::strided(&[2, 3], &[8, 2]), Bytes::strided(&[2, 3], &[1, 2]));
    let (dest, src) = (to.object(), from.object());
    // SAFETY: the references are held until the end, and there are as many bytes.
    unsafe {
        assert_eq!(pybuf_CopyData(dest, src), 0);
        assert_eq!(to.contents()[..13], [0, 1, 2, 3, 4, 5, 6, 7, 1, 9, 3, 11, 5]);
        assert_eq!(pybuf_CopyToObject(src, [91, 92, 93].as_ptr().cast::<c_void>(), 1, C), 0);
        assert_eq!(pybuf_CopyToObject(src, ptr::null(), 0, C), 0);
        assert_eq!(from.contents()[0], 91);
        assert!(nothing_failed());

        for (dest, src) in [(dest, ptr::null_mut()), (ptr::null_mut(), src)] {
            assert_eq!((pybuf_CopyData(dest, src), class().as_str()), (-1, "SystemError"));
        }
        let refusals = [(6, "SystemError"), (-1, "ValueError")];
        for (len, expected) in refusals {
            let status = pybuf_CopyToObject(dest, ptr::null(), len, C);
            assert_eq!((status, class().as_str()), (-1, expected));
        }
        let many = [0_u8; 7];
        assert_eq!(pybuf_CopyToObject(dest, many.as_ptr().cast(), 7, C), -1);
        assert_eq!(class(), "BufferError");
        assert_eq!(pybuf_CopyToObject(ptr::null_mut(), many.as_ptr().cast(), 7, C), -1);
        assert_eq!(class(), "SystemError");

        pybuf_DecRef(dest);
        pybuf_DecRef(src);
    }
    assert_eq!((to.views.get(), from.views.get()), (0, 0));
}

#[test]
fn granted_views_are_copied_from() {
    let bytes = Bytes::strided(&[4], &[3]);
    let object = bytes.object();
    let (mut view, mut packed) = (Py_buffer::EMPTY, [0_u8; 4]);
    // SAFETY: the view is released, then the reference dropped.
    unsafe {
        assert_eq!(pybuf_GetBuffer(object, &mut view, PyBUF_FULL_RO), 0);
        assert_eq!(pybuf_ToContiguous(packed.as_mut_ptr().cast(), &view, 4, C), 0);
        pybuf_Release(&mut view);
        pybuf_DecRef(object);
    }
    assert_eq!(packed, [0, 3, 6, 9]);
}
