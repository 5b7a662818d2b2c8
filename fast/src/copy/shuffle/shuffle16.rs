//! Shuffles with vectors of 16 bytes, without masks: what does not fill a vector is copied item by item.

// Loops over indices: the compiler is sure to unroll them, and to keep the vectors in registers.
#![allow(clippy::needless_range_loop)]

use core::ptr;

use super::units::{Chunk, MOST, Shuffle, gaps, places, sources};
use crate::copy::plan::Dimension;
use crate::copy::plan::walk::walk;

/// The bytes of a vector.
const VECTOR: usize = 16;

#[cfg(target_arch = "x86_64")]
type Vector = core::arch::x86_64::__m128i;
#[cfg(target_arch = "aarch64")]
type Vector = core::arch::aarch64::uint8x16_t;

/// A shuffle made ready: which bytes go where, and how far the vectors go.
struct Ready<const READS: usize, const WRITES: usize> {
    chunk: usize,
    to: [isize; WRITES],
    from: [isize; READS],
    /// Where each byte of a vector that is written is in each that is read; more than 127 if it is not in it.
    index: [[Vector; READS]; WRITES],
    /// Units that are copied item by item before the first chunk and behind the last.
    before: usize,
    behind: usize,
}

/// Does the shuffle at each place of the outer dimensions; false, and nothing, if it has gaps to be left
/// alone, or is one unit over and over.
///
/// # Safety
///
/// The processor has SSSE3, or NEON. The items are good to read and to write, on each side, and so are the
/// bytes between those that are read.
pub(super) unsafe fn shuffle16(
    it: &Shuffle,
    chunk: Chunk,
    outer: &[Dimension],
    to: *mut u8,
    from: *const u8,
) -> bool {
    // What is read beyond a unit must be of others.
    if gaps(it) || it.from.unit == 0 {
        return false;
    }
    // SAFETY: left to the caller.
    unsafe {
        match chunk.reads {
            1 => by_writes::<1>(it, chunk, outer, to, from),
            2 => by_writes::<2>(it, chunk, outer, to, from),
            3 => by_writes::<3>(it, chunk, outer, to, from),
            _ => by_writes::<MOST>(it, chunk, outer, to, from),
        }
    }
    true
}

#[inline(always)]
unsafe fn by_writes<const READS: usize>(
    it: &Shuffle,
    chunk: Chunk,
    outer: &[Dimension],
    to: *mut u8,
    from: *const u8,
) {
    // SAFETY: left to the caller.
    unsafe {
        match chunk.writes {
            1 => all::<READS, 1>(it, chunk.units, outer, to, from),
            2 => all::<READS, 2>(it, chunk.units, outer, to, from),
            3 => all::<READS, 3>(it, chunk.units, outer, to, from),
            _ => all::<READS, MOST>(it, chunk.units, outer, to, from),
        }
    }
}

#[cfg_attr(target_arch = "x86_64", target_feature(enable = "ssse3"))]
unsafe fn all<const READS: usize, const WRITES: usize>(
    it: &Shuffle,
    chunk: usize,
    outer: &[Dimension],
    to: *mut u8,
    from: *const u8,
) {
    // SAFETY: left to the caller.
    unsafe {
        let ready = Ready::<READS, WRITES>::new(it, chunk);
        walk(outer, to, from, &mut |to, from| one(it, &ready, to, from));
    }
}

/// The shuffle at one place.
///
/// # Safety
///
/// That of [`shuffle16`], from here.
#[cfg_attr(target_arch = "x86_64", target_feature(enable = "ssse3"))]
unsafe fn one<const READS: usize, const WRITES: usize>(
    it: &Shuffle,
    ready: &Ready<READS, WRITES>,
    to: *mut u8,
    from: *const u8,
) {
    let inside = it.units.saturating_sub(ready.before + ready.behind);
    let end = ready.before + inside / ready.chunk * ready.chunk;
    // SAFETY: the units are there, says the caller. Where a vector reads or writes more than its units there
    // are others, which are written later.
    unsafe {
        for unit in 0..ready.before.min(it.units) {
            item_by_item(it, unit, to, from);
        }
        for unit in (ready.before..end).step_by(ready.chunk) {
            let to = to.wrapping_offset(unit as isize * it.to.unit);
            permute(ready, to, from.wrapping_offset(unit as isize * it.from.unit));
        }
        for unit in end..it.units {
            item_by_item(it, unit, to, from);
        }
    }
}

/// One unit, without vectors.
///
/// # Safety
///
/// The unit is good to read and to write.
unsafe fn item_by_item(it: &Shuffle, unit: usize, to: *mut u8, from: *const u8) {
    for item in 0..it.items as isize {
        let to = to.wrapping_offset(unit as isize * it.to.unit + item * it.to.item);
        let from = from.wrapping_offset(unit as isize * it.from.unit + item * it.from.item);
        // SAFETY: left to the caller.
        unsafe { ptr::copy_nonoverlapping(from, to, it.run) };
    }
}

