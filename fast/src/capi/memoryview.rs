//! Memoryviews: objects that lend on what was lent to them.

use core::ffi::{c_char, c_int};
use core::ptr;

use super::error::or;
use super::handle::{array, give_box, read, take_box};
use super::layout::{dimensions, packing, string};
use super::object::{object, pybuf_object};
use crate::buffer::{MAX_NDIM, Py_buffer};
use crate::error::Error;
use crate::flags::PyBUF_WRITE;
use crate::memoryview::MemoryView;

/// Python's memoryview. Slices and casts of one keep the memory as it does, and each of them is to be
/// dropped.
pub struct pybuf_memoryview(MemoryView);

/// `PyMemoryView_FromObject`: views all of an object's memory, as it is. NULL is a failure, here and
/// below: with what a request of the object fails.
///
/// # Safety
///
/// `object` is NULL or a reference that is held.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_MemoryView_FromObject(
    object: *mut pybuf_object,
) -> *mut pybuf_memoryview {
    // SAFETY: left to the caller.
    given(unsafe { self::object(object) }.and_then(|object| MemoryView::from_object(&object)))
}

/// `PyMemoryView_FromMemory`: views `size` bytes, to write if `flags` is `PYBUF_WRITE`, otherwise to
/// read. Fails with ValueError for NULL, with BufferError for a negative size.
///
/// # Safety
///
/// The bytes are there, initialised, until the memoryview, all that is made of it and all views of it
/// are gone. While a function of this library copies some of them, nobody else writes any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_MemoryView_FromMemory(
    mem: *mut c_char,
    size: isize,
    flags: c_int,
) -> *mut pybuf_memoryview {
    // SAFETY: left to the caller.
    given(unsafe { MemoryView::from_memory(mem.cast(), size, flags != PyBUF_WRITE) })
}

/// `PyMemoryView_FromBuffer`: views what a struct describes. Format and arrays are copied, and `obj` is
/// not looked at: who filled the struct still has to release it, and not before the memoryview and all
/// views of it are gone.
///
/// # Safety
///
/// `info` is NULL or a struct whose format is NULL or a C string and whose arrays are NULL or have
/// `ndim` entries. Its elements, pointers and gaps are there as `pybuf_exporter.describe` says, until
/// the memoryview, all that is made of it and all views of it are gone.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_MemoryView_FromBuffer(
    info: *const Py_buffer,
) -> *mut pybuf_memoryview {
    // SAFETY: left to the caller.
    given(unsafe { read(info).and_then(|info| MemoryView::from_buffer(info)) })
}

/// `PyMemoryView_GetContiguous`: views an object's memory if that is contiguous in the order `'C'`,
/// `'F'` (Fortran) or `'A'`, otherwise a read-only copy. If `buffertype` is `PYBUF_WRITE`, memory that
/// is read-only or would have to be copied is a BufferError; any other is `PYBUF_READ`. Any other order
/// is a ValueError.
///
/// # Safety
///
/// `object` is NULL or a reference that is held.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_MemoryView_GetContiguous(
    object: *mut pybuf_object,
    buffertype: c_int,
    order: c_char,
) -> *mut pybuf_memoryview {
    // SAFETY: left to the caller.
    let object = unsafe { self::object(object) };
    let writable = buffertype == PyBUF_WRITE;
    given(object.and_then(|object| MemoryView::contiguous(&object, writable, packing(order)?)))
}

/// `memoryview[start:stop:step]`, along the first dimension. Indices below 0 count from the end, and
/// what is beyond an end is cut off: `INTPTR_MAX` and `INTPTR_MIN` are where nothing is said in Python.
/// `0, INTPTR_MAX, 2` is `[::2]`, and `INTPTR_MAX, INTPTR_MIN, -1` is `[::-1]`.
///
/// Fails with ValueError if the step is 0, with TypeError without dimensions, with BufferError if the
/// memoryview is released.
///
/// # Safety
///
/// `memoryview` is NULL or was not dropped.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_MemoryView_Slice(
    memoryview: *const pybuf_memoryview,
    start: isize,
    stop: isize,
    step: isize,
) -> *mut pybuf_memoryview {
    // SAFETY: left to the caller.
    let memoryview = unsafe { read(memoryview) };
    given(memoryview.and_then(|this| this.0.slice(Some(start), Some(stop), Some(step))))
}

/// `memoryview.cast`: the same bytes as elements of another format, packed in C's order: in `ndim`
/// dimensions, or in one if `shape` is NULL.
///
/// Fails with TypeError if the memory is not contiguous in C's order or not as long as the elements,
/// with ValueError if an item or an extent is nothing, with what `pybuf_SizeFromFormat` fails with,
/// with BufferError if the memoryview is released.
///
/// # Safety
///
/// `memoryview` is NULL or was not dropped, `format` NULL or a C string, and `shape` NULL or as long as
/// `ndim` says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_MemoryView_Cast(
    memoryview: *const pybuf_memoryview,
    format: *const c_char,
    ndim: c_int,
    shape: *const isize,
) -> *mut pybuf_memoryview {
    let entries = dimensions(ndim);
    if entries > MAX_NDIM {
        return given(Err(Error::TooManyDimensions));
    }
    // SAFETY: left to the caller.
    let arguments = unsafe {
        read(memoryview).and_then(|this| {
            let shape = (!shape.is_null()).then(|| array(shape, entries)).transpose()?;
            Ok((this, string(format)?, shape.map(<[isize]>::to_vec)))
        })
    };
    given(arguments.and_then(|(this, format, shape)| {
        this.0.cast(format, crate::size_from_format(format)?, shape)
    }))
}

/// The memoryview as an object, to ask for views of it or to copy. The reference is borrowed: it is
/// there as long as the memoryview, or longer with `pybuf_NewRef`.
///
/// # Safety
///
/// `memoryview` is NULL or was not dropped.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_MemoryView_AsObject(
    memoryview: *const pybuf_memoryview,
) -> *mut pybuf_object {
    // SAFETY: left to the caller.
    let memoryview = unsafe { read(memoryview) };
    or(ptr::null_mut(), memoryview.map(|this| this.0.object().as_ptr().cast_mut().cast()))
}

/// `memoryview.release`: lets go of the object underneath. Returns 0, also if that was done before; or
/// -1, with BufferError, if views of the memoryview are out. It must be dropped all the same.
///
/// # Safety
///
/// `memoryview` is NULL or was not dropped.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_MemoryView_Release(memoryview: *mut pybuf_memoryview) -> c_int {
    // SAFETY: left to the caller.
    let memoryview = unsafe { read(memoryview.cast_const()) };
    or(-1, memoryview.and_then(|this| this.0.release()).map(|()| 0))
}

/// Drops a memoryview. Views of it that are out stay good. NULL is nothing.
///
/// # Safety
///
/// `memoryview` is NULL or was not dropped, and is not used any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pybuf_MemoryView_Drop(memoryview: *mut pybuf_memoryview) {
    // SAFETY: left to the caller.
    unsafe { take_box(memoryview) };
}

fn given(made: Result<MemoryView, Error>) -> *mut pybuf_memoryview {
    or(ptr::null_mut(), made.map(|made| give_box(pybuf_memoryview(made))))
}
