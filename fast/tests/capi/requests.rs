//! Objects of C exporters, and requests.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{self, Command};
use std::{env, io};

use super::*;
use pybuf_fast::capi::request::*;
use pybuf_fast::flags::*;

/// What a request returns, and the view.
fn request(object: *mut pybuf_object, flags: c_int) -> (c_int, Py_buffer) {
    let mut view = Py_buffer { obj: ptr::dangling_mut(), ..Py_buffer::EMPTY };
    // SAFETY: tests pass references that are held, or NULL.
    (unsafe { pybuf_GetBuffer(object, &mut view, flags) }, view)
}

#[test]
fn a_view_is_a_reference_and_an_export_until_it_is_released() {
    let bytes = Bytes::new(&[2, 3]);
    let object = bytes.object();
    let (status, mut view) = request(object, PyBUF_FULL);
    assert_eq!((status, view.obj, view.len, view.ndim), (0, object.cast(), 6, 2));
    assert_eq!(view.shape, bytes.description.shape);
    // SAFETY: the reference is held, then dropped, and the view keeps the object.
    unsafe {
        assert_eq!((pybuf_RefCount(object), pybuf_Exports(object), bytes.views.get()), (2, 1, 1));
        pybuf_DecRef(object);
        assert!(!bytes.destroyed.get());
        pybuf_Release(&mut view);
        assert!(view.obj.is_null() && bytes.destroyed.get());
        assert_eq!(bytes.views.get(), 0);
        pybuf_Release(&mut view);
    }
}

#[test]
fn references_are_counted() {
    let bytes = Bytes::new(&[3]);
    let object = bytes.object();
    // SAFETY: each reference is given up once.
    unsafe {
        assert_eq!(pybuf_NewRef(object), object);
        assert_eq!(pybuf_RefCount(object), 2);
        pybuf_DecRef(object);
        assert!(!bytes.destroyed.get());
        pybuf_DecRef(object);
    }
    assert!(bytes.destroyed.get());
}

#[test]
fn a_refusal_says_why_and_writes_no_field_but_obj() {
    let mut bytes = Bytes::new(&[2, 3]);
    bytes.description.readonly = 1;
    let object = bytes.object();
    let table = [
        (PyBUF_WRITABLE, "BufferError", "the memory is read-only"),
        (PyBUF_F_CONTIGUOUS, "BufferError", "the memory is not contiguous in Fortran's order"),
        (PyBUF_READ, "SystemError", "PyBUF_READ and PyBUF_WRITE are not requests"),
    ];
    for (flags, class, message) in table {
        let (status, view) = request(object, flags);
        assert_eq!((status, view.obj, view.buf), (-1, ptr::null_mut(), ptr::null_mut()));
        assert_eq!(failure(), (class.into(), message.into()));
    }
    // SAFETY: the reference is held until here.
    unsafe {
        assert_eq!((pybuf_RefCount(object), pybuf_Exports(object)), (1, 0));
        pybuf_DecRef(object);
    }
}

#[test]
fn an_exporters_own_error_is_handed_on() {
    let bytes = Bytes::new(&[3]);
    let object = bytes.object();
    // SAFETY: both are C strings.
    bytes.failure.set(Some(|| unsafe {
        pybuf_Error_Set(c"OSError".as_ptr(), c"the file is gone".as_ptr());
    }));
    assert_eq!(request(object, PyBUF_SIMPLE).0, -1);
    assert_eq!(failure(), ("OSError".into(), "the file is gone".into()));

    // One that sets none does not leave another's behind.
    request(ptr::null_mut(), PyBUF_SIMPLE);
    bytes.failure.set(Some(|| ()));
    assert_eq!(request(object, PyBUF_SIMPLE).0, -1);
    let expected = ("SystemError".into(), "an exporter failed and set no error".into());
    assert_eq!(failure(), expected);
    // SAFETY: the reference is held until here.
    unsafe { pybuf_DecRef(object) };
}

#[test]
fn descriptions_that_cannot_be_are_refused() {
    fn refused(change: fn(&mut Py_buffer)) -> String {
        let mut bytes = Bytes::new(&[2, 3]);
        change(&mut bytes.description);
        let object = bytes.object();
        assert_eq!(request(object, PyBUF_FULL_RO).0, -1);
        // SAFETY: the reference is held until here.
        unsafe { pybuf_DecRef(object) };
        let (class, message) = failure();
        message + ": " + &class
    }
    let missing = "invalid layout: there are dimensions without a shape or strides: BufferError";
    assert_eq!(refused(|told| told.ndim = 65), "more than 64 dimensions: BufferError");
    assert!(refused(|told| told.ndim = -1).contains("negative"));
    assert_eq!(refused(|told| told.shape = ptr::null_mut()), missing);
    assert_eq!(refused(|told| told.strides = ptr::null_mut()), missing);
    assert!(refused(|told| told.itemsize = -1).contains("negative"));
    assert!(refused(|told| told.itemsize = isize::MAX).contains("too large"));
    assert_eq!(refused(|told| told.buf = ptr::null_mut()), "the memory is NULL: ValueError");
}