/// One chunk. What is written beyond it is written again by the next, or item by item.
///
/// # Safety
///
/// The vectors are good to read and to write, whole.
#[inline]
#[cfg_attr(target_arch = "x86_64", target_feature(enable = "ssse3"))]
unsafe fn permute<const READS: usize, const WRITES: usize>(
    ready: &Ready<READS, WRITES>,
    to: *mut u8,
    from: *const u8,
) {
    // SAFETY: left to the caller; a vector of bytes has no alignment.
    unsafe {
        let mut read = [load(from.wrapping_offset(ready.from[0])); READS];
        for i in 1..READS {
            read[i] = load(from.wrapping_offset(ready.from[i]));
        }
        for i in 0..WRITES {
            let mut written = look_up(read[0], ready.index[i][0]);
            for j in 1..READS {
                written = or(written, look_up(read[j], ready.index[i][j]));
            }
            store(to.wrapping_offset(ready.to[i]), written);
        }
    }
}

impl<const READS: usize, const WRITES: usize> Ready<READS, WRITES> {
    #[cfg_attr(target_arch = "x86_64", target_feature(enable = "ssse3"))]
    unsafe fn new(it: &Shuffle, chunk: usize) -> Self {
        // SAFETY: as many bytes as a vector has.
        let none = unsafe { load([0; VECTOR].as_ptr()) };
        let mut index = [[none; READS]; WRITES];
        for (vector, reads) in index.iter_mut().enumerate() {
            let places = sources::<VECTOR>(it, chunk, vector);
            for (read, index) in reads.iter_mut().enumerate() {
                let own = places.map(|place| place.wrapping_sub((VECTOR * read) as u8));
                let own = own.map(|place| if place < VECTOR as u8 { place } else { 0x80 });
                // SAFETY: as above.
                *index = unsafe { load(own.as_ptr()) };
            }
        }
        let beyond = |steps: &super::units::Steps, vectors: usize| {
            let whole = if steps.rows { VECTOR } else { VECTOR * vectors };
            (whole - it.span(steps, chunk)).div_ceil(steps.unit.unsigned_abs().max(1))
        };
        let (read, written) = (beyond(&it.from, READS), beyond(&it.to, WRITES));
        // What is read beyond lies above: there are the units before, if they go down.
        let down = it.from.unit < 0;
        Ready {
            chunk,
            to: places::<VECTOR, WRITES>(&it.to, 0),
            from: places::<VECTOR, READS>(&it.from, it.from.lowest(chunk, it.items)),
            index,
            before: if down { read } else { 0 },
            behind: if down { written } else { written.max(read) },
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod intrinsics {
    use core::arch::x86_64::*;

    #[inline(always)]
    pub(super) unsafe fn load(from: *const u8) -> __m128i {
        // SAFETY: left to the caller.
        unsafe { _mm_loadu_si128(from.cast()) }
    }

    #[inline(always)]
    pub(super) unsafe fn store(to: *mut u8, vector: __m128i) {
        // SAFETY: left to the caller.
        unsafe { _mm_storeu_si128(to.cast(), vector) }
    }

    #[inline(always)]
    pub(super) unsafe fn or(one: __m128i, other: __m128i) -> __m128i {
        // SAFETY: SSE2 is on each x86-64.
        unsafe { _mm_or_si128(one, other) }
    }

    #[inline(always)]
    pub(super) unsafe fn look_up(bytes: __m128i, index: __m128i) -> __m128i {
        // SAFETY: left to the caller.
        unsafe { _mm_shuffle_epi8(bytes, index) }
    }
}

#[cfg(target_arch = "aarch64")]
mod intrinsics {
    use core::arch::aarch64::*;

    #[inline(always)]
    pub(super) unsafe fn load(from: *const u8) -> uint8x16_t {
        // SAFETY: left to the caller.
        unsafe { vld1q_u8(from) }
    }

    #[inline(always)]
    pub(super) unsafe fn store(to: *mut u8, vector: uint8x16_t) {
        // SAFETY: left to the caller.
        unsafe { vst1q_u8(to, vector) }
    }

    #[inline(always)]
    pub(super) unsafe fn or(one: uint8x16_t, other: uint8x16_t) -> uint8x16_t {
        // SAFETY: NEON is on each aarch64.
        unsafe { vorrq_u8(one, other) }
    }

    #[inline(always)]
    pub(super) unsafe fn look_up(bytes: uint8x16_t, index: uint8x16_t) -> uint8x16_t {
        // SAFETY: left to the caller.
        unsafe { vqtbl1q_u8(bytes, index) }
    }
}

use intrinsics::{load, look_up, or, store};
