//! Large copies that go past the caches: long runs as they are, others in pieces that are brought together first.

// On processors without vectors nothing of this is used, or not all.
#![cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]

use core::mem::MaybeUninit;

use super::cached::cached;
use super::cpu::Cpu;
use super::plan::walk::walk;
use super::plan::{Dimension, Plan};
use super::stream::{LINE, LONG, can, stream};

/// How many bytes are brought together in the first cache before they are written out.
const STAGE: usize = 16 << 10;

/// Room for what is to be written out, and for its place within a line.
#[repr(align(64))]
struct Stage(#[allow(dead_code)] [u8; STAGE + LINE]);

/// Does a large copy past the caches, if that is worth it. False, and nothing done, if not.
///
/// # Safety
///
/// As for [`execute`](super::execute::execute), from where the walk begins. What was written is for other threads to
/// be seen after a [`fence`](super::stream::fence).
pub(super) unsafe fn streamed(cpu: Cpu, plan: &Plan, to: *mut u8, from: *const u8) -> bool {
    if !can(cpu) {
        return false;
    }
    if plan.run >= LONG {
        // SAFETY: left to the caller.
        walk(&plan.dimensions, to, from, &mut |to, from| unsafe {
            stream(cpu, to, from, plan.run)
        });
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

/// Does a large copy of runs shorter than [`LONG`] in pieces that are brought together and then written out. False,
/// and nothing done, if the destination is not in a row.
///
/// # Safety
///
/// As for [`execute`](super::execute::execute), from where the walk begins.
unsafe fn in_pieces(cpu: Cpu, plan: &Plan, to: *mut u8, from: *const u8) -> bool {
    if !is_packed(plan) {
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
                cached(cpu, &piece, staged, from);
                stream(cpu, to, staged, extent * bytes);
            }
            done += extent;
        }
    });
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
    use core::ptr;

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
                    if plan.run < LONG {
                        in_pieces(cpu, &plan, to, from)
                    } else {
                        streamed(cpu, &plan, to, from)
                    }
                };
                if plan.run >= LONG && !can(cpu) {
                    assert!(!done, "{cpu:?} {shape:?}: it cannot");
                    continue;
                }
                assert!(done, "{cpu:?} {shape:?}");
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
