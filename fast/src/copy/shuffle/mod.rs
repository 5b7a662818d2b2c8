//! Permutations of bytes within a few vectors: which vectors do it.

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
mod shuffle16;
#[cfg(target_arch = "x86_64")]
mod shuffle64;
pub(super) mod units;

use super::cpu::Cpu;
use super::plan::Dimension;
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
use shuffle16::shuffle16;
#[cfg(target_arch = "x86_64")]
use shuffle64::shuffle64;
use units::Shuffle;

/// Shuffles with the widest vectors there are, if they are good for it.
///
/// # Safety
///
/// As for [`execute`](super::execute::execute), from each place of the outer dimensions.
#[inline(always)]
pub(super) unsafe fn shuffled(
    cpu: Cpu,
    it: &Shuffle,
    outer: &[Dimension],
    to: *mut u8,
    from: *const u8,
) -> bool {
    #[allow(unused_unsafe)] // Not on processors without vectors.
    // SAFETY: left to the caller; the processor can.
    unsafe {
        #[cfg(target_arch = "x86_64")]
        if cpu >= Cpu::Vector64 {
            let Some(chunk) = it.chunk(64) else { return false };
            shuffle64(it, chunk, outer, to, from);
            return true;
        }
        #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
        if cpu >= Cpu::Shuffle16 {
            let Some(chunk) = it.chunk(16) else { return false };
            return shuffle16(it, chunk, outer, to, from);
        }
    }
    let _ = (cpu, it, outer, to, from);
    false
}
