//! The functions from before Python 3, of objects with the slots of the old protocol, Python 2's buffer
//! objects among them.

use alloc::rc::Rc;
use core::ffi::{c_char, c_int, c_void};
use core::ptr;

use super::error::{RAISED, asking, calling, or};
use super::handle::{give_box, read, take_box};
use super::object::{give, pybuf_object};
use crate::error::Error;
use crate::objects::buffer_object::BufferObject;
use crate::old_protocol::{self, Segment, Segments};

/// `Py_END_OF_BUFFER`: the size that is all that follow.
pub const PYBUF_END_OF_BUFFER: isize = -1;

/// A slot that finds a segment, or NULL.
pub type pybuf_segment_slot = Option<
    unsafe extern "C-unwind" fn(
        itself: *mut c_void,
        segment: isize,
        start: *mut *mut c_void,
    ) -> isize,
>;

/// What an exporter of the old protocol does: the slots of Python 2.7, each of which is called with the
/// `self` that `pybuf_Old_New` was given. Any may be NULL, and is missing then. One that throws, as C++
/// can, ends the process.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pybuf_old_exporter {
    /// Sets the start of a segment to read, and returns its bytes; for a failure, -1 behind
    /// `pybuf_Error_Set`. Segments are 0 here. Sometimes called only to see whether it is there.
    ///
    /// A segment is there until the object is changed or gone, and at least from `hold` to `let_go`.
    /// While a function of the library runs that is given the object, nobody else changes it or writes
    /// to its memory.
    pub getreadbuffer: pybuf_segment_slot,
    /// The same, to write.
    pub getwritebuffer: pybuf_segment_slot,
    /// Returns how many segments there are. The second argument is NULL.
    pub getsegcount:
        Option<unsafe extern "C-unwind" fn(itself: *mut c_void, bytes: *mut isize) -> isize>,
    /// As `getreadbuffer`, for characters.
    pub getcharbuffer: pybuf_segment_slot,
    /// From here on the segments stay where they are, until as many calls of `let_go`.
    pub hold: Option<unsafe extern "C-unwind" fn(itself: *mut c_void)>,
    /// Undoes one `hold`.
    pub let_go: Option<unsafe extern "C-unwind" fn(itself: *mut c_void)>,
    /// Told when nothing needs it any more.
    pub destroyed: Option<unsafe extern "C-unwind" fn(itself: *mut c_void)>,
}

/// An object with the old protocol: one of `pybuf_Old_New`, or a buffer object. Each is to be dropped;
/// what was made of it stays good.
pub struct pybuf_old(Old);

enum Old {
    Slots(Rc<Slots>),
    Buffer(Rc<BufferObject>),
}

struct Slots {
    table: pybuf_old_exporter,
    itself: *mut c_void,
}

/// Makes an object of the slots of an exporter. The table is copied. NULL, with SystemError, if there
/// is none.
///
/// # Safety
///
/// `exporter` is NULL or a table whose functions may be called as it says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_Old_New(
    exporter: *const pybuf_old_exporter,
    itself: *mut c_void,
) -> *mut pybuf_old {
    // SAFETY: left to the caller.
    let table = unsafe { read(exporter) };
    let made = table.map(|table| Old::Slots(Rc::new(Slots { table: *table, itself })));
    or(ptr::null_mut(), made.map(|old| give_box(pybuf_old(old))))
}

/// Drops an object. NULL is nothing.
///
/// # Safety
///
/// `old` is NULL or was not dropped, and is not used any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_Old_Drop(old: *mut pybuf_old) {
    // SAFETY: left to the caller.
    unsafe { take_box(old) };
}

/// `PyBuffer_FromObject` of Python 2: a buffer object that reads `size` bytes of the base from `offset`
/// on, or all that follow for `PYBUF_END_OF_BUFFER`. NULL is a failure, here and below.
///
/// Fails with TypeError without a slot to read, or if there is not one segment; with ValueError if
/// offset or size is negative.
///
/// # Safety
///
/// `base` is NULL or was not dropped.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_Buffer_FromObject(
    base: *const pybuf_old,
    offset: isize,
    size: isize,
) -> *mut pybuf_old {
    // SAFETY: left to the caller.
    let base = unsafe { read(base) };
    buffer(|| BufferObject::from_object(base?.segments(), offset, all_or(size)))
}

