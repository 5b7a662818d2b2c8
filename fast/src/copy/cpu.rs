//! What the processor has.

/// Which kernels may be used. Each has all that those before it have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cpu {
    /// No vectors: also what Miri runs.
    Plain,
    /// Vectors of 16 bytes: SSE2, NEON.
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    Vector16,
    /// And any permutation of their bytes: SSSE3, NEON.
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    Shuffle16,
    /// Vectors of 32 bytes: AVX2.
    #[cfg(target_arch = "x86_64")]
    Vector32,
    /// Vectors of 64 bytes, any permutation of the bytes of two, and masks: AVX-512 with BW, VL and VBMI.
    #[cfg(target_arch = "x86_64")]
    Vector64,
}

impl Cpu {
    /// What this processor has. Asked once, if it can be asked at all: that needs the feature `std`.
    /// Without it, what the compiler was told of it counts.
    #[inline]
    pub(super) fn this() -> Cpu {
        if cfg!(miri) { Cpu::Plain } else { detect() }
    }

    /// All that this processor can do, the least first.
    #[cfg(test)]
    pub(super) fn all() -> alloc::vec::Vec<Cpu> {
        #[cfg(target_arch = "x86_64")]
        let all = [Cpu::Plain, Cpu::Vector16, Cpu::Shuffle16, Cpu::Vector32, Cpu::Vector64];
        #[cfg(target_arch = "aarch64")]
        let all = [Cpu::Plain, Cpu::Vector16, Cpu::Shuffle16];
        #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
        let all = [Cpu::Plain];
        all.into_iter().filter(|cpu| *cpu <= Cpu::this()).collect()
    }
}

/// Whether there is a feature. The macro of `std` asks the processor once and remembers.
#[cfg(all(target_arch = "x86_64", feature = "std"))]
macro_rules! has {
    ($feature:tt) => {
        std::arch::is_x86_feature_detected!($feature)
    };
}
#[cfg(all(target_arch = "x86_64", not(feature = "std")))]
macro_rules! has {
    ($feature:tt) => {
        cfg!(target_feature = $feature)
    };
}

#[cfg(target_arch = "x86_64")]
#[inline]
fn detect() -> Cpu {
    if has!("avx512f") && has!("avx512bw") && has!("avx512vl") && has!("avx512vbmi") {
        Cpu::Vector64
    } else if has!("avx2") {
        Cpu::Vector32
    } else if has!("ssse3") {
        Cpu::Shuffle16
    } else {
        Cpu::Vector16
    }
}

#[cfg(target_arch = "aarch64")]
#[inline]
fn detect() -> Cpu {
    Cpu::Shuffle16
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
#[inline]
fn detect() -> Cpu {
    Cpu::Plain
}
