//! Writing past the caches: what is larger than they are need not go through them, nor push out of them
//! what others want to read.

// On processors without vectors nothing of this is used, or not all.
#![cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]

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
/// The fewest bytes in a row that are written out from where they are: most of their lines are whole.
pub(super) const LONG: usize = 512;

/// Room for what is to be written out, and for its place within a line.
#[repr(align(64))]
struct Stage(#[allow(dead_code)] [u8; STAGE + LINE]);

/// Copies bytes in a row: past the caches if there are so many that they would not keep them.
///
/// # Safety
///
/// They are good to read and to write, and do not overlap.
#[inline(always)]
pub(super) unsafe fn row(to: *mut u8, from: *const u8, bytes: usize) {
    // SAFETY: left to the caller.
    unsafe {
        if bytes < LARGE {
            return ptr::copy_nonoverlapping(from, to, bytes);
        }
        far_row(to, from, bytes);
    }
}

/// Those that are not kept.
///
/// # Safety
///
/// That of [`row`].
#[cold]
unsafe fn far_row(to: *mut u8, from: *const u8, bytes: usize) {
    let cpu = Cpu::this();
    // SAFETY: left to the caller; the processor can.
    unsafe { stream(cpu, to, from, bytes) };
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

/// Does a large copy past the caches, if that is worth it. False, and nothing done, if not.
///
/// # Safety
///
/// As for [`execute`](super::execute::execute), from where the walk begins.
pub(super) unsafe fn all(cpu: Cpu, plan: &Plan, to: *mut u8, from: *const u8) -> bool {
    if !can(cpu) {
        return false;
    }
    if plan.run >= LONG {
        // SAFETY: left to the caller.
        walk(&plan.dimensions, to, from, &mut |to, from| unsafe {
            stream(cpu, to, from, plan.run)
        });
        fence(cpu);
        return true;
    }
    // SAFETY: left to the caller.
    pays(plan) && unsafe { in_pieces(cpu, plan, to, from) }
}

/// Whether it is worth it to bring pieces together first, for what no kernel streams by itself. It saves reading
/// the lines that are written whole, before they are. On an AMD processor of family 26 what is brought together
/// costs more than that, but for items that are written again and again, for which nothing else is read either.
fn pays(plan: &Plan) -> bool {
    plan.dimensions.last().is_some_and(|it| it.from == 0) || !is_amd()
}

#[cfg(target_arch = "x86_64")]
fn is_amd() -> bool {
    #[allow(unused_unsafe)] // Safe since Rust 1.94.
    // SAFETY: each x86-64 can be asked.
    let vendor = unsafe { core::arch::x86_64::__cpuid(0) };
    [vendor.ebx, vendor.edx, vendor.ecx].map(u32::to_le_bytes).concat() == b"AuthenticAMD"
}

#[cfg(not(target_arch = "x86_64"))]
fn is_amd() -> bool {
    false
}

/// Does a large copy of short runs in pieces that are brought together and then written out. False, and nothing
/// done, if the destination is not in a row.
///
/// # Safety
///
/// As for [`execute`](super::execute::execute), from where the walk begins.
pub(super) unsafe fn in_pieces(cpu: Cpu, plan: &Plan, to: *mut u8, from: *const u8) -> bool {
    if !is_packed(plan) || plan.run >= LONG {
        return false;
    }
    // The dimensions of a piece, of the first of which it has a part.
    let mut first = plan.dimensions.len();
    let mut bytes = plan.run;
    while first > 0 && bytes * plan.dimensions[first - 1].extent <= STAGE {
        first -= 1;
        bytes *= plan.dimensions[first].extent;
    }
    let Some(at) = first.checked_sub(1) else { return false };
    let (outer, inner) = plan.dimensions.split_at(at);
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

/// Whether the destination is in a row.
fn is_packed(plan: &Plan) -> bool {
    let mut bytes = plan.run;
    plan.dimensions.iter().rev().all(|dimension| {
        let follows = usize::try_from(dimension.to) == Ok(bytes);
        bytes = bytes.saturating_mul(dimension.extent);
        follows
    })
}

#[cfg(test)]
mod tests {
    use alloc::vec;
    use alloc::vec::Vec;

    use super::*;

    const SOURCE: u32 = 1 << 20;

    /// Packs elements of this shape and these strides in C's order, in pieces, to each place within a line.
    fn check(itemsize: usize, shape: &[isize], to: &[isize], from: &[isize]) {
        let mut plan = Plan::new();
        assert!(plan.make(itemsize as isize, shape, to, from));
        let bytes = shape.iter().product::<isize>().unsigned_abs() * itemsize;
        let source: Vec<u8> = (0..SOURCE).map(|byte| (byte % 251) as u8).collect();
        for cpu in Cpu::all() {
            for start in [0, 1, 8, 63] {
                let mut target = vec![0xEE; bytes + 2 * LINE];
                // SAFETY: there is room for all, and the source has all that the strides reach.
                let done = unsafe {
                    let to = target.as_mut_ptr().wrapping_add(start).wrapping_offset(plan.to);
                    let from = source.as_ptr().wrapping_offset(plan.from);
                    if plan.run >= LONG {
                        all(cpu, &plan, to, from)
                    } else {
                        in_pieces(cpu, &plan, to, from)
                    }
                };
                assert!(done || !can(cpu));
                if !done {
                    continue;
                }
                let (before, rest) = target.split_at(start);
                let (copied, behind) = rest.split_at(bytes);
                assert!(before.iter().chain(behind).all(|byte| *byte == 0xEE), "{shape:?}");
                for (index, item) in copied.chunks(itemsize).enumerate() {
                    let mut rest = index as isize;
                    let place = shape.iter().zip(from).rev().fold(0, |place, (extent, stride)| {
                        let index = rest % extent;
                        rest /= extent;
                        place + index * stride
                    });
                    let place = place.unsigned_abs();
                    assert!(*item == source[place..place + itemsize], "{cpu:?} {shape:?} {index}");
                }
            }
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "so many bytes take Miri hours")]
    fn pieces_are_all_of_it() {
        check(1, &[100_003], &[1], &[2]);
        check(8, &[3001, 3], &[24, 8], &[32, 8]);
        check(12, &[1700], &[12], &[48]);
        check(1, &[5, 7, 2001], &[7 * 2001, 2001, 1], &[2001, 30_000, 3]);
        check(4, &[3, 2500], &[10_000, 4], &[0, 4]);
        check(1, &[3, 20_000], &[20_000, 1], &[0, 1]);
        check(1, &[2, 17_000], &[17_000, 1], &[20_000, 1]);
    }

    #[test]
    fn gaps_are_not_streamed_over() {
        let mut plan = Plan::new();
        assert!(plan.make(1, &[20_000], &[2], &[1]));
        let nowhere = ptr::null_mut();
        // SAFETY: nothing is copied.
        assert!(!unsafe { in_pieces(Cpu::Plain, &plan, nowhere, nowhere) });
    }
}
