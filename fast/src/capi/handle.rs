//! What C hands over and what it owns, as Rust sees it.

use alloc::boxed::Box;
use core::ptr;

use crate::error::Error;

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
