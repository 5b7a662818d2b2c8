//! Transposing: the destination lies along one dimension, the source along another.

#[cfg(target_arch = "x86_64")]
mod lines;
mod narrow;
mod panels;
mod strips;
mod table;
#[cfg(test)]
#[cfg(not(miri))] // So many bytes take Miri hours.
mod tests;
mod tile;
mod vector;

use alloc::vec::Vec;

use super::cpu::Cpu;
use super::plan::Dimension;
use super::plan::walk::walk;
use narrow::Narrow;
use strips::strips;
use table::Kernel;
pub(super) use table::Transpose;
use vector::Vector;

/// Transposes at each place of the outer dimensions; past the caches if all of it is `large`, and then to be
/// [fenced](super::stream::fence). False, and nothing done, if there are too few items for vectors, or if they are of
/// a size that no kernel is for.
///
/// # Safety
///
/// The items are good to read, and to write, and the two sides share no memory. The processor has what `cpu` says.
pub(super) unsafe fn transpose(
    cpu: Cpu,
    it: &Transpose,
    large: bool,
    outer: &[Dimension],
    to: *mut u8,
    from: *const u8,
) -> bool {
    // What is streamed is written in parts of items: only where no others are. Of short lines most would be the
    // parts of lines of memory at their ends, which go through the caches.
    let line = it.rows.saturating_mul(it.run);
    let streams = large && (STREAMED_LINE..=it.to_line.unsigned_abs()).contains(&line);
    #[cfg(target_arch = "x86_64")]
    if streams && let Some(kernel) = by_lines(it, cpu) {
        // SAFETY: left to the caller.
        walk(outer, to, from, &mut |to, from| unsafe { kernel(it, to, from) });
        return true;
    }
    let Some(kernel) = widest(it, cpu) else { return false };
    let streams = streams.then_some(cpu);
    let mut room = Vec::new();
    walk(outer, to, from, &mut |to, from| {
        // SAFETY: left to the caller.
        unsafe { panels::transpose(kernel, it, streams, &mut room, to, from) };
    });
    true
}

/// The fewest bytes of a line of the destination that is streamed.
const STREAMED_LINE: usize = 512;

/// The widest vectors of those there are that these items fill.
fn widest(it: &Transpose, cpu: Cpu) -> Option<Kernel> {
    // Of the items of 3, 6 and 12 bytes, vectors hold as many as of the next power of two. Two more
    // of 3 bytes must be in a row, one of 6 and of 12.
    let narrow = matches!(it.run, 3 | 6 | 12);
    let size = it.run.next_power_of_two();
    let shift = size.trailing_zeros(); // A division would take longer than all else here.
    let columns = (16 >> shift) + if narrow { 6 / it.run.min(6) } else { 0 };
    if size > 16 || !(narrow || it.run == size) || it.columns < columns {
        return None;
    }
    let fills = |bytes: usize| it.rows >= bytes >> shift;
    by_width(cpu, narrow, fills)
}

/// The kernel for what is larger than the caches, for items of which a few fill a vector, if there is one.
#[cfg(target_arch = "x86_64")]
fn by_lines(it: &Transpose, cpu: Cpu) -> Option<Kernel> {
    let kernel = match it.run {
        4 => x86::LINES4,
        8 => x86::LINES8,
        16 => x86::LINES16,
        _ => return None,
    };
    let fills = it.rows.min(it.columns) >= 64 / it.run;
    (cpu >= Cpu::Vector64 && fills).then_some(kernel)
}

#[cfg(target_arch = "x86_64")]
fn by_width(cpu: Cpu, narrow: bool, fills: impl Fn(usize) -> bool) -> Option<Kernel> {
    Some(match narrow {
        true if cpu >= Cpu::Vector64 && fills(64) => x86::narrow64,
        true if cpu >= Cpu::Shuffle16 && fills(16) => x86::narrow16,
        false if cpu >= Cpu::Vector64 && fills(64) => x86::transpose64,
        false if cpu >= Cpu::Vector32 && fills(32) => x86::transpose32,
        false if cpu >= Cpu::Vector16 && fills(16) => x86::transpose16,
        _ => return None,
    })
}

#[cfg(target_arch = "aarch64")]
fn by_width(cpu: Cpu, narrow: bool, fills: impl Fn(usize) -> bool) -> Option<Kernel> {
    Some(match narrow {
        true if cpu >= Cpu::Shuffle16 && fills(16) => aarch64::narrow16,
        false if cpu >= Cpu::Vector16 && fills(16) => aarch64::transpose16,
        _ => return None,
    })
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn by_width(_cpu: Cpu, _narrow: bool, _fills: impl Fn(usize) -> bool) -> Option<Kernel> {
    None
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use core::arch::x86_64::*;

    use super::lines::lines;
    use super::{Kernel, Transpose, narrow_by_size, strips_by_size};

    pub(super) const LINES4: Kernel = lines::<4, 4, 16>;
    pub(super) const LINES8: Kernel = lines::<8, 2, 8>;
    pub(super) const LINES16: Kernel = lines::<16, 1, 4>;

    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi")]
    pub(super) unsafe fn transpose64(it: &Transpose, to: *mut u8, from: *const u8) {
        // SAFETY: left to the caller.
        unsafe { strips_by_size::<__m512i>(it, to, from) };
    }

    #[target_feature(enable = "avx2")]
    pub(super) unsafe fn transpose32(it: &Transpose, to: *mut u8, from: *const u8) {
        // SAFETY: left to the caller.
        unsafe { strips_by_size::<__m256i>(it, to, from) };
    }

    pub(super) unsafe fn transpose16(it: &Transpose, to: *mut u8, from: *const u8) {
        // SAFETY: left to the caller.
        unsafe { strips_by_size::<__m128i>(it, to, from) };
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi")]
    pub(super) unsafe fn narrow64(it: &Transpose, to: *mut u8, from: *const u8) {
        // SAFETY: left to the caller.
        unsafe { narrow_by_size::<__m512i>(it, to, from) };
    }

    #[target_feature(enable = "ssse3")]
    pub(super) unsafe fn narrow16(it: &Transpose, to: *mut u8, from: *const u8) {
        // SAFETY: left to the caller.
        unsafe { narrow_by_size::<__m128i>(it, to, from) };
    }
}

#[cfg(target_arch = "aarch64")]
mod aarch64 {
    use core::arch::aarch64::*;

    use super::{Transpose, narrow_by_size, strips_by_size};

    pub(super) unsafe fn transpose16(it: &Transpose, to: *mut u8, from: *const u8) {
        // SAFETY: left to the caller.
        unsafe { strips_by_size::<uint8x16_t>(it, to, from) };
    }

    pub(super) unsafe fn narrow16(it: &Transpose, to: *mut u8, from: *const u8) {
        // SAFETY: left to the caller.
        unsafe { narrow_by_size::<uint8x16_t>(it, to, from) };
    }
}

#[allow(dead_code)] // Not on processors without vectors.
#[inline(always)]
unsafe fn strips_by_size<V: Vector>(it: &Transpose, to: *mut u8, from: *const u8) {
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

#[allow(dead_code)] // As above.
#[inline(always)]
unsafe fn narrow_by_size<V: Narrow>(it: &Transpose, to: *mut u8, from: *const u8) {
    // SAFETY: left to the caller.
    unsafe {
        match it.run {
            3 => narrow::tiles::<V, 4, 4>(it, to, from),
            6 => narrow::tiles::<V, 8, 2>(it, to, from),
            _ => narrow::tiles::<V, 16, 1>(it, to, from),
        }
    }
}
