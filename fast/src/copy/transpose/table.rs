//! What is transposed, and by what.

/// Items of which the destination has those of one *line* in a row, and the source those of one *row*.
/// Item `(line, place)` of the destination is that of row `place` and column `line` of the source.
#[derive(Clone, Copy, Debug)]
pub(in crate::copy) struct Transpose {
    /// Bytes of an item.
    pub(in crate::copy) run: usize,
    /// How many items the destination has in a line: the rows of the source.
    pub(in crate::copy) rows: usize,
    /// How many items the source has in a row: the lines of the destination.
    pub(in crate::copy) columns: usize,
    /// Bytes from one line of the destination to the next.
    pub(in crate::copy) to_line: isize,
    /// Bytes from one row of the source to the next.
    pub(in crate::copy) from_row: isize,
}

/// Transposes as much as the second cache holds.
///
/// As a function it is unsafe: the processor must have what it needs, the items must be good to read and to
/// write, and the two sides share no memory. There must be as many rows as fill a vector, and as many columns
/// as fill a lane of 16 bytes: see [`widest`](super::widest). Items of the destination may share memory: each is
/// written whole.
pub(super) type Kernel = unsafe fn(&Transpose, *mut u8, *const u8);
