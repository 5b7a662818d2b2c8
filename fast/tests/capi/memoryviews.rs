//! Memoryviews: whom they keep, and when they may go.

use super::*;
use pybuf_fast::capi::copy::pybuf_ToContiguous;
use pybuf_fast::capi::memoryview::*;
use pybuf_fast::capi::request::*;
use pybuf_fast::flags::*;

/// The elements of a memoryview, packed in C's order.
fn contents(memoryview: *const pybuf_memoryview) -> Vec<u8> {
    let mut view = Py_buffer::EMPTY;
    // SAFETY: the memoryview is there, and the view is released.
    unsafe {
        let object = pybuf_MemoryView_AsObject(memoryview);
        assert_eq!(pybuf_GetBuffer(object, &mut view, PyBUF_FULL_RO), 0);
        let mut packed = vec![0; view.len.unsigned_abs()];
        let order = b'C' as c_char;
        assert_eq!(pybuf_ToContiguous(packed.as_mut_ptr().cast(), &view, view.len, order), 0);
        pybuf_Release(&mut view);
        packed
    }
}

#[test]
fn the_last_of_them_lets_go() {
    let bytes = Bytes::new(&[2, 3]);
    let object = bytes.object();
    // SAFETY: each is dropped once.
    unsafe {
        let all = pybuf_MemoryView_FromObject(object);
        pybuf_DecRef(object);
        let last = pybuf_MemoryView_Slice(all, -1, isize::MAX, 1);
        let reversed = pybuf_MemoryView_Slice(all, isize::MAX, isize::MIN, -1);
        pybuf_MemoryView_Drop(all);
        assert_eq!((contents(last), contents(reversed)), (vec![3, 4, 5], vec![3, 4, 5, 0, 1, 2]));
        pybuf_MemoryView_Drop(last);
        assert!(!bytes.destroyed.get());
        pybuf_MemoryView_Drop(reversed);
    }
    assert!(bytes.destroyed.get());
    assert!(nothing_failed());
}

#[test]
fn a_view_outlives_the_memoryview() {
    let bytes = Bytes::new(&[3]);
    let object = bytes.object();
    let mut view = Py_buffer::EMPTY;
    // SAFETY: each is dropped once.
    unsafe {
        let memoryview = pybuf_MemoryView_FromObject(object);
        pybuf_DecRef(object);
        let lender = pybuf_NewRef(pybuf_MemoryView_AsObject(memoryview));
        assert_eq!(pybuf_GetBuffer(lender, &mut view, PyBUF_SIMPLE), 0);
        assert_eq!(view.obj, lender.cast());
        assert_eq!(pybuf_MemoryView_Release(memoryview), -1);
        assert_eq!(class(), "BufferError");
        pybuf_MemoryView_Drop(memoryview);
        pybuf_DecRef(lender);
        assert!(!bytes.destroyed.get());
        assert_eq!(view.buf.cast::<u8>().add(2).read(), 2);
        pybuf_Release(&mut view);
    }
    assert!(bytes.destroyed.get());
}

#[test]
fn released_it_is_of_no_use() {
    let bytes = Bytes::new(&[3]);
    let object = bytes.object();
    let mut view = Py_buffer::EMPTY;
    // SAFETY: each is dropped once.
    unsafe {
        let memoryview = pybuf_MemoryView_FromObject(object);
        assert_eq!(pybuf_MemoryView_Release(memoryview), 0);
        assert_eq!(pybuf_MemoryView_Release(memoryview), 0);
        assert_eq!(pybuf_Exports(object), 0);
        assert_eq!(pybuf_GetBuffer(pybuf_MemoryView_AsObject(memoryview), &mut view, 0), -1);
        assert_eq!(failure(), ("BufferError".into(), "the memoryview is released".into()));
        assert!(pybuf_MemoryView_Slice(memoryview, 0, 1, 1).is_null());
        assert_eq!(class(), "BufferError");
        pybuf_MemoryView_Drop(memoryview);
        pybuf_DecRef(object);
    }
}

