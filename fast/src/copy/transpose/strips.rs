//! Transposing as much as the first cache holds, then the next.

use core::mem::MaybeUninit;

use super::table::Transpose;
use super::tile::tile;
use super::vector::Vector;

/// The bytes of a line of memory, as processors have them.
const LINE: usize = 64;
/// The most rows of a strip that is packed.
const PACKED_ROWS: usize = 64;

/// The lines of a strip that is packed.
#[repr(align(64))]
struct Packed(#[allow(dead_code)] [u8; PACKED_ROWS * LINE]);

/// How much is transposed before the next is begun. The lines of memory that this touches stay in the first
/// cache until they are used up.
struct Strip {
    rows: usize,
    columns: usize,
    /// Whether its part of the source is brought together first.
    packs: bool,
    /// Whether the next strip is that of the next rows.
    along_rows: bool,
}

impl Transpose {
    /// Whether the rows of the source are so far apart that they fight for the same places in the cache.
    pub(super) fn fights(&self) -> bool {
        self.from_row.unsigned_abs().is_multiple_of(512) && self.rows >= 16
    }

    fn strip(&self, height: usize) -> Strip {
        let [row, line] = [self.from_row, self.to_line].map(isize::unsigned_abs);
        let packs = self.fights();
        if packs {
            // What is read from next is in the same rows, what is written to next in the same lines.
            let along_rows = row < 4096 || line >= 4096;
            let columns = LINE / self.run;
            let rows = height.max(if along_rows { 32 } else { 16 });
            return Strip { rows, columns, packs, along_rows };
        }
        Strip { rows: height.max(128), columns: 128 / self.run, packs, along_rows: true }
    }
}

/// Goes through all, strip by strip.
///
/// # Safety
///
/// That of a [`Kernel`](super::table::Kernel), for vectors like these.
#[inline(always)]
pub(super) unsafe fn strips<V: Vector, const SIZE: usize, const N: usize>(
    it: &Transpose,
    to: *mut u8,
    from: *const u8,
) {
    let height = V::LANES * N;
    let strip = it.strip(height);
    let mut packed = MaybeUninit::<Packed>::uninit();
    let packed = packed.as_mut_ptr().cast::<u8>();
    let (mut row, mut column) = (0, 0);
    loop {
        let rows = strip.rows.min(it.rows - row);
        let columns = strip.columns.min(it.columns - column);
        // SAFETY: the strip is inside, and the caller vouches for all.
        unsafe {
            if strip.packs && rows == strip.rows && columns == strip.columns {
                let first = from.wrapping_offset(row as isize * it.from_row);
                pack(packed, first.wrapping_add(column * SIZE), it.from_row, rows);
                let to = to.wrapping_offset(column as isize * it.to_line);
                let piece = Transpose { rows, columns, from_row: LINE as isize, ..*it };
                let all = Strip { rows, columns, ..strip };
                tiles::<V, SIZE, N>(&piece, &all, 0, 0, to.wrapping_add(row * SIZE), packed);
            } else {
                tiles::<V, SIZE, N>(it, &strip, row, column, to, from);
            }
        }
        if strip.along_rows {
            row += strip.rows;
            if row >= it.rows {
                (row, column) = (0, column + strip.columns);
            }
        } else {
            column += strip.columns;
            if column >= it.columns {
                (row, column) = (row + strip.rows, 0);
            }
        }
        if row >= it.rows || column >= it.columns {
            return;
        }
    }
}

/// A strip in tiles of as many rows as fit a vector by as many columns as fit a lane. Where these do not
/// come out even, the last ones are some of the items before once more.
///
/// # Safety
///
/// That of a [`Kernel`](super::table::Kernel): there are rows and columns for one tile at least.
#[inline(always)]
unsafe fn tiles<V: Vector, const SIZE: usize, const N: usize>(
    it: &Transpose,
    strip: &Strip,
    first_row: usize,
    first_column: usize,
    to: *mut u8,
    from: *const u8,
) {
    let height = V::LANES * N;
    let columns = it.columns.min(first_column + strip.columns);
    let rows = it.rows.min(first_row + strip.rows);
    let mut column = first_column;
    while column < columns {
        let at_column = column.min(it.columns - N);
        let line = to.wrapping_offset(at_column as isize * it.to_line);
        let source = from.wrapping_add(at_column * SIZE);
        let mut row = first_row;
        while row < rows {
            let at_row = row.min(it.rows - height);
            // SAFETY: the tile is inside, and the caller vouches for all.
            unsafe {
                tile::<V, SIZE, N>(
                    line.wrapping_add(at_row * SIZE),
                    it.to_line,
                    source.wrapping_offset(at_row as isize * it.from_row),
                    it.from_row,
                );
            }
            row += height;
        }
        column += N;
    }
}

/// Copies the first line of memory of so many rows behind each other.
///
/// # Safety
///
/// A line of each row is good to read, and there is room for as many: [`PACKED_ROWS`] at the most.
#[inline(always)]
unsafe fn pack(packed: *mut u8, from: *const u8, from_row: isize, rows: usize) {
    for row in 0..rows {
        let from = from.wrapping_offset(row as isize * from_row).cast::<[u8; LINE]>();
        // SAFETY: left to the caller.
        unsafe { packed.wrapping_add(row * LINE).cast::<[u8; LINE]>().write(from.read()) };
    }
}
