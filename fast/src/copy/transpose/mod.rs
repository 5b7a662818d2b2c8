//! Transposing: the destination lies along one dimension, the source along another.

mod panels;
mod strips;
mod tile;
mod vector;

use super::cpu::Cpu;
use panels::panels;
use vector::Vector;

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
            1 => panels::<V, 1, 16>(it, to, from),
            2 => panels::<V, 2, 8>(it, to, from),
            4 => panels::<V, 4, 4>(it, to, from),
            8 => panels::<V, 8, 2>(it, to, from),
            _ => panels::<V, 16, 1>(it, to, from),
        }
    }
}
