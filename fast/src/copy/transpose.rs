//! Transposing: the destination lies along one dimension, the source along another.

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

/// How many columns and rows are transposed before the next ones are begun: the lines of the source's memory
/// that this touches stay in the first cache until they are used up.
const COLUMNS: usize = 32;
const ROWS: usize = 256;

impl Transpose {
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
            1 => tiles::<V, 1, 16>(it, to, from),
            2 => tiles::<V, 2, 8>(it, to, from),
            4 => tiles::<V, 4, 4>(it, to, from),
            8 => tiles::<V, 8, 2>(it, to, from),
            _ => tiles::<V, 16, 1>(it, to, from),
        }
    }
}

/// Goes through all in tiles of as many rows as fit a vector by as many columns as fit a lane. Where
/// these do not come out even, the last ones are some of the items before once more.
#[inline(always)]
unsafe fn tiles<V: Vector, const SIZE: usize, const N: usize>(
    it: &Transpose,
    to: *mut u8,
    from: *const u8,
) {
    let height = V::LANES * N;
    let mut first_column = 0;
    while first_column < it.columns {
        let columns = it.columns.min(first_column + COLUMNS);
        let mut first_row = 0;
        while first_row < it.rows {
            let rows = it.rows.min(first_row + ROWS);
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
            first_row += ROWS;
        }
        first_column += COLUMNS;
    }
}

/// Transposes the `N` by `N` items of each lane, all lanes at once: the lanes of a vector are `N` rows
/// apart, and so the items of a column end up in one vector, one behind the other.
#[inline(always)]
unsafe fn tile<V: Vector, const SIZE: usize, const N: usize>(
    to: *mut u8,
    to_line: isize,
    from: *const u8,
    from_row: isize,
) {
    // SAFETY: left to the caller.
    unsafe {
        let lanes = N as isize * from_row;
        let mut vectors = [V::gather(from, lanes); N];
        for (row, vector) in vectors.iter_mut().enumerate().skip(1) {
            *vector = V::gather(from.wrapping_offset(row as isize * from_row), lanes);
        }
        // An item's place is told by the bits of its row, then those of its column. Each turn moves the bits
        // round by one; after as many turns as a row has, row and column have changed places.
        let mut turn = 1;
        while turn < N {
            let before = vectors;
            for i in 0..N / 2 {
                (vectors[2 * i], vectors[2 * i + 1]) = before[i].zip::<SIZE>(before[i + N / 2]);
            }
            turn *= 2;
        }
        for (line, vector) in vectors.into_iter().enumerate() {
            vector.store(to.wrapping_offset(line as isize * to_line));
        }
    }
}
