//! A `Py_buffer` that is poisoned before it is given out to be filled: what is not written is found.

use std::cell::Cell;
use std::ffi::{CStr, c_int, c_void};
use std::ptr::NonNull;
use std::rc::Rc;

use pybuf_harness::reply::{Pointer, Seen, SeenView};

use crate::buffer::{MAX_NDIM, Py_buffer};

/// In no address, length or flag that could be an answer.
const POISON: u8 = 0xA9;

pub const POISONED_POINTER: *mut c_void =
    std::ptr::without_provenance_mut(usize::from_ne_bytes([POISON; size_of::<usize>()]));
pub const POISONED_SIZE: isize = isize::from_ne_bytes([POISON; size_of::<isize>()]);
const POISONED_INT: c_int = c_int::from_ne_bytes([POISON; size_of::<c_int>()]);

/// Some versions have more fields: 2.7 has `smalltable[2]` before `internal`.
#[repr(C)]
struct Roomy {
    buffer: Py_buffer,
    more: [usize; 8],
}

/// It never moves, since its pointers may point into itself.
pub struct View(NonNull<Roomy>);

impl View {
    /// With poison in every field.
    pub fn poisoned() -> Self {
        let buffer = Py_buffer {
            buf: POISONED_POINTER,
            obj: POISONED_POINTER,
            len: POISONED_SIZE,
            itemsize: POISONED_SIZE,
            readonly: POISONED_INT,
            ndim: POISONED_INT,
            format: POISONED_POINTER.cast(),
            shape: POISONED_POINTER.cast(),
            strides: POISONED_POINTER.cast(),
            suboffsets: POISONED_POINTER.cast(),
            internal: POISONED_POINTER,
        };
        Self::of(buffer)
    }

    /// With these fields, and poison in those that only some versions have.
    pub fn of(buffer: Py_buffer) -> Self {
        let more = [POISONED_POINTER.addr(); 8];
        let view = Box::leak(Box::new(Roomy { buffer, more }));
        Self(NonNull::from(view))
    }

    /// Another struct with the same fields.
    pub fn copy(&self) -> Self {
        // SAFETY: every field is initialised, if only with poison, and nobody is writing.
        let copy = unsafe { self.0.read() };
        Self(NonNull::from(Box::leak(Box::new(copy))))
    }

    /// To be given out. It is good as long as this lives.
    pub fn as_ptr(&self) -> *mut Py_buffer {
        self.0.as_ptr().cast()
    }

    /// The field `obj`.
    pub fn obj(&self) -> Seen<*mut c_void> {
        match self.fields().obj {
            POISONED_POINTER => Seen::Untouched,
            obj => Seen::Is(obj),
        }
    }

    /// All fields but `obj`, of a view that was granted.
    ///
    /// # Safety
    ///
    /// Who was to fill it said that it has: pointers that are neither NULL nor poison are good.
    pub unsafe fn seen(&self, locate: impl FnOnce(*const c_void) -> Pointer) -> SeenView {
        let it = self.fields();
        // SAFETY: left to the caller.
        unsafe {
            SeenView {
                buf: address(it.buf, locate),
                len: size(it.len),
                itemsize: size(it.itemsize),
                readonly: int(it.readonly),
                ndim: int(it.ndim),
                format: pointed(it.format, |at| CStr::from_ptr(at).to_string_lossy().into_owned()),
                shape: pointed(it.shape, |at| array(at, it.ndim)),
                strides: pointed(it.strides, |at| array(at, it.ndim)),
                suboffsets: pointed(it.suboffsets, |at| array(at, it.ndim)),
            }
        }
    }

    fn fields(&self) -> Py_buffer {
        // SAFETY: every field is initialised, if only with poison, and nobody is writing.
        unsafe { self.as_ptr().read() }
    }
}

/// A view of a case that was granted.
pub struct Granted {
    pub view: View,
    /// Which object was asked, if one was.
    pub object: Option<usize>,
    /// What it was filled with, if that is not the memory of an object.
    pub filled_with: Option<Rc<[Cell<u8>]>>,
    /// Whether it was released.
    pub released: Cell<bool>,
}

impl Granted {
    pub fn new(view: View, object: Option<usize>, filled_with: Option<Rc<[Cell<u8>]>>) -> Self {
        Self { view, object, filled_with, released: Cell::new(false) }
    }

    /// The object of which it is a view, as long as it is one: it was asked for and not released.
    pub fn lent_by(&self) -> Option<usize> {
        self.object.filter(|_| self.filled_with.is_none() && !self.released.get())
    }
}

impl Drop for View {
    fn drop(&mut self) {
        // SAFETY: it comes from a box, and only here it is made one again.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}

/// What a poisoned place for an address holds.
pub fn address(
    pointer: *const c_void,
    locate: impl FnOnce(*const c_void) -> Pointer,
) -> Seen<Pointer> {
    match pointer.cast_mut() {
        POISONED_POINTER => Seen::Untouched,
        _ => Seen::Is(locate(pointer)),
    }
}

/// What a poisoned place for a length holds.
pub fn size(value: isize) -> Seen<i64> {
    match value {
        POISONED_SIZE => Seen::Untouched,
        value => Seen::Is(value as i64),
    }
}

fn int(value: c_int) -> Seen<i64> {
    match value {
        POISONED_INT => Seen::Untouched,
        value => Seen::Is(value.into()),
    }
}

fn pointed<P, T>(pointer: *const P, read: impl FnOnce(*const P) -> T) -> Seen<Option<T>> {
    match pointer.cast::<c_void>().cast_mut() {
        POISONED_POINTER => Seen::Untouched,
        it if it.is_null() => Seen::Is(None),
        _ => Seen::Is(Some(read(pointer))),
    }
}

/// The `ndim` entries; none if `ndim` is no number of dimensions.
///
/// # Safety
///
/// They are there.
unsafe fn array(first: *const isize, ndim: c_int) -> Vec<i64> {
    let entries = usize::try_from(ndim).ok().filter(|&it| it <= MAX_NDIM);
    let entry = |index| {
        // SAFETY: left to the caller.
        unsafe { *first.add(index) as i64 }
    };
    (0..entries.unwrap_or(0)).map(entry).collect()
}
