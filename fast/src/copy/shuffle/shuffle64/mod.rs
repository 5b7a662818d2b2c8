//! Shuffles with vectors of 64 bytes: any byte of two vectors at once, and masks for what is not to be touched.

// Loops over indices: the compiler is sure to unroll them, and to keep the vectors in registers.
#![allow(clippy::needless_range_loop)]

mod many;
mod masks;
mod permute;

use super::units::{Chunk, MOST, Shuffle};
use crate::copy::plan::Dimension;
use crate::copy::plan::walk::walk;
use many::{MANY, all_of_many};
use permute::{Ready, permute};

/// Does the shuffle at each place of the outer dimensions. What is large may be streamed: see
/// [`fence`](crate::copy::stream::fence).
///
/// # Safety
///
/// The processor has AVX-512 F, BW, VL and VBMI. The items are good to read, and so are the bytes between them,
/// and to write.
pub(super) unsafe fn shuffle64(
    it: &Shuffle,
    chunk: Chunk,
    outer: &[Dimension],
    to: *mut u8,
    from: *const u8,
) {
    // SAFETY: left to the caller.
    unsafe {
        match chunk.reads {
            1 => by_writes::<1>(it, chunk, outer, to, from),
            2 => by_writes::<2>(it, chunk, outer, to, from),
            3 => by_writes::<3>(it, chunk, outer, to, from),
            _ => by_writes::<MOST>(it, chunk, outer, to, from),
        }
    }
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

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi")]
unsafe fn all<const READS: usize, const WRITES: usize>(
    it: &Shuffle,
    chunk: usize,
    outer: &[Dimension],
    to: *mut u8,
    from: *const u8,
) {
    if it.units >= MANY {
        // SAFETY: left to the caller.
        return unsafe { all_of_many::<READS, WRITES>(it, chunk, outer, to, from) };
    }
    let ready = Ready::<READS, WRITES>::new(it, chunk);
    // SAFETY: left to the caller.
    unsafe { walk(outer, to, from, &mut |to, from| one(it, &ready, to, from)) };
}

/// The shuffle at one place.
///
/// # Safety
///
/// That of [`shuffle64`], from here.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi")]
unsafe fn one<const READS: usize, const WRITES: usize>(
    it: &Shuffle,
    ready: &Ready<READS, WRITES>,
    mut to: *mut u8,
    mut from: *const u8,
) {
    let (chunks, rest) = it.split(ready.chunk);
    // SAFETY: the units are there, says the caller. The masks let be read what is from the first of them to
    // the last, and written the items.
    unsafe {
        for _ in 0..chunks {
            permute(ready, &ready.full, to, from);
            to = to.wrapping_offset(ready.chunk as isize * it.to.unit);
            from = from.wrapping_offset(ready.chunk as isize * it.from.unit);
        }
        if rest > 0 {
            permute(ready, &ready.rest, to, from);
        }
    }
}
