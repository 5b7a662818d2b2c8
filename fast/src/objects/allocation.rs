//! Bytes on the heap that never move.

use alloc::alloc::{Layout, alloc, dealloc};
use core::ptr::NonNull;

use crate::error::Error;

/// Fits every element that a format can name, and pointers.
const ALIGNMENT: usize = 16;

/// Memory that is only ever used through raw pointers, so that consumers may write to it.
#[derive(Debug)]
pub(crate) struct Allocation {
    start: NonNull<u8>,
    layout: Layout,
    size: usize,
}

// SAFETY: the memory is this one's alone, and any thread may free it.
unsafe impl Send for Allocation {}
// SAFETY: nothing here looks at the memory once it is made; all that others have of it is where it is.
// Who reads and writes there does so through raw pointers, and sees to the other threads.
unsafe impl Sync for Allocation {}

impl Allocation {
    /// Allocates `size` bytes. Byte `i` is `(first + i) % 251`: a prime, lest the pattern repeat
    /// with the rows.
    pub(crate) fn counting(size: usize, first: usize) -> Result<Self, Error> {
        let phase = first % 251;
        Self::with(size, |start| {
            for offset in 0..size {
                // SAFETY: the offset is inside the allocation, and a byte has no alignment.
                unsafe { start.add(offset).write(((phase + offset) % 251) as u8) };
            }
        })
    }

    /// Allocates `size` bytes, all of them zero.
    pub(crate) fn zeros(size: usize) -> Result<Self, Error> {
        // SAFETY: the allocation has as many bytes.
        Self::with(size, |start| unsafe { start.write_bytes(0, size) })
    }

    /// Allocates as many bytes, with the same contents.
    pub(crate) fn copy_of(bytes: &[u8]) -> Result<Self, Error> {
        // SAFETY: the allocation has as many bytes, and was not there before.
        Self::with(bytes.len(), |start| unsafe {
            start.copy_from_nonoverlapping(NonNull::from(bytes).cast(), bytes.len());
        })
    }

    /// Allocates `size` bytes, which `fill` must initialise.
    fn with(size: usize, fill: impl FnOnce(NonNull<u8>)) -> Result<Self, Error> {
        // One byte at least: the allocator knows nothing smaller, and so the address is our own.
        let layout =
            Layout::from_size_align(size.max(1), ALIGNMENT).map_err(|_| Error::NoMemory)?;
        // SAFETY: the layout's size is not zero.
        let start = NonNull::new(unsafe { alloc(layout) }).ok_or(Error::NoMemory)?;
        fill(start);
        Ok(Self { start, layout, size })
    }

    /// The first byte.
    pub(crate) fn start(&self) -> NonNull<u8> {
        self.start
    }

    /// The number of bytes.
    pub(crate) fn size(&self) -> usize {
        self.size
    }
}

impl Drop for Allocation {
    fn drop(&mut self) {
        // SAFETY: allocated in `with`, with this layout.
        unsafe { dealloc(self.start.as_ptr(), self.layout) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn contents(bytes: &Allocation) -> Vec<u8> {
        // SAFETY: the offsets are inside.
        (0..bytes.size()).map(|offset| unsafe { bytes.start().add(offset).read() }).collect()
    }

    #[test]
    fn counts_from_the_first_value_modulo_251() -> Result<(), Error> {
        assert_eq!(contents(&Allocation::counting(4, 0)?), [0, 1, 2, 3]);
        assert_eq!(contents(&Allocation::counting(3, 500)?), [249, 250, 0]);
        assert_eq!(contents(&Allocation::counting(1, usize::MAX)?), [(usize::MAX % 251) as u8]);
        assert_eq!(contents(&Allocation::counting(0, 7)?), []);
        Ok(())
    }

    #[test]
    fn what_it_is_made_of_is_there() -> Result<(), Error> {
        assert_eq!(contents(&Allocation::zeros(3)?), [0, 0, 0]);
        assert_eq!(contents(&Allocation::copy_of(b"abc")?), *b"abc");
        assert_eq!(contents(&Allocation::copy_of(b"")?), []);
        Ok(())
    }

    #[test]
    fn starts_aligned_even_if_empty() -> Result<(), Error> {
        for size in [0, 1, 17] {
            let bytes = Allocation::counting(size, 0)?;
            assert_eq!(bytes.start().as_ptr().align_offset(ALIGNMENT), 0);
        }
        Ok(())
    }

    #[test]
    fn an_impossible_size_is_an_error() {
        assert_eq!(Allocation::counting(usize::MAX, 0).err(), Some(Error::NoMemory));
    }
}
