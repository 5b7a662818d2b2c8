//! Objects that lend their memory, and exporters that are written in C.

use core::ffi::{CStr, c_int, c_void};
use core::mem::ManuallyDrop;
use core::ptr;

use super::error::{RAISED, calling, or};
use super::handle::{array, read};
use crate::buffer::{MAX_NDIM, Py_buffer};
use crate::error::Error;
use crate::exporter::{Exporter, Object};
use crate::layout::memory::Memory;

/// A counted reference to an exporter. What a view has for `obj` is one, too, which the view owns.
///
/// Objects, their views and their memoryviews stay in the thread that made them.
pub struct pybuf_object {
    _opaque: (),
}

/// Looks at the reference that C holds, without taking it.
///
/// # Safety
///
/// `object` is NULL or a reference that is held for as long as the result is used.
pub(super) unsafe fn object(object: *const pybuf_object) -> Result<ManuallyDrop<Object>, Error> {
    if object.is_null() {
        return Err(Error::NullArgument);
    }
    // SAFETY: what C has of an object is from `give`; a reference is held, and not given up here.
    Ok(ManuallyDrop::new(unsafe { Object::from_raw(object.cast()) }))
}

/// A reference for C to hold.
pub(super) fn give(object: Object) -> *mut pybuf_object {
    object.into_raw().cast_mut().cast()
}

/// What an exporter does: a table of functions, each of which is called with the `self` that
/// `pybuf_Object_New` was given. One that throws, as C++ can, ends the process.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pybuf_exporter {
    /// Describes the memory, once for each request, whatever the request is: the flags are seen to by
    /// the library. Fill `buf`, and where they differ from what is there `readonly` (0), `itemsize`
    /// (1), `ndim` (0), `format` (NULL for `"B"`), `shape` and `strides` (`ndim` entries each) and
    /// `suboffsets` (as many, or NULL); the other fields are not looked at. Return 0; or, for a
    /// failure, -1 behind `pybuf_Error_Set`. Must not be NULL.
    ///
    /// From a successful call that a view is made of until that view is released, the arrays, the format
    /// and the pointers on the way to elements stay where and as they are, and no writable element
    /// shares bytes with them. The memory holds every element that they describe, initialised, and the
    /// gaps between them: the bytes between two that are less than 256 bytes apart along a dimension.
    /// Copies read gaps, but never write there. While a function of the library copies elements, nobody
    /// else writes elements or gaps.
    pub describe:
        Option<unsafe extern "C-unwind" fn(itself: *mut c_void, memory: *mut Py_buffer) -> c_int>,
    /// Told once for each view that is granted. May be NULL.
    pub granted: Option<unsafe extern "C-unwind" fn(itself: *mut c_void)>,
    /// Told once for each view that is released. May be NULL.
    pub released: Option<unsafe extern "C-unwind" fn(itself: *mut c_void)>,
    /// Told when the last reference is gone, and nothing will be asked any more. May be NULL.
    pub destroyed: Option<unsafe extern "C-unwind" fn(itself: *mut c_void)>,
}

/// Makes an object of an exporter. The table is copied.
///
/// Fails, with NULL, if there is no table or no function that describes the memory; `destroyed` is not
/// called then.
///
/// # Safety
///
/// `exporter` is NULL or a table whose functions may be called as it says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_Object_New(
    exporter: *const pybuf_exporter,
    itself: *mut c_void,
) -> *mut pybuf_object {
    // SAFETY: left to the caller.
    let table = unsafe { read(exporter) };
    let made = table.and_then(|table| {
        let describe = table.describe.ok_or(Error::NullArgument)?;
        Ok(give(Object::new(Foreign { describe, table: *table, itself })))
    });
    or(ptr::null_mut(), made)
}

