//! Room for an entry of each dimension.

use core::mem::MaybeUninit;
use core::ops::{Deref, DerefMut};

use crate::buffer::MAX_NDIM;

/// Up to [`MAX_NDIM`] entries, without an allocation. Room that is not used is never written: a copy of a
/// few bytes takes less time than that. For the same reason it is not to be moved once it is made.
pub(super) struct Room<T> {
    len: usize,
    entries: [MaybeUninit<T>; MAX_NDIM],
}

impl<T: Copy> Room<T> {
    #[inline(always)]
    pub(super) fn new() -> Room<T> {
        Room { len: 0, entries: [const { MaybeUninit::uninit() }; MAX_NDIM] }
    }

    /// Adds an entry, of which there are never more than [`MAX_NDIM`].
    #[inline(always)]
    pub(super) fn push(&mut self, entry: T) {
        self.entries[self.len].write(entry);
        self.len += 1;
    }

    /// Forgets what is behind the first `len` entries.
    #[inline(always)]
    pub(super) fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }
}

impl<T: Copy> Deref for Room<T> {
    type Target = [T];

    #[inline(always)]
    fn deref(&self) -> &[T] {
        // SAFETY: so many were written, and `MaybeUninit` has the same layout.
        unsafe { &*(&raw const self.entries[..self.len] as *const [T]) }
    }
}

impl<T: Copy> DerefMut for Room<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [T] {
        // SAFETY: as above.
        unsafe { &mut *(&raw mut self.entries[..self.len] as *mut [T]) }
    }
}
