//! Transposing: the destination lies along one dimension, the source along another.

use core::mem::MaybeUninit;

use super::cpu::Cpu;
use super::vector::Vector;

/// Items of which the destination has those of one *line* in a row, and the source those of one *row*.
/// Item `(line, place)` of the destination is that of row `place` and column `line` of the source.
#[derive(Clone, Copy, Debug)]
pub(super) struct Transpose {
    /// Bytes of an item.
    pub(super) run: usize,
    /// How many items the destination has in a line: the rows of the source.
    pub(super) rows: usize,
    /// How many items the source has in a row: the lines of the destination.
    pub(super) columns: usize,
    /// Bytes from one line of the destination to the next.
    pub(super) to_line: isize,
    /// Bytes from one row of the source to the next.
    pub(super) from_row: isize,
}

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
    fn strip(&self, height: usize) -> Strip {
        let [row, line] = [self.from_row, self.to_line].map(isize::unsigned_abs);
        // Rows a multiple of this apart fight for the same places in the cache.
        let packs = row % 512 == 0 && self.rows >= 16;
        if packs {
            // What is read from next is in the same rows, what is written to next in the same lines.
            let along_rows = row < 4096 || line >= 4096;
            let columns = LINE / self.run;
            return Strip { rows: height.max(32), columns, packs, along_rows };
        }
        Strip { rows: height.max(128), columns: 128 / self.run, packs, along_rows: true }
    }

    /// The widest vectors of those there are that these items fill.
    pub(super) fn kernel(&self, cpu: Cpu) -> Option<unsafe fn(&Transpose, *mut u8, *const u8)> {
        if !matches!(self.run, 1 | 2 | 4 | 8 | 16) || self.columns < 16 / self.run {
            return None;
        }
        #[cfg(target_arch = "x86_64")]
        {
            let fills = |bytes: usize| self.rows >= bytes / self.run;
            if cpu >= Cpu::Vector64 && fills(64) {
                return Some(transpose64);
            }
            if cpu >= Cpu::Vector32 && fills(32) {
                return Some(transpose32);
            }
            if cpu >= Cpu::Vector16 && fills(16) {
                return Some(transpose16);
            }
        }
        #[cfg(target_arch = "aarch64")]
        if cpu >= Cpu::Vector16 && self.rows >= 16 / self.run {
            return Some(transpose16);
        }
        let _ = cpu;
        None
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
unsafe fn transpose64(it: &Transpose, to: *mut u8, from: *const u8) {
    // SAFETY: left to the caller.
    unsafe { by_size::<core::arch::x86_64::__m512i>(it, to, from) };
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
unsafe fn transpose32(it: &Transpose, to: *mut u8, from: *const u8) {
    // SAFETY: left to the caller.
    unsafe { by_size::<core::arch::x86_64::__m256i>(it, to, from) };
}

#[cfg(target_arch = "x86_64")]
unsafe fn transpose16(it: &Transpose, to: *mut u8, from: *const u8) {
    // SAFETY: left to the caller.
    unsafe { by_size::<core::arch::x86_64::__m128i>(it, to, from) };
}

#[cfg(target_arch = "aarch64")]
unsafe fn transpose16(it: &Transpose, to: *mut u8, from: *const u8) {
    // SAFETY: left to the caller.
    unsafe { by_size::<core::arch::aarch64::uint8x16_t>(it, to, from) };
}

#[inline(always)]
unsafe fn by_size<V: Vector>(it: &Transpose, to: *mut u8, from: *const u8) {
    // SAFETY: left to the caller.
    unsafe {
        match it.run {
            1 => strips::<V, 1, 16>(it, to, from),
            2 => strips::<V, 2, 8>(it, to, from),
            4 => strips::<V, 4, 4>(it, to, from),
            8 => strips::<V, 8, 2>(it, to, from),
            _ => strips::<V, 16, 1>(it, to, from),
        }
    }
}

/// Goes through all, strip by strip.
#[inline(always)]
unsafe fn strips<V: Vector, const SIZE: usize, const N: usize>(
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
#[inline(always)]
unsafe fn pack(packed: *mut u8, from: *const u8, from_row: isize, rows: usize) {
    for row in 0..rows {
        let from = from.wrapping_offset(row as isize * from_row).cast::<[u8; LINE]>();
        // SAFETY: left to the caller.
        unsafe { packed.wrapping_add(row * LINE).cast::<[u8; LINE]>().write(from.read()) };
    }
}

/// Transposes the `N` by `N` items of each lane, all lanes at once: the lanes of a vector are `N` rows
/// apart, and so the items of a column end up in one vector, one behind the other.
///
/// An item's place is told by the bits of its row, then those of its column. A [`turn`] moves the bits round
/// by one; after as many turns as a row has bits, row and column have changed places.
#[inline(always)]
unsafe fn tile<V: Vector, const SIZE: usize, const N: usize>(
    to: *mut u8,
    to_line: isize,
    from: *const u8,
    from_row: isize,
) {
    let lanes = N as isize * from_row;
    // SAFETY: left to the caller. Never more than eight vectors in an array, and no closure: the compiler
    // makes memory of larger ones, and calls of these.
    unsafe {
        match N {
            1 => store_all(to, to_line, 0, load::<V, 1>(from, from_row, lanes)),
            2 => {
                let rows = load::<V, 2>(from, from_row, lanes);
                store_all(to, to_line, 0, turn::<V, SIZE, 2>(rows));
            }
            4 => {
                let rows = load::<V, 4>(from, from_row, lanes);
                store_all(to, to_line, 0, two_turns::<V, SIZE>(rows));
            }
            8 => {
                let rows = load::<V, 8>(from, from_row, lanes);
                let rows = turn::<V, SIZE, 8>(turn::<V, SIZE, 8>(rows));
                store_all(to, to_line, 0, turn::<V, SIZE, 8>(rows));
            }
            _ => {
                // Turns of sixteen, of which two together stay within every fourth.
                let a = two_turns::<V, SIZE>(load(from, 4 * from_row, lanes));
                let from = from.wrapping_offset(from_row);
                let b = two_turns::<V, SIZE>(load(from, 4 * from_row, lanes));
                let from = from.wrapping_offset(from_row);
                let c = two_turns::<V, SIZE>(load(from, 4 * from_row, lanes));
                let from = from.wrapping_offset(from_row);
                let d = two_turns::<V, SIZE>(load(from, 4 * from_row, lanes));
                for i in 0..4 {
                    let lines = two_turns::<V, SIZE>([a[i], b[i], c[i], d[i]]);
                    store_all(to, to_line, 4 * i, lines);
                }
            }
        }
    }
}

#[inline(always)]
unsafe fn load<V: Vector, const N: usize>(from: *const u8, step: isize, lanes: isize) -> [V; N] {
    // SAFETY: left to the caller.
    unsafe {
        let mut vectors = [V::gather(from, lanes); N];
        for i in 1..N {
            vectors[i] = V::gather(from.wrapping_offset(i as isize * step), lanes);
        }
        vectors
    }
}

#[inline(always)]
unsafe fn store_all<V: Vector, const N: usize>(
    to: *mut u8,
    to_line: isize,
    first: usize,
    vectors: [V; N],
) {
    for i in 0..N {
        // SAFETY: left to the caller.
        unsafe { vectors[i].store(to.wrapping_offset((first + i) as isize * to_line)) };
    }
}

/// Two turns of four vectors.
#[inline(always)]
unsafe fn two_turns<V: Vector, const SIZE: usize>(vectors: [V; 4]) -> [V; 4] {
    // SAFETY: left to the caller.
    unsafe { turn::<V, SIZE, 4>(turn::<V, SIZE, 4>(vectors)) }
}

/// Zips the first half of the vectors with the second.
#[inline(always)]
unsafe fn turn<V: Vector, const SIZE: usize, const N: usize>(before: [V; N]) -> [V; N] {
    let mut after = [before[0]; N];
    for i in 0..N / 2 {
        // SAFETY: left to the caller.
        (after[2 * i], after[2 * i + 1]) = unsafe { before[i].zip::<SIZE>(before[i + N / 2]) };
    }
    after
}
