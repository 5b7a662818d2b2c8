//! Transposing what is larger than the caches: whole lines of memory are read, each once, and written past them.

// Loops over indices: the compiler is sure to unroll them, and to keep the vectors in registers.
#![allow(clippy::needless_range_loop)]

use core::arch::x86_64::*;
use core::ops::Range;
use core::ptr;

use super::table::Transpose;
use super::tile::turned;
use crate::copy::vector64::{VECTOR, numbers};

/// How much is transposed before the next is begun, which is fetched meanwhile: so many rows, so many bytes of each.
const ROWS: usize = 64;
const BYTES: usize = 1024;

/// Goes through all, along the rows first, in bands of as many columns as fill a vector. `N` items, of `SIZE`
/// bytes each, are 16 bytes.
///
/// # Safety
///
/// That of a [`Kernel`](super::table::Kernel), for vectors of 64 bytes, as many columns as fill one, and lines of the
/// destination that do not share memory. The processor has AVX-512 F, BW and VBMI. What was written is for other
/// threads to be seen after a fence.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi")]
pub(super) unsafe fn lines<const SIZE: usize, const N: usize, const COLUMNS: usize>(
    it: &Transpose,
    to: *mut u8,
    from: *const u8,
) {
    let height = VECTOR / SIZE;
    let tiles = it.rows / height;
    let (block_tiles, block_columns) = (ROWS / height, BYTES / SIZE);
    for left in (0..it.columns).step_by(block_columns) {
        let right = it.columns.min(left + block_columns);
        for first in (0..tiles).step_by(block_tiles) {
            let last = tiles.min(first + block_tiles);
            let next = if last < tiles { (last * height, left) } else { (0, right) };
            let mut ahead = Ahead::new(it, from, next, SIZE);
            for column in (left..right).step_by(COLUMNS) {
                let column = column.min(it.columns - COLUMNS);
                let band = Band::<SIZE, N, COLUMNS> {
                    it,
                    to: to.wrapping_offset(column as isize * it.to_line),
                    from: from.wrapping_add(column * SIZE),
                };
                // SAFETY: these columns are inside, and the caller vouches for all.
                unsafe {
                    band.tiles(first..last, &mut ahead);
                    if last == tiles && !it.rows.is_multiple_of(height) {
                        band.last_rows();
                    }
                }
            }
        }
    }
}

/// As many columns as a vector has items.
struct Band<'a, const SIZE: usize, const N: usize, const COLUMNS: usize> {
    it: &'a Transpose,
    to: *mut u8,
    from: *const u8,
}

impl<const SIZE: usize, const N: usize, const COLUMNS: usize> Band<'_, SIZE, N, COLUMNS> {
    /// Rows of a tile.
    const HEIGHT: usize = VECTOR / SIZE;

    /// Writes so many tiles, by lines of memory: with the end of one tile's vectors the beginning of the next
    /// one's. So the first line is begun by the tile before them, and the last one is left to those behind them.
    ///
    /// # Safety
    ///
    /// They are inside: that of [`lines`].
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi")]
    unsafe fn tiles(&self, tiles: Range<usize>, ahead: &mut Ahead) {
        let bytes = numbers();
        // Of each column: the bytes before its first whole line, and where that is.
        let mut before = [0; COLUMNS];
        let mut places = [self.to; COLUMNS];
        for i in 0..COLUMNS {
            let line = self.to.wrapping_offset(i as isize * self.it.to_line);
            before[i] = line.addr().wrapping_neg() % VECTOR;
            places[i] = line.wrapping_add(before[i]);
        }
        let start = tiles.start.saturating_sub(1);
        let mut done = start * VECTOR;
        // SAFETY: left to the caller.
        unsafe {
            let mut tile = self.tile(start * Self::HEIGHT);
            if tiles.start == 0 {
                for i in 0..COLUMNS {
                    put(places[i].wrapping_sub(before[i]), tile[i], 0..before[i]);
                }
            }
            for number in start + 1..tiles.end {
                // A quarter more than this tile has: rows need not begin with a line.
                ahead.fetch(Self::HEIGHT * 5 / 4);
                let following = self.tile(number * Self::HEIGHT);
                for i in 0..COLUMNS {
                    let index = _mm512_add_epi8(bytes, _mm512_set1_epi8(before[i] as i8));
                    let line = _mm512_permutex2var_epi8(tile[i], index, following[i]);
                    _mm512_stream_si512(places[i].wrapping_add(done).cast(), line);
                }
                tile = following;
                done += VECTOR;
            }
            if tiles.end == self.it.rows / Self::HEIGHT {
                for i in 0..COLUMNS {
                    let place = places[i].wrapping_add(done).wrapping_sub(before[i]);
                    put(place, tile[i], before[i]..VECTOR);
                }
            }
        }
    }

    /// Writes the rows that do not fill a tile, with some of those before them once more.
    ///
    /// # Safety
    ///
    /// That of [`lines`].
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi")]
    unsafe fn last_rows(&self) {
        let row = self.it.rows - Self::HEIGHT;
        let mut to = self.to.wrapping_add(row * SIZE);
        // SAFETY: left to the caller.
        unsafe {
            let tile = self.tile(row);
            for i in 0..COLUMNS {
                _mm512_storeu_si512(to.cast(), tile[i]);
                to = to.wrapping_offset(self.it.to_line);
            }
        }
    }

    /// The columns of the tile from a row on: a vector for each.
    ///
    /// # Safety
    ///
    /// The rows are there.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi")]
    unsafe fn tile(&self, row: usize) -> [__m512i; COLUMNS] {
        let step = self.it.from_row;
        let from = self.from.wrapping_offset(row as isize * step);
        let mut lanes = [[_mm512_setzero_si512(); N]; 4];
        for i in 0..N {
            let from = from.wrapping_offset(i as isize * step);
            // SAFETY: left to the caller.
            let turned = turn_lanes(unsafe { load_rows(from, N as isize * step) });
            for lane in 0..4 {
                lanes[lane][i] = turned[lane];
            }
        }
        let mut tile = [_mm512_setzero_si512(); COLUMNS];
        for lane in 0..4 {
            // SAFETY: the processor can.
            let columns = unsafe { turned::<__m512i, SIZE, N>(lanes[lane]) };
            for i in 0..N {
                tile[lane * N + i] = columns[i];
            }
        }
        tile
    }
}

