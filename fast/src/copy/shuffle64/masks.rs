//! Which bytes of vectors are read and written.

use core::arch::x86_64::*;

use super::VECTOR;
use crate::copy::shuffle::{Shuffle, gaps, written};

/// Which bytes are read, and written: a bit for each.
pub(super) struct Masks<const READS: usize, const WRITES: usize> {
    pub(super) read: [u64; READS],
    pub(super) write: [u64; WRITES],
}

impl<const READS: usize, const WRITES: usize> Masks<READS, WRITES> {
    /// Those for the first `units` of a chunk.
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi")]
    pub(super) fn new(it: &Shuffle, chunk: usize, units: usize) -> Self {
        let mut masks = Masks { read: [0; READS], write: [0; WRITES] };
        if units == 0 {
            return masks;
        }
        // A side that goes down begins at the upper end of the chunk.
        let first = (it.from.lowest(units, it.items) - it.from.lowest(chunk, it.items)) as usize;
        let end = first + it.span(&it.from, units);
        for (vector, mask) in masks.read.iter_mut().enumerate() {
            let before = if it.from.rows { 0 } else { VECTOR * vector };
            *mask = bits(end.saturating_sub(before)) & !bits(first.saturating_sub(before));
        }
        let end = it.span(&it.to, units);
        let gaps = gaps(it);
        for (vector, mask) in masks.write.iter_mut().enumerate() {
            let before = if it.to.rows { 0 } else { VECTOR * vector };
            *mask = bits(end.saturating_sub(before));
            if gaps {
                *mask &= items(it, vector);
            }
        }
        masks
    }
}

/// The bytes of items among those of a vector that is written.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi")]
fn items(it: &Shuffle, vector: usize) -> u64 {
    let bytes = written::<VECTOR>(it, vector);
    // SAFETY: as many bytes as a vector has.
    _mm512_movepi8_mask(unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) })
}

/// The lowest so many bits.
fn bits(count: usize) -> u64 {
    if count >= 64 { u64::MAX } else { (1 << count) - 1 }
}
