//! A shuffle made ready, and one chunk of it.

use core::arch::x86_64::*;

use super::masks::{Masks, even_sources, is_even, items};
use crate::copy::shuffle::units::{Shuffle, places, sources};
use crate::copy::vector64::VECTOR;

/// A shuffle made ready: which bytes go where.
pub(super) struct Ready<const READS: usize, const WRITES: usize> {
    pub(super) chunk: usize,
    to: [isize; WRITES],
    from: [isize; READS],
    /// Where each byte of a vector that is written comes from: vector and byte of those that are read.
    index: [__m512i; WRITES],
    pub(super) full: Masks<READS, WRITES>,
    /// Whether all bytes of vectors are written.
    pub(super) whole: bool,
    /// The bytes that are written of those vectors if all units are there.
    pub(super) items: [u64; WRITES],
    /// For the units that are left over, if there are any.
    pub(super) rest: Masks<READS, WRITES>,
}

impl<const READS: usize, const WRITES: usize> Ready<READS, WRITES> {
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi")]
    pub(super) fn new(it: &Shuffle, chunk: usize) -> Self {
        let mut index = [_mm512_setzero_si512(); WRITES];
        for (vector, index) in index.iter_mut().enumerate() {
            *index = if is_even(it) {
                even_sources(it, chunk, vector)
            } else {
                let bytes = sources::<VECTOR>(it, chunk, vector);
                // SAFETY: as many bytes as a vector has.
                unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) }
            };
        }
        let (_, rest) = it.split(chunk);
        let items = items(it);
        let full = Masks::new(it, chunk, chunk, &items);
        let whole = full.write.iter().all(|&mask| mask == u64::MAX);
        Ready {
            chunk,
            whole,
            to: places::<VECTOR, WRITES>(&it.to, 0),
            from: places::<VECTOR, READS>(&it.from, it.from.lowest(chunk, it.items)),
            index,
            full,
            rest: Masks::new(it, chunk, rest, &items),
            items,
        }
    }
}

/// How vectors are written: by a mask, whole, or whole and past the caches.
pub(super) const MASKED: u8 = 0;
pub(super) const WHOLE: u8 = 1;
pub(super) const STREAMED: u8 = 2;

/// One chunk, or what is left of it, by masks.
///
/// # Safety
///
/// That of [`permute_by`].
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi")]
pub(super) unsafe fn permute<const READS: usize, const WRITES: usize>(
    ready: &Ready<READS, WRITES>,
    masks: &Masks<READS, WRITES>,
    to: *mut u8,
    from: *const u8,
) {
    // SAFETY: left to the caller.
    unsafe { permute_by::<READS, WRITES, false, MASKED>(ready, masks, to, from) };
}

/// One chunk, or what is left of it.
///
/// # Safety
///
/// What the masks tell of is good to read, and to write: all of the vectors that are read if `READ`, all of
/// those that are written unless these are `MASKED`, and lines if they are `STREAMED`.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi")]
pub(super) unsafe fn permute_by<
    const READS: usize,
    const WRITES: usize,
    const READ: bool,
    const WRITE: u8,
>(
    ready: &Ready<READS, WRITES>,
    masks: &Masks<READS, WRITES>,
    to: *mut u8,
    from: *const u8,
) {
    let mut read = [_mm512_setzero_si512(); READS];
    for i in 0..READS {
        let place = from.wrapping_offset(ready.from[i]).cast::<i8>();
        // SAFETY: the mask is for bytes from the first unit to the last.
        read[i] = unsafe {
            if READ {
                _mm512_loadu_si512(place.cast())
            } else {
                _mm512_maskz_loadu_epi8(masks.read[i], place)
            }
        };
    }
    for i in 0..WRITES {
        let index = ready.index[i];
        let written = match READS {
            1 => _mm512_permutexvar_epi8(index, read[0]),
            2 => _mm512_permutex2var_epi8(read[0], index, read[1]),
            _ => {
                let low = _mm512_permutex2var_epi8(read[0], index, read[1]);
                let high = _mm512_movepi8_mask(index);
                if READS == 3 {
                    _mm512_mask_permutexvar_epi8(low, high, index, read[2])
                } else {
                    let other = _mm512_permutex2var_epi8(read[2], index, read[READS - 1]);
                    _mm512_mask_blend_epi8(high, low, other)
                }
            }
        };
        let place = to.wrapping_offset(ready.to[i]);
        // SAFETY: the mask is for bytes of items.
        unsafe {
            match WRITE {
                MASKED => _mm512_mask_storeu_epi8(place.cast(), masks.write[i], written),
                WHOLE => _mm512_storeu_si512(place.cast(), written),
                _ => _mm512_stream_si512(place.cast(), written),
            }
        }
    }
}
