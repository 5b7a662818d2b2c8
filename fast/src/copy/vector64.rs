//! Vectors of 64 bytes.

use core::arch::x86_64::*;

/// The bytes of a vector.
pub(super) const VECTOR: usize = 64;

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
