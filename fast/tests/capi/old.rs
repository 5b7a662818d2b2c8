//! The functions from before Python 3.

use super::*;
use pybuf_fast::capi::memoryview::{pybuf_MemoryView_Drop, pybuf_MemoryView_FromObject};
use pybuf_fast::capi::old::*;

/// An exporter with the slots of Python 2.
struct Slots {
    bytes: Cell<[u8; 5]>,
    segments: Cell<isize>,
    fails: Cell<bool>,
    held: Cell<isize>,
    destroyed: Cell<bool>,
}

const SLOTS: pybuf_old_exporter = pybuf_old_exporter {
    getreadbuffer: Some(start),
    getwritebuffer: Some(start),
    getsegcount: Some(count),
    getcharbuffer: None,
    hold: Some(hold),
    let_go: Some(let_go),
    destroyed: Some(gone),
};

impl Slots {
    fn new() -> Self {
        Self {
            bytes: Cell::new(*b"abcde"),
            segments: Cell::new(1),
            fails: Cell::new(false),
            held: Cell::new(0),
            destroyed: Cell::new(false),
        }
    }

    fn object(&self, table: &pybuf_old_exporter) -> *mut pybuf_old {
        // SAFETY: the functions are of this type, and tests drop the object before it.
        unsafe { pybuf_Old_New(table, ptr::from_ref(self).cast_mut().cast()) }
    }
}

/// # Safety
///
/// `itself` is what an object of `Slots` was made of; so it is below.
unsafe fn slots<'a>(itself: *mut c_void) -> &'a Slots {
    // SAFETY: left to the caller.
    unsafe { &*itself.cast() }
}

unsafe extern "C-unwind" fn start(
    itself: *mut c_void,
    segment: isize,
    start: *mut *mut c_void,
) -> isize {
    assert_eq!(segment, 0);
    // SAFETY: called with what the object was made of, and a place to write.
    unsafe {
        if slots(itself).fails.get() {
            pybuf_Error_Set(c"OSError".as_ptr(), c"it is gone".as_ptr());
            return -1;
        }
        start.write(slots(itself).bytes.as_ptr().cast());
    }
    5
}

unsafe extern "C-unwind" fn count(itself: *mut c_void, bytes: *mut isize) -> isize {
    assert!(bytes.is_null());
    // SAFETY: as in `start`.
    unsafe { slots(itself).segments.get() }
}

unsafe extern "C-unwind" fn hold(itself: *mut c_void) {
    // SAFETY: as in `start`.
    let held = unsafe { &slots(itself).held };
    held.set(held.get() + 1);
}

unsafe extern "C-unwind" fn let_go(itself: *mut c_void) {
    // SAFETY: as in `start`.
    let held = unsafe { &slots(itself).held };
    held.set(held.get() - 1);
}

unsafe extern "C-unwind" fn gone(itself: *mut c_void) {
    // SAFETY: as in `start`.
    assert!(!unsafe { slots(itself) }.destroyed.replace(true), "destroyed twice");
}

/// The bytes of an object, if it gives any to read.
fn read(old: *const pybuf_old) -> Option<Vec<u8>> {
    let (mut buffer, mut len) = (ptr::null(), -7);
    // SAFETY: the object is there, and so are the bytes that it tells.
    unsafe {
        if pybuf_Old_AsReadBuffer(old, &mut buffer, &mut len) == -1 {
            assert_eq!((buffer, len), (ptr::null(), -7), "written");
            return None;
        }
        Some(std::slice::from_raw_parts(buffer.cast::<u8>(), len.unsigned_abs()).to_vec())
    }
}

#[test]
fn slots_are_asked() {
    let slots = Slots::new();
    let old = slots.object(&SLOTS);
    assert_eq!(read(old).as_deref(), Some(&b"abcde"[..]));
    let (mut buffer, mut characters, mut len) = (ptr::null_mut(), ptr::null(), 0);
    // SAFETY: the object is there until it is dropped, and so is what it gives to write.
    unsafe {
        assert_eq!(pybuf_Old_CheckReadBuffer(old), 1);
        assert_eq!(pybuf_Old_AsWriteBuffer(old, &mut buffer, &mut len), 0);
        buffer.cast::<u8>().write(b'x');
        assert!(nothing_failed());
        assert_eq!(pybuf_Old_AsCharBuffer(old, &mut characters, &mut len), -1);
        assert_eq!(failure(), ("TypeError".into(), "not a character buffer".into()));
        slots.fails.set(true);
        assert_eq!((read(old), class().as_str()), (None, "TypeError"));
        slots.fails.set(false);
        slots.segments.set(2);
        assert_eq!(read(old), None);
        assert_eq!(failure().1, "not a single-segment buffer");
        assert_eq!(pybuf_Old_CheckReadBuffer(old), 0);
        assert!(pybuf_Old_AsObject(old).is_null());
        assert_eq!(class(), "TypeError");
        pybuf_Old_Drop(old);
    }
    assert_eq!(slots.bytes.get(), *b"xbcde");
    assert!(slots.destroyed.get());
}

/// Whether a slot is there is found out by calling it. That it failed is nothing to the caller.
#[test]
fn slots_that_fail_are_there() {
    let slots = Slots::new();
    slots.fails.set(true);
    let old = slots.object(&SLOTS);
    // SAFETY: each is dropped once.
    unsafe {
        assert_eq!(pybuf_Old_CheckReadBuffer(old), 1);
        assert!(nothing_failed());
        let readable = pybuf_Buffer_FromObject(old, 0, 1);
        assert!(!readable.is_null() && nothing_failed());
        let writable = pybuf_Buffer_FromReadWriteObject(old, 0, 1);
        assert!(!writable.is_null() && nothing_failed());
        for old in [readable, writable, old] {
            pybuf_Old_Drop(old);
        }
    }
}

