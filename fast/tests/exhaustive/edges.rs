//! Memory between pages that nobody can read or write.

use std::ptr;

use pybuf_fast::{from_contiguous, to_contiguous};

use crate::elements::Elements;

/// Two pieces of memory with an end on each side.
pub struct Edges {
    elements: Piece,
    packed: Piece,
}

/// So many bytes, before and behind which is nothing.
struct Piece(*mut u8);

/// Enough for each of the layouts.
const SIZE: usize = 48 << 20;
/// Larger than any page.
const NOTHING: usize = 1 << 16;

impl Edges {
    pub fn new() -> Self {
        Self { elements: Piece::new(), packed: Piece::new() }
    }

    /// Copies the elements from each end to each end, and back.
    pub fn check(&mut self, elements: &mut Elements) {
        let [first, end] = elements.ends();
        let mut expected = Vec::with_capacity(elements.len());
        for place in elements.places(false) {
            expected.extend_from_slice(&elements.arena.bytes()[place..place + elements.itemsize]);
        }
        for turn in 0..4 {
            let room = self.elements.room(end - first, turn % 2 == 0);
            room.copy_from_slice(&elements.arena.bytes()[first..end]);
            let packed = self.packed.room(expected.len(), turn / 2 == 0);
            let view = elements.view_at(room.as_mut_ptr().wrapping_sub(first));
            let len = expected.len() as isize;
            // SAFETY: the elements are there, and room for them.
            let copied = unsafe { to_contiguous(packed.as_mut_ptr(), &view, len, b'C') };
            assert_eq!(copied, Ok(()));
            assert!(*packed == *expected, "to_contiguous: {}", elements.told());
            // SAFETY: as above.
            let copied = unsafe { from_contiguous(&view, packed.as_ptr(), len, b'C') };
            assert_eq!(copied, Ok(()));
            // What was put back is what was there.
            let same = elements.arena.bytes()[first..end] == *room;
            assert!(same, "from_contiguous: {}", elements.told());
        }
    }
}

impl Piece {
    fn new() -> Self {
        let (kind, nobody) = (libc::MAP_PRIVATE | libc::MAP_ANONYMOUS, libc::PROT_NONE);
        // SAFETY: new memory, of which the middle is made accessible.
        unsafe {
            let start = libc::mmap(ptr::null_mut(), NOTHING + SIZE + NOTHING, nobody, kind, -1, 0);
            assert_ne!(start, libc::MAP_FAILED);
            let middle = start.cast::<u8>().add(NOTHING);
            let access = libc::PROT_READ | libc::PROT_WRITE;
            assert_eq!(libc::mprotect(middle.cast(), SIZE, access), 0);
            Self(middle)
        }
    }

    /// Room for so many bytes at an end.
    fn room(&mut self, len: usize, is_last: bool) -> &mut [u8] {
        assert!(len <= SIZE);
        // SAFETY: inside of what is accessible.
        unsafe {
            std::slice::from_raw_parts_mut(self.0.add(if is_last { SIZE - len } else { 0 }), len)
        }
    }
}

impl Drop for Piece {
    fn drop(&mut self) {
        // SAFETY: as it was mapped in `new`.
        unsafe { libc::munmap(self.0.sub(NOTHING).cast(), NOTHING + SIZE + NOTHING) };
    }
}
