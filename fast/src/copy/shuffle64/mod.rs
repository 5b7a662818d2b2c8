//! Shuffles with vectors of 64 bytes: any byte of two vectors at once, and masks for what is not to be touched.

// Loops over indices: the compiler is sure to unroll them, and to keep the vectors in registers.
#![allow(clippy::needless_range_loop)]

mod many;
mod masks;

use core::arch::x86_64::*;

use super::plan::Dimension;
use super::shuffle::{Chunk, MOST, Shuffle, places, sources};
use super::walk::walk;
use many::{MANY, all_of_many};
use masks::{Masks, even_sources, is_even, items};

/// The bytes of a vector.
pub(super) const VECTOR: usize = 64;

/// A shuffle made ready: which bytes go where.
struct Ready<const READS: usize, const WRITES: usize> {
    chunk: usize,
    to: [isize; WRITES],
    from: [isize; READS],
    /// Where each byte of a vector that is written comes from: vector and byte of those that are read.
    index: [__m512i; WRITES],
    full: Masks<READS, WRITES>,
    /// Whether all bytes of vectors are written.
    whole: bool,
    /// The bytes that are written of those vectors if all units are there.
    items: [u64; WRITES],
    /// For the units that are left over, if there are any.
    rest: Masks<READS, WRITES>,
}

/// Does the shuffle at each place of the outer dimensions. What is large may be streamed: see
/// [`fence`](super::stream::fence).
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

/// How vectors are written: by a mask, whole, or whole and past the caches.
const MASKED: u8 = 0;
const WHOLE: u8 = 1;
const STREAMED: u8 = 2;

/// One chunk, or what is left of it, by masks.
///
/// # Safety
///
/// That of [`permute_by`].
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi")]
unsafe fn permute<const READS: usize, const WRITES: usize>(
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
unsafe fn permute_by<const READS: usize, const WRITES: usize, const READ: bool, const WRITE: u8>(
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

impl<const READS: usize, const WRITES: usize> Ready<READS, WRITES> {
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi")]
    fn new(it: &Shuffle, chunk: usize) -> Self {
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

/// 0, 1, 2 and so on.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn numbers() -> __m512i {
    const NUMBERS: [u8; VECTOR] = {
        let mut numbers = [0; VECTOR];
        let mut number = 0;
        while number < VECTOR {
            numbers[number] = number as u8;
            number += 1;
        }
        numbers
    };
    // SAFETY: as many bytes as a vector has.
    unsafe { _mm512_loadu_si512(NUMBERS.as_ptr().cast()) }
}