/// `PyBuffer_FromReadWriteObject` of Python 2: the same, to write.
///
/// # Safety
///
/// As for `pybuf_Buffer_FromObject`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_Buffer_FromReadWriteObject(
    base: *const pybuf_old,
    offset: isize,
    size: isize,
) -> *mut pybuf_old {
    // SAFETY: left to the caller.
    let base = unsafe { read(base) };
    buffer(|| BufferObject::from_read_write_object(base?.segments(), offset, all_or(size)))
}

/// `PyBuffer_FromMemory` of Python 2: a buffer object of `size` bytes, to read. Fails with ValueError
/// if the size is negative.
///
/// # Safety
///
/// The bytes are there, initialised, for as long as the buffer object and all that is made of it are.
/// While a function of this library uses them, nobody else writes them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_Buffer_FromMemory(
    start: *const c_void,
    size: isize,
) -> *mut pybuf_old {
    buffer(|| {
        not_null(start, size)?;
        // SAFETY: left to the caller.
        unsafe { BufferObject::from_memory(start.cast(), size) }
    })
}

/// `PyBuffer_FromReadWriteMemory` of Python 2: the same, to write.
///
/// # Safety
///
/// As for `pybuf_Buffer_FromMemory`; the bytes may be written, too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_Buffer_FromReadWriteMemory(
    start: *mut c_void,
    size: isize,
) -> *mut pybuf_old {
    buffer(|| {
        not_null(start, size)?;
        // SAFETY: left to the caller.
        unsafe { BufferObject::from_read_write_memory(start.cast(), size) }
    })
}

/// `PyBuffer_New` of Python 2: a buffer object with `size` bytes of its own, which are 0, to write.
#[unsafe(no_mangle)]
pub extern "C" fn pybuf_Buffer_New(size: isize) -> *mut pybuf_old {
    buffer(|| BufferObject::new(size))
}

/// A buffer object under the new protocol, as a new reference. Fails with TypeError for any other
/// object.
///
/// # Safety
///
/// `old` is NULL or was not dropped.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_Old_AsObject(old: *const pybuf_old) -> *mut pybuf_object {
    // SAFETY: left to the caller.
    let object = unsafe { read(old) }.and_then(|old| match &old.0 {
        Old::Buffer(buffer) => Ok(give(buffer.object())),
        Old::Slots(_) => Err(Error::NoProtocol),
    });
    or(ptr::null_mut(), object)
}

/// `PyObject_AsCharBuffer` of Python 2: sets where the only segment is, as characters, and how many
/// bytes it has. Returns 0, or -1 with TypeError, and nothing was written.
///
/// # Safety
///
/// `old` is NULL or was not dropped; the others are NULL or good for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_Old_AsCharBuffer(
    old: *const pybuf_old,
    buffer: *mut *const c_char,
    len: *mut isize,
) -> c_int {
    // SAFETY: left to the caller.
    unsafe { tell(old_segment(old, old_protocol::as_char_buffer), buffer.cast(), len) }
}

/// `PyObject_AsReadBuffer` of Python 2: the same, as bytes to read.
///
/// # Safety
///
/// As for `pybuf_Old_AsCharBuffer`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_Old_AsReadBuffer(
    old: *const pybuf_old,
    buffer: *mut *const c_void,
    len: *mut isize,
) -> c_int {
    // SAFETY: left to the caller.
    unsafe { tell(old_segment(old, old_protocol::as_read_buffer), buffer.cast(), len) }
}

/// `PyObject_AsWriteBuffer` of Python 2: the same, as bytes to write.
///
/// # Safety
///
/// As for `pybuf_Old_AsCharBuffer`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_Old_AsWriteBuffer(
    old: *const pybuf_old,
    buffer: *mut *mut c_void,
    len: *mut isize,
) -> c_int {
    // SAFETY: left to the caller.
    unsafe { tell(old_segment(old, old_protocol::as_write_buffer), buffer.cast(), len) }
}