#[test]
fn casts_are_checked() {
    let bytes = Bytes::new(&[12]);
    let object = bytes.object();
    // SAFETY: each is dropped once; the shapes have as many entries.
    unsafe {
        let memoryview = pybuf_MemoryView_FromObject(object);
        let shape = [3, 2];
        let cast = pybuf_MemoryView_Cast(memoryview, c"<h".as_ptr(), 2, shape.as_ptr());
        let last = pybuf_MemoryView_Slice(cast, 2, 3, 1);
        assert_eq!(contents(last), [8, 9, 10, 11]);
        let flat = pybuf_MemoryView_Cast(cast, c"B".as_ptr(), 0, ptr::null());
        assert_eq!(contents(flat).len(), 12);
        assert!(nothing_failed());

        let refused = |format: *const c_char, ndim, shape: *const isize| {
            assert!(pybuf_MemoryView_Cast(memoryview, format, ndim, shape).is_null());
            class()
        };
        assert_eq!(refused(c"<q".as_ptr(), 0, ptr::null()), "TypeError");
        assert_eq!(refused(c"Zd".as_ptr(), 0, ptr::null()), "error");
        assert_eq!(refused(c"".as_ptr(), 0, ptr::null()), "ValueError");
        assert_eq!(refused(c"B".as_ptr(), 65, shape.as_ptr()), "BufferError");
        assert_eq!(refused(c"B".as_ptr(), 2, [-3, -4].as_ptr()), "ValueError");
        assert_eq!(refused(ptr::null(), 0, ptr::null()), "SystemError");
        for made in [flat, last, cast, memoryview] {
            pybuf_MemoryView_Drop(made);
        }
        pybuf_DecRef(object);
    }
    assert!(bytes.destroyed.get());
}

#[test]
fn memory_without_an_object_is_viewed() {
    let mut memory = *b"abcdef";
    let start: *mut c_char = memory.as_mut_ptr().cast();
    // SAFETY: the memory is there until the end, and each is dropped once.
    unsafe {
        let writable = |memoryview| {
            let mut view = Py_buffer::EMPTY;
            let object = pybuf_MemoryView_AsObject(memoryview);
            let status = pybuf_GetBuffer(object, &mut view, PyBUF_WRITABLE);
            pybuf_Release(&mut view);
            status == 0
        };
        for (flags, expected) in [(PyBUF_READ, false), (PyBUF_WRITE, true)] {
            let memoryview = pybuf_MemoryView_FromMemory(start, 6, flags);
            assert_eq!(contents(memoryview), b"abcdef");
            assert_eq!(writable(memoryview), expected);
            pybuf_MemoryView_Drop(memoryview);
        }
        pybuf_Error_Clear();
        assert!(pybuf_MemoryView_FromMemory(ptr::null_mut(), 6, PyBUF_READ).is_null());
        assert_eq!(class(), "ValueError");
        assert!(pybuf_MemoryView_FromMemory(start, -1, PyBUF_READ).is_null());
        assert_eq!(class(), "BufferError");

        let info =
            Py_buffer { buf: start.cast(), len: 6, itemsize: 1, ndim: 1, ..Py_buffer::EMPTY };
        let memoryview = pybuf_MemoryView_FromBuffer(&info);
        assert_eq!(contents(memoryview), b"abcdef");
        pybuf_MemoryView_Drop(memoryview);
        assert!(pybuf_MemoryView_FromBuffer(&Py_buffer { ndim: 2, ..info }).is_null());
        assert_eq!(class(), "BufferError");
    }
}

#[test]
fn memory_that_must_be_contiguous_is_copied_if_it_is_not() {
    let bytes = Bytes::strided(&[4], &[3]);
    let object = bytes.object();
    // SAFETY: each is dropped once.
    unsafe {
        let copy = pybuf_MemoryView_GetContiguous(object, PyBUF_READ, b'C' as c_char);
        assert_eq!(pybuf_Exports(object), 0, "it is a copy");
        assert_eq!(contents(copy), [0, 3, 6, 9]);
        pybuf_MemoryView_Drop(copy);
        assert!(pybuf_MemoryView_GetContiguous(object, PyBUF_WRITE, b'C' as c_char).is_null());
        assert_eq!(class(), "BufferError");
        assert!(pybuf_MemoryView_GetContiguous(object, PyBUF_READ, b'X' as c_char).is_null());
        assert_eq!(class(), "ValueError");
        pybuf_DecRef(object);
    }
}

#[test]
fn null_is_an_error_or_nothing() {
    let (none, object) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: NULL is what is tried.
    unsafe {
        let made = [
            pybuf_MemoryView_FromObject(object),
            pybuf_MemoryView_FromBuffer(ptr::null()),
            pybuf_MemoryView_GetContiguous(object, PyBUF_READ, b'C' as c_char),
            pybuf_MemoryView_Slice(none, 0, 1, 1),
            pybuf_MemoryView_Cast(none, c"B".as_ptr(), 0, ptr::null()),
        ];
        assert_eq!(made, [none; 5]);
        assert_eq!(class(), "SystemError");
        assert!(pybuf_MemoryView_AsObject(none).is_null());
        assert_eq!(class(), "SystemError");
        assert_eq!(pybuf_MemoryView_Release(none), -1);
        assert_eq!(class(), "SystemError");
        pybuf_MemoryView_Drop(none);
    }
    assert!(nothing_failed());
}