#[test]
fn a_buffer_object_keeps_its_base_and_holds_it_while_it_is_viewed() {
    let slots = Slots::new();
    let base = slots.object(&SLOTS);
    // SAFETY: each is dropped once.
    unsafe {
        let middle = pybuf_Buffer_FromObject(base, 1, 3);
        let rest = pybuf_Buffer_FromObject(middle, 1, PYBUF_END_OF_BUFFER);
        assert_eq!(read(rest).as_deref(), Some(&b"cd"[..]));

        let object = pybuf_Old_AsObject(middle);
        for old in [base, middle, rest] {
            pybuf_Old_Drop(old);
        }
        assert_eq!(slots.held.get(), 0);
        let memoryview = pybuf_MemoryView_FromObject(object);
        assert_eq!(slots.held.get(), 1);
        pybuf_MemoryView_Drop(memoryview);
        assert_eq!((slots.held.get(), slots.destroyed.get()), (0, false));
        slots.fails.set(true);
        assert!(pybuf_MemoryView_FromObject(object).is_null());
        assert_eq!(failure(), ("OSError".into(), "it is gone".into()));
        pybuf_DecRef(object);
    }
    assert!(slots.destroyed.get());
}

#[test]
fn buffer_objects_are_refused_what_is_not_there() {
    let slots = Slots::new();
    let bare = slots.object(&pybuf_old_exporter {
        getreadbuffer: None,
        getwritebuffer: None,
        destroyed: None,
        ..SLOTS
    });
    let base = slots.object(&SLOTS);
    // SAFETY: each is dropped once.
    unsafe {
        assert!(pybuf_Buffer_FromObject(bare, 0, 1).is_null());
        assert_eq!(failure().1, "not a readable buffer");
        assert!(pybuf_Buffer_FromReadWriteObject(bare, 0, 1).is_null());
        assert_eq!(failure().1, "not a writeable buffer");
        assert!(pybuf_Buffer_FromObject(base, -1, 1).is_null());
        assert_eq!(class(), "ValueError");
        assert!(pybuf_Buffer_FromReadWriteObject(base, 0, -2).is_null());
        assert_eq!(class(), "ValueError");
        let written = pybuf_Buffer_FromReadWriteObject(base, 3, 9);
        assert_eq!(read(written).as_deref(), Some(&b"de"[..]));
        for old in [written, base, bare] {
            pybuf_Old_Drop(old);
        }
    }
}

#[test]
fn buffer_objects_are_made_of_memory() {
    let mut memory = *b"abc";
    let start: *mut c_void = memory.as_mut_ptr().cast();
    let (mut buffer, mut len) = (ptr::null_mut(), 0);
    // SAFETY: the memory is there until the end, and each is dropped once.
    unsafe {
        let readable = pybuf_Buffer_FromMemory(start, 3);
        assert_eq!(pybuf_Old_AsWriteBuffer(readable, &mut buffer, &mut len), -1);
        assert_eq!(class(), "TypeError");
        let writable = pybuf_Buffer_FromReadWriteMemory(start, 2);
        assert_eq!(pybuf_Old_AsWriteBuffer(writable, &mut buffer, &mut len), 0);
        assert_eq!((buffer, len), (start, 2));
        let zeros = pybuf_Buffer_New(4);
        assert_eq!(read(zeros), Some(vec![0; 4]));
        for (start, size) in [(start, -1), (ptr::null_mut(), 1)] {
            assert!(pybuf_Buffer_FromMemory(start, size).is_null());
            assert_eq!(class(), "ValueError");
            assert!(pybuf_Buffer_FromReadWriteMemory(start, size).is_null());
            assert_eq!(class(), "ValueError");
        }
        assert!(pybuf_Buffer_New(-1).is_null());
        assert_eq!(class(), "ValueError");
        assert!(pybuf_Buffer_New(isize::MAX).is_null());
        assert_eq!(class(), "MemoryError");
        for old in [readable, writable, zeros] {
            pybuf_Old_Drop(old);
        }
    }
}

#[test]
fn null_is_an_error_or_nothing() {
    let slots = Slots::new();
    let old = slots.object(&SLOTS);
    let (mut buffer, mut len) = (ptr::null(), 0);
    // SAFETY: NULL is what is tried.
    unsafe {
        assert_eq!(pybuf_Old_AsReadBuffer(old, ptr::null_mut(), &mut len), -1);
        assert_eq!(class(), "SystemError");
        assert_eq!(pybuf_Old_AsReadBuffer(old, &mut buffer, ptr::null_mut()), -1);
        assert_eq!(class(), "SystemError");
        assert_eq!(pybuf_Old_AsReadBuffer(ptr::null(), &mut buffer, &mut len), -1);
        assert_eq!(class(), "SystemError");
        assert!(pybuf_Old_New(ptr::null(), ptr::null_mut()).is_null());
        assert_eq!(class(), "SystemError");
        assert!(pybuf_Old_AsObject(ptr::null()).is_null());
        assert_eq!(class(), "SystemError");
        assert!(pybuf_Buffer_FromObject(ptr::null(), 0, 1).is_null());
        assert_eq!(class(), "SystemError");
        assert!(pybuf_Buffer_FromReadWriteObject(ptr::null(), 0, 1).is_null());
        assert_eq!(class(), "SystemError");
        assert_eq!(pybuf_Old_CheckReadBuffer(ptr::null()), 0);
        pybuf_Old_Drop(ptr::null_mut());
        pybuf_Old_Drop(old);
    }
    assert!(nothing_failed());
}