/// What is read when the next block is transposed.
struct Ahead {
    /// Of the row that is fetched now.
    from: *const u8,
    step: isize,
    /// How many lines of memory of the row were fetched.
    lines: usize,
}

impl Ahead {
    #[inline]
    fn new(it: &Transpose, from: *const u8, (row, column): (usize, usize), size: usize) -> Ahead {
        let from = from.wrapping_offset(it.from_row.wrapping_mul(row as isize));
        Ahead { from: from.wrapping_add(column * size), step: it.from_row, lines: 0 }
    }

    /// Fetches so many lines of memory: all of a row, then those of the next, as memory likes it.
    #[inline]
    fn fetch(&mut self, count: usize) {
        for _ in 0..count {
            #[allow(unused_unsafe)] // Safe where SSE is known of.
            // SAFETY: a hint, which reads nothing.
            unsafe {
                _mm_prefetch::<_MM_HINT_T0>(self.from.wrapping_add(self.lines * VECTOR).cast());
            }
            self.lines += 1;
            if self.lines > BYTES / VECTOR {
                self.lines = 0;
                self.from = self.from.wrapping_offset(self.step);
            }
        }
    }
}

/// Writes some bytes of a vector to where they are if the vector is at `to`. Not by a mask, which takes long where
/// the line is in no cache.
///
/// # Safety
///
/// They are good to write.
#[inline]
#[target_feature(enable = "avx512f")]
unsafe fn put(to: *mut u8, vector: __m512i, bytes: Range<usize>) {
    let mut all = [0; VECTOR];
    // SAFETY: as many bytes as a vector has; and left to the caller.
    unsafe {
        _mm512_storeu_si512(all.as_mut_ptr().cast(), vector);
        let from = all.as_ptr().wrapping_add(bytes.start);
        ptr::copy_nonoverlapping(from, to.wrapping_add(bytes.start), bytes.len());
    }
}

/// Vectors of four rows, `step` bytes apart.
///
/// # Safety
///
/// They are good to read.
#[inline]
#[target_feature(enable = "avx512f")]
unsafe fn load_rows(from: *const u8, step: isize) -> [__m512i; 4] {
    // SAFETY: left to the caller.
    unsafe {
        [
            _mm512_loadu_si512(from.cast()),
            _mm512_loadu_si512(from.wrapping_offset(step).cast()),
            _mm512_loadu_si512(from.wrapping_offset(2 * step).cast()),
            _mm512_loadu_si512(from.wrapping_offset(3 * step).cast()),
        ]
    }
}

/// The first lanes of all four in one vector, the second ones in the next.
#[inline]
#[target_feature(enable = "avx512f")]
fn turn_lanes([a, b, c, d]: [__m512i; 4]) -> [__m512i; 4] {
    let (first, second) = (_mm512_shuffle_i32x4::<0x44>(a, b), _mm512_shuffle_i32x4::<0xEE>(a, b));
    let (third, fourth) = (_mm512_shuffle_i32x4::<0x44>(c, d), _mm512_shuffle_i32x4::<0xEE>(c, d));
    [
        _mm512_shuffle_i32x4::<0x88>(first, third),
        _mm512_shuffle_i32x4::<0xDD>(first, third),
        _mm512_shuffle_i32x4::<0x88>(second, fourth),
        _mm512_shuffle_i32x4::<0xDD>(second, fourth),
    ]
}