/// As what a C++ exporter throws. The process that ends is this test once more.
#[cfg_attr(miri, ignore = "Miri starts no processes")]
#[test]
fn nothing_unwinds_past_a_function() -> io::Result<()> {
    const THROWING: &str = "PYBUF_TEST_THROWING";
    if env::var_os(THROWING).is_some() {
        let bytes = Bytes::new(&[3]);
        bytes.failure.set(Some(|| panic!("thrown by the exporter")));
        let object = bytes.object();
        let _ = catch_unwind(AssertUnwindSafe(|| request(object, PyBUF_SIMPLE)));
        process::exit(0);
    }
    let this = ["--exact", "requests::nothing_unwinds_past_a_function", "--nocapture"];
    let ended = Command::new(env::current_exe()?).args(this).env(THROWING, "1").output()?;
    let told = String::from_utf8_lossy(&ended.stderr);
    assert!(told.contains("thrown by the exporter"), "{told}");
    assert!(!ended.status.success(), "{told}");
    Ok(())
}

#[test]
fn an_exporter_is_a_byte_unless_it_says_more() {
    unsafe extern "C-unwind" fn one_byte(itself: *mut c_void, memory: *mut Py_buffer) -> c_int {
        // SAFETY: a struct to fill.
        unsafe { (*memory).buf = itself };
        0
    }
    let table =
        pybuf_exporter { describe: Some(one_byte), granted: None, released: None, destroyed: None };
    let mut byte = 7_u8;
    // SAFETY: the byte is there until the end.
    let object = unsafe { pybuf_Object_New(&table, (&raw mut byte).cast()) };
    let (status, mut view) = request(object, PyBUF_FULL);
    assert_eq!((status, view.len, view.itemsize, view.ndim), (0, 1, 1, 0));
    // SAFETY: granted above, and the reference is held until here.
    unsafe {
        assert_eq!(CStr::from_ptr(view.format), c"B");
        pybuf_Release(&mut view);
        pybuf_DecRef(object);
    }
}

#[test]
fn null_is_an_error_or_nothing() {
    let none = ptr::null_mut();
    // SAFETY: NULL is what is tried.
    unsafe {
        assert!(pybuf_Object_New(ptr::null(), none).is_null());
        assert_eq!(failure(), ("SystemError".into(), "an argument is NULL".into()));
        let empty = pybuf_exporter { describe: None, destroyed: Some(destroyed), ..TABLE };
        assert!(pybuf_Object_New(&empty, none).is_null());
        assert_eq!(class(), "SystemError");

        assert_eq!(request(ptr::null_mut(), PyBUF_SIMPLE).0, -1);
        assert!(request(ptr::null_mut(), PyBUF_SIMPLE).1.obj.is_null());
        assert_eq!(class(), "SystemError");
        assert_eq!(pybuf_GetBuffer(ptr::null_mut(), ptr::null_mut(), 0), -1);
        assert_eq!(class(), "SystemError");
        let bytes = Bytes::new(&[3]);
        let object = bytes.object();
        assert_eq!(pybuf_GetBuffer(object, ptr::null_mut(), 0), -1);
        assert_eq!(class(), "BufferError");
        assert_eq!(pybuf_CheckBuffer(object), 1);
        pybuf_DecRef(object);

        assert_eq!(pybuf_CheckBuffer(ptr::null()), 0);
        assert_eq!((pybuf_RefCount(ptr::null()), pybuf_Exports(ptr::null())), (0, 0));
        assert!(pybuf_NewRef(ptr::null_mut()).is_null());
        pybuf_DecRef(ptr::null_mut());
        pybuf_Release(ptr::null_mut());
        assert_eq!(pybuf_FillInfo(ptr::null_mut(), ptr::null_mut(), none, 0, 0, 0), -1);
        assert_eq!(class(), "BufferError");
        assert_eq!(pybuf_Fill(ptr::null_mut(), ptr::null(), 0), -1);
        assert_eq!(class(), "SystemError");
    }
    assert!(nothing_failed());
}

#[test]
fn bytes_are_lent_with_and_without_an_exporter() {
    let bytes = Bytes::new(&[24]);
    let object = bytes.object();
    let mut view = Py_buffer::EMPTY;
    // SAFETY: the bytes and the reference are there until the end.
    unsafe {
        let start = bytes.description.buf;
        assert_eq!(pybuf_FillInfo(&mut view, object, start, 24, 1, PyBUF_WRITABLE), -1);
        assert_eq!(class(), "BufferError");
        assert_eq!(pybuf_FillInfo(&mut view, object, start, 24, 0, PyBUF_ND), 0);
        assert_eq!((view.obj, view.len, view.shape), (object.cast(), 24, &raw mut view.len));
        assert_eq!((pybuf_RefCount(object), pybuf_Exports(object)), (2, 1));
        pybuf_Release(&mut view);
        assert_eq!(pybuf_FillInfo(&mut view, ptr::null_mut(), start, 24, 0, PyBUF_ND), 0);
        assert!(view.obj.is_null());
        pybuf_DecRef(object);
    }
}

#[test]
fn another_runtimes_slot_is_answered() {
    let bytes = Bytes::strided(&[2, 3], &[1, 2]);
    let mut view = Py_buffer { obj: ptr::dangling_mut(), ..Py_buffer::EMPTY };
    // SAFETY: the bytes and their description are there until the end.
    unsafe {
        assert_eq!(pybuf_Fill(&mut view, &bytes.description, PyBUF_C_CONTIGUOUS), -1);
        assert_eq!(class(), "BufferError");
        assert_eq!(pybuf_Fill(&mut view, &bytes.description, PyBUF_F_CONTIGUOUS), 0);
    }
    assert_eq!((view.len, view.ndim, view.obj), (6, 2, ptr::dangling_mut()));
}
