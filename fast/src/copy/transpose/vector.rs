//! Vectors, as the transpose needs them: lanes of 16 bytes.

/// A vector register.
///
/// # Safety
///
/// The methods are for processors that have such vectors.
pub(super) trait Vector: Copy {
    /// How many lanes of 16 bytes.
    const LANES: usize;

    /// Each lane from memory, `stride` bytes behind the one before.
    ///
    /// # Safety
    ///
    /// 16 bytes are good to read at each place.
    unsafe fn gather(from: *const u8, stride: isize) -> Self;

    /// Within each lane: the items of `SIZE` bytes of the lower halves, by turns from `self` and `other`;
    /// and those of the upper halves.
    ///
    /// # Safety
    ///
    /// That of the trait.
    unsafe fn zip<const SIZE: usize>(self, other: Self) -> (Self, Self);

    /// # Safety
    ///
    /// 16 bytes for each lane are good to write.
    unsafe fn store(self, to: *mut u8);
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use core::arch::x86_64::*;

    use super::Vector;

    /// SSE2, which each x86-64 has.
    impl Vector for __m128i {
        const LANES: usize = 1;

        #[inline(always)]
        unsafe fn gather(from: *const u8, _stride: isize) -> Self {
            // SAFETY: left to the caller; such a load has no alignment.
            unsafe { _mm_loadu_si128(from.cast()) }
        }

        #[inline(always)]
        unsafe fn zip<const SIZE: usize>(self, other: Self) -> (Self, Self) {
            // SAFETY: left to the caller.
            unsafe {
                match SIZE {
                    1 => (_mm_unpacklo_epi8(self, other), _mm_unpackhi_epi8(self, other)),
                    2 => (_mm_unpacklo_epi16(self, other), _mm_unpackhi_epi16(self, other)),
                    4 => (_mm_unpacklo_epi32(self, other), _mm_unpackhi_epi32(self, other)),
                    _ => (_mm_unpacklo_epi64(self, other), _mm_unpackhi_epi64(self, other)),
                }
            }
        }

        #[inline(always)]
        unsafe fn store(self, to: *mut u8) {
            // SAFETY: left to the caller; such a store has no alignment.
            unsafe { _mm_storeu_si128(to.cast(), self) }
        }
    }

    /// AVX2.
    impl Vector for __m256i {
        const LANES: usize = 2;

        #[inline(always)]
        unsafe fn gather(from: *const u8, stride: isize) -> Self {
            // SAFETY: left to the caller.
            unsafe {
                let second = _mm_loadu_si128(from.wrapping_offset(stride).cast());
                let first = _mm256_castsi128_si256(_mm_loadu_si128(from.cast()));
                _mm256_inserti128_si256::<1>(first, second)
            }
        }

        #[inline(always)]
        unsafe fn zip<const SIZE: usize>(self, other: Self) -> (Self, Self) {
            // SAFETY: left to the caller.
            unsafe {
                match SIZE {
                    1 => (_mm256_unpacklo_epi8(self, other), _mm256_unpackhi_epi8(self, other)),
                    2 => (_mm256_unpacklo_epi16(self, other), _mm256_unpackhi_epi16(self, other)),
                    4 => (_mm256_unpacklo_epi32(self, other), _mm256_unpackhi_epi32(self, other)),
                    _ => (_mm256_unpacklo_epi64(self, other), _mm256_unpackhi_epi64(self, other)),
                }
            }
        }

        #[inline(always)]
        unsafe fn store(self, to: *mut u8) {
            // SAFETY: left to the caller.
            unsafe { _mm256_storeu_si256(to.cast(), self) }
        }
    }

    /// AVX-512 with BW.
    impl Vector for __m512i {
        const LANES: usize = 4;

        #[inline(always)]
        unsafe fn gather(from: *const u8, stride: isize) -> Self {
            // SAFETY: left to the caller.
            unsafe {
                let second = _mm_loadu_si128(from.wrapping_offset(stride).cast());
                let third = _mm_loadu_si128(from.wrapping_offset(2 * stride).cast());
                let fourth = _mm_loadu_si128(from.wrapping_offset(3 * stride).cast());
                let vector = _mm512_castsi128_si512(_mm_loadu_si128(from.cast()));
                let vector = _mm512_inserti32x4::<1>(vector, second);
                let vector = _mm512_inserti32x4::<2>(vector, third);
                _mm512_inserti32x4::<3>(vector, fourth)
            }
        }

        #[inline(always)]
        unsafe fn zip<const SIZE: usize>(self, other: Self) -> (Self, Self) {
            // SAFETY: left to the caller.
            unsafe {
                match SIZE {
                    1 => (_mm512_unpacklo_epi8(self, other), _mm512_unpackhi_epi8(self, other)),
                    2 => (_mm512_unpacklo_epi16(self, other), _mm512_unpackhi_epi16(self, other)),
                    4 => (_mm512_unpacklo_epi32(self, other), _mm512_unpackhi_epi32(self, other)),
                    _ => (_mm512_unpacklo_epi64(self, other), _mm512_unpackhi_epi64(self, other)),
                }
            }
        }

        #[inline(always)]
        unsafe fn store(self, to: *mut u8) {
            // SAFETY: left to the caller.
            unsafe { _mm512_storeu_si512(to.cast(), self) }
        }
    }
}

#[cfg(target_arch = "aarch64")]
mod aarch64 {
    use core::arch::aarch64::*;

    use super::Vector;

    /// NEON, which each aarch64 has.
    impl Vector for uint8x16_t {
        const LANES: usize = 1;

        #[inline(always)]
        unsafe fn gather(from: *const u8, _stride: isize) -> Self {
            // SAFETY: left to the caller.
            unsafe { vld1q_u8(from) }
        }

        #[inline(always)]
        unsafe fn zip<const SIZE: usize>(self, other: Self) -> (Self, Self) {
            // SAFETY: left to the caller.
            unsafe {
                match SIZE {
                    1 => (vzip1q_u8(self, other), vzip2q_u8(self, other)),
                    2 => {
                        let (a, b) = (vreinterpretq_u16_u8(self), vreinterpretq_u16_u8(other));
                        let (low, high) = (vzip1q_u16(a, b), vzip2q_u16(a, b));
                        (vreinterpretq_u8_u16(low), vreinterpretq_u8_u16(high))
                    }
                    4 => {
                        let (a, b) = (vreinterpretq_u32_u8(self), vreinterpretq_u32_u8(other));
                        let (low, high) = (vzip1q_u32(a, b), vzip2q_u32(a, b));
                        (vreinterpretq_u8_u32(low), vreinterpretq_u8_u32(high))
                    }
                    _ => {
                        let (a, b) = (vreinterpretq_u64_u8(self), vreinterpretq_u64_u8(other));
                        let (low, high) = (vzip1q_u64(a, b), vzip2q_u64(a, b));
                        (vreinterpretq_u8_u64(low), vreinterpretq_u8_u64(high))
                    }
                }
            }
        }

        #[inline(always)]
        unsafe fn store(self, to: *mut u8) {
            // SAFETY: left to the caller.
            unsafe { vst1q_u8(to, self) }
        }
    }
}
