//! What the processor has.

use core::sync::atomic::{AtomicU8, Ordering};

/// Which kernels may be used. Each has all that those before it have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Cpu {
    /// No vectors: also what Miri runs.
    Plain = 1,
    /// Vectors of 16 bytes: SSE2, NEON.
    Vector16,
    /// And any permutation of their bytes: SSSE3, NEON.
    Shuffle16,
    /// Vectors of 32 bytes: AVX2.
    Vector32,
    /// Vectors of 64 bytes, any permutation of the bytes of two, and masks: AVX-512 with BW, VL and VBMI.
    Vector64,
}

const ALL: [Cpu; 5] = [Cpu::Plain, Cpu::Vector16, Cpu::Shuffle16, Cpu::Vector32, Cpu::Vector64];

/// What is used: 0 before anybody has asked.
static USED: AtomicU8 = AtomicU8::new(0);

impl Cpu {
    /// What this processor has. Asked once, if it can be asked at all: that needs the feature `std`.
    /// Without it, what the compiler was told of it counts.
    #[inline]
    pub(super) fn this() -> Cpu {
        match USED.load(Ordering::Relaxed) {
            0 => limit_processor(u8::MAX),
            used => ALL[usize::from(used - 1).min(4)],
        }
    }
}

#[cfg(test)]
impl Cpu {
    /// All that this processor can do, the least first.
    pub(super) fn all() -> impl Iterator<Item = Cpu> {
        ALL.into_iter().take_while(|cpu| *cpu <= Cpu::this())
    }
}

/// For tests: from here on no more is used of the processor than a level, of which 1 is none of its
/// vectors, 5 all.
#[cold]
fn limit_processor(level: u8) -> Cpu {
    let all = if cfg!(miri) { Cpu::Plain } else { detect() };
    let used = ALL.into_iter().take_while(|cpu| *cpu <= all && *cpu as u8 <= level).last();
    let used = used.unwrap_or(Cpu::Plain);
    USED.store(used as u8, Ordering::Relaxed);
    used
}

/// [`limit_processor`], for tests that are not in this crate; the level that is used. Not in a release build.
#[cfg(debug_assertions)]
#[doc(hidden)]
pub fn limit(level: u8) -> u8 {
    limit_processor(level) as u8
}

/// Whether there are AVX-512 with BW, VL and VBMI, AVX2, and SSSE3.
#[cfg(all(target_arch = "x86_64", feature = "std"))]
fn features() -> [bool; 3] {
    use std::arch::is_x86_feature_detected as has;

    let avx512 = has!("avx512f") && has!("avx512bw") && has!("avx512vl") && has!("avx512vbmi");
    [avx512, has!("avx2"), has!("ssse3")]
}

#[cfg(all(target_arch = "x86_64", not(feature = "std")))]
fn features() -> [bool; 3] {
    let avx512 = cfg!(all(
        target_feature = "avx512f",
        target_feature = "avx512bw",
        target_feature = "avx512vl",
        target_feature = "avx512vbmi",
    ));
    [avx512, cfg!(target_feature = "avx2"), cfg!(target_feature = "ssse3")]
}

#[cfg(target_arch = "x86_64")]
fn detect() -> Cpu {
    match features() {
        [true, _, _] => Cpu::Vector64,
        [_, true, _] => Cpu::Vector32,
        [_, _, true] => Cpu::Shuffle16,
        _ => Cpu::Vector16,
    }
}

/// NEON is on each.
#[cfg(target_arch = "aarch64")]
fn detect() -> Cpu {
    Cpu::Shuffle16
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn detect() -> Cpu {
    Cpu::Plain
}
