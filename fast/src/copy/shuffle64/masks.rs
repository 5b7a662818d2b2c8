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
    /// Those for the first `units` of a chunk; `items` are the bytes that are written if all are.
    #[inline(always)]
    pub(super) fn new(it: &Shuffle, chunk: usize, units: usize, items: &[u64; WRITES]) -> Self {
        let mut masks = Masks { read: [0; READS], write: [0; WRITES] };
        if units == 0 {
            return masks;
        }
        // A side that goes down begins at the upper end of the chunk.
        let first = (it.from.lowest(units, it.items) - it.from.lowest(chunk, it.items)) as usize;
        let end = first + it.span(&it.from, units);
        for vector in 0..READS {
            let before = if it.from.rows { 0 } else { VECTOR * vector };
            masks.read[vector] =
                bits(end.saturating_sub(before)) & !bits(first.saturating_sub(before));
        }
        let end = it.span(&it.to, units);
        for vector in 0..WRITES {
            let before = if it.to.rows { 0 } else { VECTOR * vector };
            masks.write[vector] = bits(end.saturating_sub(before)) & items[vector];
        }
        masks
    }
}

/// The bytes of items among those of each vector that is written: all but those between them.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi")]
pub(super) fn items<const WRITES: usize>(it: &Shuffle) -> [u64; WRITES] {
    let mut items = [u64::MAX; WRITES];
    if gaps(it) {
        for vector in 0..WRITES {
            let bytes = written::<VECTOR>(it, vector);
            // SAFETY: as many bytes as a vector has.
            let bytes = unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) };
            items[vector] = _mm512_movepi8_mask(bytes);
        }
    }
    items
}

/// The lowest so many bits.
#[inline(always)]
fn bits(count: usize) -> u64 {
    if count >= 64 { u64::MAX } else { (1 << count) - 1 }
}
