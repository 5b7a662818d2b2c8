//! Writing past the caches: what is larger than they are need not go through them, nor push out of them
//! what others want to read.

use core::mem::MaybeUninit;
use core::ptr;

use super::cpu::Cpu;
use super::plan::{Dimension, Plan};
use super::walk::walk;

/// From how many bytes on it is worth it.
pub(super) const LARGE: usize = 8 << 20;
/// The bytes of a line of memory, which are written together.
const LINE: usize = 64;
/// How many bytes are brought together in the first cache before they are written out.
const STAGE: usize = 16 << 10;

/// Room for what is to be written out, and for its place within a line.
#[repr(align(64))]
struct Stage(#[allow(dead_code)] [u8; STAGE + LINE]);

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

/// Calls `act` for the whole lines; the bytes in front of them and behind them are copied.
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

/// Does a large copy in pieces that are brought together and then written out. False, and nothing done,
/// if the destination is not in a row.
///
/// # Safety
///
/// As for [`execute`](super::execute::execute), from where the walk begins.
pub(super) unsafe fn in_pieces(cpu: Cpu, plan: &Plan, to: *mut u8, from: *const u8) -> bool {
    let Some(packed) = packed(plan) else { return false };
    // The dimensions of a piece, of the first of which it has a part.
    let mut first = plan.dimensions.len();
    let mut bytes = plan.run;
    while first > 0 && bytes * plan.dimensions[first - 1].extent <= STAGE {
        first -= 1;
        bytes *= plan.dimensions[first].extent;
    }
    if packed < LARGE {
        return false;
    }
    if bytes > STAGE || first == 0 {
        // Long runs need not be brought together.
        walk(&plan.dimensions, to, from, &mut |to, from| {
            // SAFETY: left to the caller.
            unsafe { stream(cpu, to, from, plan.run) };
        });
        fence(cpu);
        return true;
    }
    let (outer, inner) = plan.dimensions.split_at(first - 1);
    let (split, inner) = (inner[0], &inner[1..]);
    let most = STAGE / bytes;
    let mut stage = MaybeUninit::<Stage>::uninit();
    let stage = stage.as_mut_ptr().cast::<u8>();
    walk(outer, to, from, &mut |to, from| {
        let mut done = 0;
        while done < split.extent {
            let extent = most.min(split.extent - done);
            let to = to.wrapping_offset(done as isize * split.to);
            let from = from.wrapping_offset(done as isize * split.from);
            // At the same place within a line, so that whole lines are read, too.
            let staged = stage.wrapping_add(to.addr() % LINE);
            let mut piece = Plan::new();
            piece.run = plan.run;
            piece.dimensions.push(Dimension { extent, ..split });
            inner.iter().for_each(|&dimension| piece.dimensions.push(dimension));
            // SAFETY: a part of what the caller vouches for, which the stage has room for.
            unsafe {
                super::execute::cached(cpu, &piece, staged, from);
                stream(cpu, to, staged, extent * bytes);
            }
            done += extent;
        }
    });
    fence(cpu);
    true
}

/// The bytes of the destination, if they are in a row.
pub(super) fn packed(plan: &Plan) -> Option<usize> {
    plan.dimensions.iter().rev().try_fold(plan.run, |bytes, dimension| {
        let follows = usize::try_from(dimension.to) == Ok(bytes);
        bytes.checked_mul(dimension.extent).filter(|_| follows)
    })
}