/// `Py_NewRef`: one more reference to the same object, as which it is returned. Of NULL, NULL.
///
/// # Safety
///
/// `object` is NULL or a reference that is held.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_NewRef(object: *mut pybuf_object) -> *mut pybuf_object {
    // SAFETY: left to the caller.
    match unsafe { self::object(object) } {
        Ok(object) => give(Object::clone(&object)),
        Err(_) => ptr::null_mut(),
    }
}

/// `Py_DecRef`: gives a reference up. The object is destroyed with its last one. NULL is nothing.
///
/// # Safety
///
/// `object` is NULL or a reference of the caller's own, from a function that returns a new one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_DecRef(object: *mut pybuf_object) {
    if !object.is_null() {
        // SAFETY: a reference, which is given up.
        drop(unsafe { Object::from_raw(object.cast()) });
    }
}

/// How many references there are, those that views hold included. Of NULL, 0.
///
/// # Safety
///
/// `object` is NULL or a reference that is held.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_RefCount(object: *const pybuf_object) -> isize {
    // SAFETY: left to the caller.
    unsafe { self::object(object) }.map_or(0, |object| object.reference_count() as isize)
}

/// How many views of the object are out. Of NULL, 0.
///
/// # Safety
///
/// `object` is NULL or a reference that is held.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_Exports(object: *const pybuf_object) -> isize {
    // SAFETY: left to the caller.
    unsafe { self::object(object) }.map_or(0, |object| object.exports() as isize)
}

/// An exporter that is written in C.
struct Foreign {
    describe: unsafe extern "C-unwind" fn(*mut c_void, *mut Py_buffer) -> c_int,
    table: pybuf_exporter,
    itself: *mut c_void,
}

impl Foreign {
    fn tell(&self, function: Option<unsafe extern "C-unwind" fn(*mut c_void)>) {
        if let Some(function) = function {
            // SAFETY: who made the table says that it may be called so.
            unsafe { function(self.itself) };
        }
    }
}

// SAFETY: left to who wrote it, see `pybuf_exporter`.
unsafe impl Exporter for Foreign {
    fn memory(&self) -> Result<Memory<'_>, Error> {
        let mut told = Py_buffer { itemsize: 1, ..Py_buffer::EMPTY };
        // SAFETY: as in `tell`.
        let status = calling(|| unsafe { (self.describe)(self.itself, &raw mut told) });
        if status != 0 {
            return Err(RAISED);
        }
        // SAFETY: what it told stays, and is as long as it says.
        unsafe { described(&told) }
    }

    fn granted(&self) {
        self.tell(self.table.granted);
    }

    fn released(&self) {
        self.tell(self.table.released);
    }
}

impl Drop for Foreign {
    fn drop(&mut self) {
        self.tell(self.table.destroyed);
    }
}

/// The memory that a struct describes in full.
///
/// # Safety
///
/// Format and arrays are NULL or as long as they say, and stay as long as the result is used.
pub(super) unsafe fn described<'a>(full: &Py_buffer) -> Result<Memory<'a>, Error> {
    let ndim = usize::try_from(full.ndim)
        .map_err(|_| Error::InvalidLayout("the number of dimensions is negative"))?;
    if ndim > MAX_NDIM {
        return Err(Error::TooManyDimensions);
    }
    let missing = |_| Error::InvalidLayout("there are dimensions without a shape or strides");
    // SAFETY: left to the caller.
    let memory = unsafe {
        Memory {
            buf: full.buf.cast(),
            readonly: full.readonly != 0,
            itemsize: full.itemsize,
            format: (!full.format.is_null()).then(|| CStr::from_ptr(full.format)),
            shape: array(full.shape, ndim).map_err(missing)?,
            strides: array(full.strides, ndim).map_err(missing)?,
            suboffsets: if full.suboffsets.is_null() {
                None
            } else {
                Some(array(full.suboffsets, ndim)?)
            },
        }
    };
    if memory.buf.is_null() && !memory.is_empty() {
        return Err(Error::NullMemory);
    }
    Ok(memory)
}
