//! Memory with an end on each side.

/// So many bytes, before and behind which is nothing: the system ends who touches it.
///
/// Interpreted, and where there are no such pages, it is memory of its own.
pub struct Piece {
    first: *mut u8,
    size: usize,
}

impl Piece {
    pub fn new(size: usize) -> Self {
        Self { first: memory::new(size), size }
    }

    pub fn bytes(&mut self) -> &mut [u8] {
        // SAFETY: all of it is accessible, and borrowed as long as the bytes are.
        unsafe { std::slice::from_raw_parts_mut(self.first, self.size) }
    }
}

impl Drop for Piece {
    fn drop(&mut self) {
        // SAFETY: it was made by `new`, with this size.
        unsafe { memory::free(self.first, self.size) };
    }
}

#[cfg(all(unix, not(miri)))]
mod memory {
    use std::ptr;

    /// Larger than any page.
    const NOTHING: usize = 1 << 16;

    /// The size is that of whole pages.
    pub fn new(size: usize) -> *mut u8 {
        assert_eq!(size % NOTHING, 0);
        let (kind, nobody) = (libc::MAP_PRIVATE | libc::MAP_ANONYMOUS, libc::PROT_NONE);
        // SAFETY: new memory, of which the middle is made accessible.
        unsafe {
            let start = libc::mmap(ptr::null_mut(), NOTHING + size + NOTHING, nobody, kind, -1, 0);
            assert_ne!(start, libc::MAP_FAILED);
            let middle = start.cast::<u8>().add(NOTHING);
            let access = libc::PROT_READ | libc::PROT_WRITE;
            assert_eq!(libc::mprotect(middle.cast(), size, access), 0);
            middle
        }
    }

    /// # Safety
    ///
    /// It was made by [`new`] with this size, and nobody uses it.
    pub unsafe fn free(first: *mut u8, size: usize) {
        // SAFETY: as it was mapped.
        unsafe { libc::munmap(first.sub(NOTHING).cast(), NOTHING + size + NOTHING) };
    }
}

#[cfg(not(all(unix, not(miri))))]
mod memory {
    use std::ptr;

    pub fn new(size: usize) -> *mut u8 {
        Box::into_raw(vec![0_u8; size].into_boxed_slice()).cast()
    }

    /// # Safety
    ///
    /// It was made by [`new`] with this size, and nobody uses it.
    pub unsafe fn free(first: *mut u8, size: usize) {
        // SAFETY: as it was boxed.
        drop(unsafe { Box::from_raw(ptr::slice_from_raw_parts_mut(first, size)) });
    }
}
