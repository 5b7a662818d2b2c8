//! What C holds of objects, as Rust sees it.

use alloc::boxed::Box;
use core::mem::ManuallyDrop;
use core::ptr;

use super::object::pybuf_object;
use crate::error::Error;
use crate::exporter::Object;

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

/// Something that is not counted, for C to own.
pub(super) fn give_box<T>(owned: T) -> *mut T {
    Box::into_raw(Box::new(owned))
}

/// Takes back what C owned. NULL is nothing.
///
/// # Safety
///
/// `owned` is NULL or from [`give_box`], and not used any more.
pub(super) unsafe fn take_box<T>(owned: *mut T) {
    if !owned.is_null() {
        // SAFETY: not NULL, so from `give_box`.
        drop(unsafe { Box::from_raw(owned) });
    }
}

/// What an argument points at.
///
/// # Safety
///
/// The pointer is NULL or good for reading a `T`, which does not change while the result is used.
pub(super) unsafe fn read<'a, T>(argument: *const T) -> Result<&'a T, Error> {
    // SAFETY: left to the caller.
    unsafe { argument.as_ref() }.ok_or(Error::NullArgument)
}

/// An array of so many entries; NULL will do for none.
///
/// # Safety
///
/// The pointer is NULL or good for reading so many.
pub(super) unsafe fn array<'a, T>(start: *const T, entries: usize) -> Result<&'a [T], Error> {
    match entries {
        0 => Ok(&[]),
        _ if start.is_null() => Err(Error::NullArgument),
        // SAFETY: not NULL, so as long as the caller says.
        _ => Ok(unsafe { &*ptr::slice_from_raw_parts(start, entries) }),
    }
}
