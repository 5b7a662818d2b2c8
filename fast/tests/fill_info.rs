//! The corners of `PyBuffer_FillInfo`.

mod common;

use std::ffi::{CStr, c_int};
use std::ptr;

use common::{assert_only_obj_is_null, garbage};
use pybuf_fast::flags::*;
use pybuf_fast::{Block, Error, Object, Py_buffer, fill_info, release};

/// Fills a struct with plain bytes of nobody and shows it.
fn filled<T>(len: isize, flags: c_int, show: impl FnOnce(&Py_buffer) -> T) -> Result<T, Error> {
    let mut view = garbage();
    // SAFETY: `view` is valid to write.
    unsafe { fill_info(&raw mut view, None, ptr::null_mut(), len, 0, flags)? };
    Ok(show(&view))
}

/// What `shape` and `strides` hold and whether there is a format.
fn given(view: &Py_buffer) -> (Option<isize>, Option<isize>, bool) {
    // SAFETY: what is not NULL points into the struct.
    let (shape, strides) = unsafe { (view.shape.as_ref(), view.strides.as_ref()) };
    (shape.copied(), strides.copied(), !view.format.is_null())
}

#[test]
fn the_arrays_are_the_structs_own_fields() -> Result<(), Error> {
    filled(5, PyBUF_FULL, |view| {
        assert_eq!(view.shape.cast_const(), &raw const view.len);
        assert_eq!(view.strides.cast_const(), &raw const view.itemsize);
        assert!(view.suboffsets.is_null() && view.internal.is_null());
        assert!(view.buf.is_null() && view.obj.is_null());
        assert_eq!((view.len, view.itemsize, view.ndim, view.readonly), (5, 1, 1, 0));
        // SAFETY: a format was asked for.
        assert_eq!(unsafe { CStr::from_ptr(view.format) }, c"B");
    })
}

#[test]
fn only_what_was_asked_for_is_given() -> Result<(), Error> {
    let table = [
        (PyBUF_SIMPLE, (None, None, false)),
        (PyBUF_FORMAT, (None, None, true)),
        (PyBUF_ND, (Some(5), None, false)),
        (PyBUF_STRIDES, (Some(5), Some(1), false)),
        (PyBUF_C_CONTIGUOUS, (Some(5), Some(1), false)),
        (PyBUF_F_CONTIGUOUS, (Some(5), Some(1), false)),
        (PyBUF_INDIRECT, (Some(5), Some(1), false)),
        (0x10, (None, None, false)),
        (0x300, (None, None, false)),
        (-1, (Some(5), Some(1), true)),
    ];
    for (flags, expected) in table {
        assert_eq!(filled(5, flags, given)?, expected, "{flags:#x}");
    }
    Ok(())
}

#[test]
fn any_length_goes() -> Result<(), Error> {
    assert_eq!(filled(0, PyBUF_STRIDES, given)?, (Some(0), Some(1), false));
    assert_eq!(filled(-5, PyBUF_ND, given)?, (Some(-5), None, false));
    Ok(())
}

#[test]
fn a_refusal_touches_obj_only() -> Result<(), Error> {
    let object = Object::new(Block::bytes(3, true)?);
    let table = [
        (1, PyBUF_WRITABLE, Error::NotWritable),
        (2, PyBUF_WRITABLE, Error::NotWritable),
        (-1, PyBUF_FULL, Error::NotWritable),
        (0, PyBUF_READ, Error::BadFlags),
        (1, PyBUF_WRITE, Error::BadFlags),
    ];
    for (readonly, flags, error) in table {
        let mut view = garbage();
        let view = &raw mut view;
        // SAFETY: `view` is valid to write.
        let refusal =
            unsafe { fill_info(view, Some(&object), ptr::null_mut(), 3, readonly, flags) };
        assert_eq!(refusal, Err(error), "{readonly}, {flags:#x}");
        // SAFETY: the struct was whole before.
        assert_only_obj_is_null(unsafe { &*view });
        assert_eq!(object.reference_count(), 1);
    }
    Ok(())
}

#[test]
fn a_missing_view_comes_first() {
    for flags in [PyBUF_SIMPLE, PyBUF_READ] {
        // SAFETY: NULL is allowed.
        let refusal = unsafe { fill_info(ptr::null_mut(), None, ptr::null_mut(), 3, 1, flags) };
        assert_eq!(refusal, Err(Error::ViewIsNull));
    }
}

#[test]
fn readonly_is_passed_on_as_it_is() -> Result<(), Error> {
    for readonly in [0, 1, 2, -1] {
        let mut view = garbage();
        // SAFETY: `view` is valid to write.
        unsafe { fill_info(&raw mut view, None, ptr::null_mut(), 3, readonly, PyBUF_SIMPLE)? };
        assert_eq!(view.readonly, readonly);
    }
    Ok(())
}

#[test]
fn the_exporter_is_referred_to_until_release() -> Result<(), Error> {
    let block = Block::bytes(3, false)?;
    let start = block.start();
    let object = Object::new(block);
    let mut view = garbage();
    let view = &raw mut view;
    // SAFETY: the view is valid, and filled by this crate when released.
    unsafe {
        fill_info(view, Some(&object), start, 3, 0, PyBUF_CONTIG)?;
        assert_eq!((*view).obj.cast_const(), object.as_ptr());
        assert_eq!((*view).buf, start.cast());
        assert_eq!((object.reference_count(), object.exports()), (2, 1));
        release(view);
        release(view);
    }
    assert_eq!((object.reference_count(), object.exports()), (1, 0));
    Ok(())
}
