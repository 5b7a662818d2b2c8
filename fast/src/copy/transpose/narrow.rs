//! Transposing items of 3, 6 and 12 bytes: as items of 4, 8 and 16, of which three quarters count.

// On processors without vectors nothing of this is used, or not all.
#![cfg_attr(not(any(target_arch = "x86_64", target_arch = "aarch64")), allow(dead_code))]
// Loops over indices: the compiler is sure to unroll them, and to keep the vectors in registers.
#![allow(clippy::needless_range_loop)]

use super::table::Transpose;
use super::tile::{load, turned};
use super::vector::Vector;

/// How many bytes of a lane count.
const COUNT: usize = 12;

/// Vectors whose lanes can be made wider and narrower.
///
/// # Safety
///
/// The methods are for processors that can permute the bytes of such vectors.
pub(super) trait Narrow: Vector {
    /// Makes items of three quarters of `SIZE` bytes, 12 bytes in all, out of the first bytes of each lane, or
    /// the last, items of `SIZE`.
    ///
    /// # Safety
    ///
    /// That of the trait.
    unsafe fn widen<const SIZE: usize>(self, last: bool) -> Self;

    /// Writes three quarters of each item of `SIZE` bytes, one behind the other.
    ///
    /// # Safety
    ///
    /// 12 bytes for each lane are good to write.
    unsafe fn store_narrow<const SIZE: usize>(self, to: *mut u8);
}

/// Where each byte of a lane comes from when its items are made wider, from its first bytes or its last.
const fn widening<const SIZE: usize>(last: bool) -> [u8; 16] {
    let mut bytes = [0x80; 16];
    let mut byte = 0;
    while byte < 16 {
        if byte % SIZE < SIZE / 4 * 3 {
            bytes[byte] = (byte / SIZE * (SIZE / 4 * 3) + byte % SIZE) as u8;
            if last {
                bytes[byte] += 16 - COUNT as u8;
            }
        }
        byte += 1;
    }
    bytes
}

/// Where each byte comes from when items are made narrower, of so many bytes.
const fn narrowing<const SIZE: usize, const BYTES: usize>() -> [u8; BYTES] {
    let mut bytes = [0x80; BYTES];
    let mut byte = 0;
    while byte < BYTES / 4 * 3 {
        let count = SIZE / 4 * 3;
        bytes[byte] = (byte / count * SIZE + byte % count) as u8;
        byte += 1;
    }
    bytes
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use core::arch::x86_64::*;

    use super::{Narrow, narrowing, widening};

    /// SSSE3.
    impl Narrow for __m128i {
        #[inline(always)]
        unsafe fn widen<const SIZE: usize>(self, last: bool) -> Self {
            let index =
                if last { const { widening::<SIZE>(true) } } else { widening::<SIZE>(false) };
            // SAFETY: left to the caller; as many bytes as a vector has.
            unsafe { _mm_shuffle_epi8(self, _mm_loadu_si128(index.as_ptr().cast())) }
        }

        #[inline(always)]
        unsafe fn store_narrow<const SIZE: usize>(self, to: *mut u8) {
            let index: [u8; 16] = const { narrowing::<SIZE, 16>() };
            // SAFETY: left to the caller; no alignment is asked for.
            unsafe {
                let narrow = _mm_shuffle_epi8(self, _mm_loadu_si128(index.as_ptr().cast()));
                _mm_storel_epi64(to.cast(), narrow);
                let rest = _mm_cvtsi128_si32(_mm_unpackhi_epi64(narrow, narrow));
                to.wrapping_add(8).cast::<i32>().write_unaligned(rest);
            }
        }
    }

    /// AVX-512 with BW and VBMI.
    impl Narrow for __m512i {
        #[inline(always)]
        unsafe fn widen<const SIZE: usize>(self, last: bool) -> Self {
            let index =
                if last { const { widening::<SIZE>(true) } } else { widening::<SIZE>(false) };
            // SAFETY: left to the caller; as many bytes as a lane has.
            unsafe {
                let lane = _mm_loadu_si128(index.as_ptr().cast());
                _mm512_shuffle_epi8(self, _mm512_broadcast_i32x4(lane))
            }
        }

        #[inline(always)]
        unsafe fn store_narrow<const SIZE: usize>(self, to: *mut u8) {
            let index: [u8; 64] = const { narrowing::<SIZE, 64>() };
            // SAFETY: left to the caller; as many bytes as a vector has, and the mask lets 48 be written.
            unsafe {
                let index = _mm512_loadu_si512(index.as_ptr().cast());
                let narrow = _mm512_permutexvar_epi8(index, self);
                _mm512_mask_storeu_epi8(to.cast(), (1 << 48) - 1, narrow);
            }
        }
    }
}

#[cfg(target_arch = "aarch64")]
mod aarch64 {
    use core::arch::aarch64::*;

    use super::{Narrow, narrowing, widening};

    impl Narrow for uint8x16_t {
        #[inline(always)]
        unsafe fn widen<const SIZE: usize>(self, last: bool) -> Self {
            let index =
                if last { const { widening::<SIZE>(true) } } else { widening::<SIZE>(false) };
            // SAFETY: left to the caller; as many bytes as a vector has.
            unsafe { vqtbl1q_u8(self, vld1q_u8(index.as_ptr())) }
        }

        #[inline(always)]
        unsafe fn store_narrow<const SIZE: usize>(self, to: *mut u8) {
            let index: [u8; 16] = const { narrowing::<SIZE, 16>() };
            // SAFETY: left to the caller.
            unsafe {
                let narrow = vqtbl1q_u8(self, vld1q_u8(index.as_ptr()));
                vst1_u8(to, vget_low_u8(narrow));
                let rest = vgetq_lane_u32::<2>(vreinterpretq_u32_u8(narrow));
                to.wrapping_add(8).cast::<u32>().write_unaligned(rest);
            }
        }
    }
}

/// Goes through a strip in tiles, as for other sizes. `N` items of three quarters of `SIZE` bytes are 12.
///
/// # Safety
///
/// The items are good to read and to write. There are as many rows as a tile has, and two items more in a
/// row than are 12 bytes; but one of 6 bytes, or of 12.
#[inline(always)]
pub(super) unsafe fn tiles<V: Narrow, const SIZE: usize, const N: usize>(
    it: &Transpose,
    to: *mut u8,
    from: *const u8,
) {
    let height = V::LANES * N;
    let mut column = 0;
    while column < it.columns {
        let at_column = column.min(it.columns - N);
        // A lane is read whole: of the last ones in a row, with the bytes before them.
        let last = (it.columns - at_column - N) * it.run < 16 - COUNT;
        let line = to.wrapping_offset(at_column as isize * it.to_line);
        let source = from.wrapping_add(at_column * it.run - if last { 16 - COUNT } else { 0 });
        let mut row = 0;
        while row < it.rows {
            let at_row = row.min(it.rows - height);
            let to = line.wrapping_add(at_row * it.run);
            let from = source.wrapping_offset(at_row as isize * it.from_row);
            // SAFETY: the tile is inside, and the caller vouches for all.
            unsafe {
                let mut vectors: [V; N] = load(from, it.from_row, N as isize * it.from_row);
                for i in 0..N {
                    vectors[i] = vectors[i].widen::<SIZE>(last);
                }
                let lines = turned::<V, SIZE, N>(vectors);
                for i in 0..N {
                    lines[i].store_narrow::<SIZE>(to.wrapping_offset(i as isize * it.to_line));
                }
            }
            row += height;
        }
        column += N;
    }
}
