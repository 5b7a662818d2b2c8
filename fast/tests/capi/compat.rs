//! The functions from before Python 3 as Python 3 kept them.

use super::*;
use pybuf_fast::capi::compat::*;

#[test]
fn python_3_asks_for_a_view() {
    let mut bytes = Bytes::new(&[24]);
    bytes.description.readonly = 1;
    let object = bytes.object();
    let (mut buffer, mut characters, mut len) = (ptr::null(), ptr::null(), 0);
    // SAFETY: the reference is held until the end.
    unsafe {
        assert_eq!(pybuf_AsReadBuffer(object, &mut buffer, &mut len), 0);
        assert_eq!((buffer, len), (bytes.description.buf.cast_const(), 24));
        assert_eq!(pybuf_AsCharBuffer(object, &mut characters, &mut len), 0);
        assert_eq!(pybuf_CheckReadBuffer(object), 1);
        assert_eq!(pybuf_Exports(object), 0);
        let mut written = ptr::null_mut();
        assert_eq!(pybuf_AsWriteBuffer(object, &mut written, &mut len), -1);
        assert_eq!(failure(), ("TypeError".into(), "not a writeable buffer".into()));
        pybuf_DecRef(object);
    }
}

#[test]
fn a_question_leaves_no_failure_behind() {
    let bytes = Bytes::new(&[24]);
    let object = bytes.object();
    // SAFETY: both are C strings.
    bytes.failure.set(Some(|| unsafe {
        pybuf_Error_Set(c"OSError".as_ptr(), c"the file is gone".as_ptr());
    }));
    let gaps = Bytes::strided(&[12], &[2]);
    let strided = gaps.object();
    // SAFETY: the references are held until here.
    unsafe {
        for object in [object, strided] {
            assert_eq!(pybuf_CheckReadBuffer(object), 0);
            assert!(nothing_failed());
            pybuf_DecRef(object);
        }
    }
}

#[test]
fn null_is_an_error_or_nothing() {
    let (mut buffer, mut len) = (ptr::null(), 0);
    // SAFETY: NULL is what is tried.
    unsafe {
        assert_eq!(pybuf_AsReadBuffer(ptr::null_mut(), &mut buffer, &mut len), -1);
        assert_eq!(class(), "SystemError");
        assert_eq!(pybuf_CheckReadBuffer(ptr::null_mut()), 0);
    }
    assert!(nothing_failed());
}
