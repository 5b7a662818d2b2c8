//! Writing past the caches: what is larger than they are need not go through them, nor push out of them
//! what others want to read.

// On processors without vectors nothing of this is used, or not all.
#![cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]

use core::ptr;

use super::cpu::Cpu;

/// From how many bytes on it is worth it to write past the caches what is brought together anyway.
pub(super) const LARGE: usize = 8 << 20;
/// The same for bytes in a row, of which the system copies fewer as fast, and leaves them where they are read faster.
pub(super) const LARGE_ROW: usize = 32 << 20;
/// From how many bytes on rows are written past the caches, if there are many, and else left to the system: the parts
/// of lines at both ends of shorter ones, which go through the caches, cost more than that saves.
pub(super) const LONG: usize = 4096;
/// The bytes of a line of memory, which are written together.
pub(super) const LINE: usize = 64;

/// Copies bytes in a row, which with others are `all` bytes.
///
/// # Safety
///
/// They are good to read and to write, and do not overlap.
#[inline(always)]
pub(super) unsafe fn row(cpu: Cpu, to: *mut u8, from: *const u8, bytes: usize, all: usize) {
    // SAFETY: left to the caller.
    unsafe {
        if all < LARGE_ROW || bytes < LONG {
            return ptr::copy_nonoverlapping(from, to, bytes);
        }
        stream(cpu, to, from, bytes);
    }
    fence(cpu);
}

/// Copies bytes in a row.
///
/// # Safety
///
/// They are good to read and to write, and do not overlap. What was written is for other threads to be seen
/// after [`fence`].
#[inline]
pub(super) unsafe fn stream(cpu: Cpu, to: *mut u8, from: *const u8, bytes: usize) {
    // SAFETY: left to the caller; the processor can.
    unsafe {
        #[cfg(target_arch = "x86_64")]
        if cpu >= Cpu::Vector64 {
            return lines64(to, from, bytes);
        } else if cpu >= Cpu::Vector16 {
            return lines16(to, from, bytes);
        }
        let _ = cpu;
        ptr::copy_nonoverlapping(from, to, bytes);
    }
}

/// Whether lines can be written past the caches.
pub(super) fn can(cpu: Cpu) -> bool {
    cfg!(target_arch = "x86_64") && cpu >= Cpu::Vector16
}

/// Lets what was streamed be seen before what is written later.
#[inline]
pub(super) fn fence(cpu: Cpu) {
    #[cfg(target_arch = "x86_64")]
    if cpu >= Cpu::Vector16 {
        // SAFETY: SSE is on each x86-64.
        unsafe { core::arch::x86_64::_mm_sfence() };
    }
    let _ = cpu;
}

/// Asks for the lines of memory that so many bytes are in, which will be read soon.
#[inline(always)]
pub(super) fn fetch(from: *const u8, bytes: usize) {
    #[cfg(target_arch = "x86_64")]
    for line in (0..bytes).step_by(LINE) {
        use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        #[allow(unused_unsafe)] // Safe since Rust 1.94.
        // SAFETY: a hint, which reads nothing. SSE is on each x86-64.
        unsafe {
            _mm_prefetch::<_MM_HINT_T0>(from.wrapping_add(line).cast());
        }
    }
    let _ = (from, bytes);
}

/// Calls `act` for the whole lines; the bytes in front of them and behind them are copied.
///
/// # Safety
///
/// The bytes are good to read and to write, and do not overlap.
#[inline(always)]
unsafe fn lines(
    to: *mut u8,
    from: *const u8,
    bytes: usize,
    act: impl FnOnce(*mut u8, *const u8, usize),
) {
    let head = (to.addr().wrapping_neg() % LINE).min(bytes);
    let whole = (bytes - head) / LINE * LINE;
    let tail = bytes - head - whole;
    // SAFETY: left to the caller.
    unsafe {
        ptr::copy_nonoverlapping(from, to, head);
        act(to.wrapping_add(head), from.wrapping_add(head), whole);
        let done = head + whole;
        ptr::copy_nonoverlapping(from.wrapping_add(done), to.wrapping_add(done), tail);
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
unsafe fn lines64(to: *mut u8, from: *const u8, bytes: usize) {
    use core::arch::x86_64::*;
    // SAFETY: left to the caller; `to` is the start of a line.
    unsafe {
        lines(to, from, bytes, |to, from, bytes| {
            for done in (0..bytes).step_by(LINE) {
                let line = _mm512_loadu_si512(from.wrapping_add(done).cast());
                _mm512_stream_si512(to.wrapping_add(done).cast(), line);
            }
        });
    }
}

#[cfg(target_arch = "x86_64")]
unsafe fn lines16(to: *mut u8, from: *const u8, bytes: usize) {
    use core::arch::x86_64::*;
    // SAFETY: left to the caller; `to` is the start of a line. SSE2 is on each x86-64.
    unsafe {
        lines(to, from, bytes, |to, from, bytes| {
            for done in (0..bytes).step_by(16) {
                let part = _mm_loadu_si128(from.wrapping_add(done).cast());
                _mm_stream_si128(to.wrapping_add(done).cast(), part);
            }
        });
    }
}