/// `PyObject_CheckReadBuffer` of Python 2: 1 if there is a slot to read and exactly one segment,
/// otherwise 0.
///
/// # Safety
///
/// `old` is NULL or was not dropped.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_Old_CheckReadBuffer(old: *const pybuf_old) -> c_int {
    // SAFETY: left to the caller.
    let old = unsafe { read(old) };
    asking(|| old.map_or(0, |old| c_int::from(old_protocol::check_read_buffer(&*old.segments()))))
}

impl pybuf_old {
    fn segments(&self) -> Rc<dyn Segments> {
        match &self.0 {
            Old::Slots(slots) => slots.clone(),
            Old::Buffer(buffer) => buffer.clone(),
        }
    }
}

impl Slots {
    fn segment(&self, slot: pybuf_segment_slot, segment: isize) -> Option<Result<Segment, Error>> {
        let slot = slot?;
        let mut start = ptr::null_mut();
        // SAFETY: who made the table says that it may be called so.
        let len = calling(|| unsafe { slot(self.itself, segment, &raw mut start) });
        Some(match len {
            ..=-1 => Err(RAISED),
            0.. if start.is_null() && len > 0 => Err(Error::NullMemory),
            0.. => Ok(Segment { ptr: start.cast(), len }),
        })
    }

    fn tell(&self, function: Option<unsafe extern "C-unwind" fn(*mut c_void)>) {
        if let Some(function) = function {
            // SAFETY: as in `segment`.
            unsafe { function(self.itself) };
        }
    }
}

// SAFETY: left to who wrote it, see `pybuf_old_exporter`.
unsafe impl Segments for Slots {
    fn read(&self, segment: isize) -> Option<Result<Segment, Error>> {
        self.segment(self.table.getreadbuffer, segment)
    }

    fn write(&self, segment: isize) -> Option<Result<Segment, Error>> {
        self.segment(self.table.getwritebuffer, segment)
    }

    fn char(&self, segment: isize) -> Option<Result<Segment, Error>> {
        self.segment(self.table.getcharbuffer, segment)
    }

    fn segment_count(&self) -> Option<isize> {
        // SAFETY: as in `segment`.
        self.table.getsegcount.map(|slot| unsafe { slot(self.itself, ptr::null_mut()) })
    }

    fn hold(&self) {
        self.tell(self.table.hold);
    }

    unsafe fn let_go(&self) {
        self.tell(self.table.let_go);
    }
}

impl Drop for Slots {
    fn drop(&mut self) {
        self.tell(self.table.destroyed);
    }
}

fn all_or(size: isize) -> Option<isize> {
    (size != PYBUF_END_OF_BUFFER).then_some(size)
}

/// Makes one. Whether its base has a slot is found out by calling that, which may have failed.
fn buffer(make: impl FnOnce() -> Result<BufferObject, Error>) -> *mut pybuf_old {
    let made = asking(make);
    or(ptr::null_mut(), made.map(|made| give_box(pybuf_old(Old::Buffer(Rc::new(made))))))
}

/// Bytes that are somewhere, or none.
fn not_null(start: *const c_void, size: isize) -> Result<(), Error> {
    if start.is_null() && size > 0 { Err(Error::NullMemory) } else { Ok(()) }
}

/// # Safety
///
/// `old` is NULL or was not dropped.
unsafe fn old_segment(
    old: *const pybuf_old,
    ask: fn(&dyn Segments) -> Result<Segment, Error>,
) -> Result<Segment, Error> {
    // SAFETY: left to the caller.
    unsafe { read(old) }.and_then(|old| ask(&*old.segments()))
}

/// Writes a segment to where it is wanted.
///
/// # Safety
///
/// Both are NULL or good for writing.
pub(super) unsafe fn tell(
    segment: Result<Segment, Error>,
    buffer: *mut *mut u8,
    len: *mut isize,
) -> c_int {
    let wanted = if buffer.is_null() || len.is_null() { Err(Error::NullArgument) } else { segment };
    let told = wanted.map(|segment| {
        // SAFETY: not NULL.
        unsafe {
            buffer.write(segment.ptr);
            len.write(segment.len);
        }
        0
    });
    or(-1, told)
}
