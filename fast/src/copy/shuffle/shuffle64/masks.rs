//! Which bytes of vectors are read and written.

use core::arch::x86_64::*;

use crate::copy::shuffle::units::{Shuffle, gaps, written};
use crate::copy::vector64::{VECTOR, numbers};

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
        let end = first + it.near_span(&it.from, units);
        for vector in 0..READS {
            let before = if it.from.rows { 0 } else { VECTOR * vector };
            masks.read[vector] =
                bits(end.saturating_sub(before)) & !bits(first.saturating_sub(before));
        }
        let end = it.near_span(&it.to, units);
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
    if is_even(it) {
        let rest = _mm512_and_si512(numbers(), _mm512_set1_epi8((it.to.unit - 1) as i8));
        return [_mm512_cmplt_epu8_mask(rest, _mm512_set1_epi8(it.run as i8)); WRITES];
    }
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

/// Whether single items begin at multiples of a power of two: then there is no need to divide.
#[inline(always)]
pub(super) fn is_even(it: &Shuffle) -> bool {
    it.items == 1
        && !it.to.rows
        && it.to.unit & (it.to.unit - 1) == 0
        && it.to.unit <= VECTOR as isize
}

/// What [`sources`](crate::copy::shuffle::units::sources) says, if [`is_even`].
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi")]
pub(super) fn even_sources(it: &Shuffle, chunk: usize, vector: usize) -> __m512i {
    let shift = it.to.unit.trailing_zeros();
    let place = _mm512_add_epi8(numbers(), _mm512_set1_epi8((VECTOR * vector) as i8));
    let rest = _mm512_and_si512(place, _mm512_set1_epi8((it.to.unit - 1) as i8));
    // There are shifts and products of two bytes at a time only.
    let unit = _mm512_and_si512(
        _mm512_srl_epi16(place, _mm_cvtsi32_si128(shift as i32)),
        _mm512_set1_epi8((0xFF >> shift) as i8),
    );
    let step = _mm512_set1_epi16(it.from.unit as i16);
    let low = _mm512_mullo_epi16(unit, step);
    let high = _mm512_slli_epi16::<8>(_mm512_mullo_epi16(_mm512_srli_epi16::<8>(unit), step));
    let from = _mm512_mask_mov_epi8(low, 0xAAAA_AAAA_AAAA_AAAA, high);
    let lowest = _mm512_set1_epi8(it.from.lowest(chunk, it.items) as i8);
    _mm512_sub_epi8(_mm512_add_epi8(from, rest), lowest)
}

/// The lowest so many bits.
#[inline(always)]
fn bits(count: usize) -> u64 {
    if count >= 64 { u64::MAX } else { (1 << count) - 1 }
}
