//! Memory between pages that nobody can read or write.

use pybuf_fast::{from_contiguous, to_contiguous};

use crate::elements::Elements;
use crate::piece::Piece;

/// Two pieces of memory with an end on each side.
pub struct Edges {
    elements: Piece,
    packed: Piece,
}

/// Enough for each of the layouts.
const SIZE: usize = 48 << 20;

impl Edges {
    pub fn new() -> Self {
        Self { elements: Piece::new(SIZE), packed: Piece::new(SIZE) }
    }

    /// Copies the elements from each end to each end, and back.
    pub fn check(&mut self, elements: &mut Elements) {
        let [first, end] = elements.ends();
        let mut expected = Vec::with_capacity(elements.len());
        for place in elements.places(false) {
            expected.extend_from_slice(&elements.arena.bytes()[place..place + elements.itemsize]);
        }
        for turn in 0..4 {
            let room = at_an_end(&mut self.elements, end - first, turn % 2 == 0);
            room.copy_from_slice(&elements.arena.bytes()[first..end]);
            let packed = at_an_end(&mut self.packed, expected.len(), turn / 2 == 0);
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

/// Room for so many bytes at an end.
fn at_an_end(piece: &mut Piece, len: usize, is_last: bool) -> &mut [u8] {
    let bytes = piece.bytes();
    let first = if is_last { bytes.len() - len } else { 0 };
    &mut bytes[first..first + len]
}
