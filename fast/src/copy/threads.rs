//! Sharing a large copy among threads.

use std::thread;

use super::cpu::Cpu;
use super::execute::execute;
use super::plan::Plan;

/// A thread is not begun for fewer bytes: starting one takes as long as copying so many.
const SHARE: usize = 2 << 20;

/// A place on each side of a copy.
#[derive(Clone, Copy)]
struct Places {
    to: *mut u8,
    from: *const u8,
}

// SAFETY: no two threads write in the same place, and what they read nobody writes.
unsafe impl Send for Places {}

/// As [`execute`], by up to so many threads, this one among them. Where one cannot be started, its part is
/// copied here.
///
/// # Safety
///
/// That of [`execute`].
pub(super) unsafe fn share(cpu: Cpu, plan: &Plan, to: *mut u8, from: *const u8, threads: usize) {
    let parts = threads.min(plan.bytes() / SHARE).min(plan.most_parts());
    if parts < 2 || !plan.is_disjoint() {
        // SAFETY: left to the caller.
        return unsafe { execute(cpu, plan, plan.bytes(), to, from) };
    }
    let places = Places { to, from };
    let copy = |number: usize, places: Places| {
        let part = plan.part(number, parts);
        // SAFETY: left to the caller: a part of all.
        unsafe { execute(cpu, &part, plan.bytes(), places.to, places.from) };
    };
    thread::scope(|scope| {
        for number in 1..parts {
            let started = thread::Builder::new().spawn_scoped(scope, move || copy(number, places));
            if started.is_err() {
                copy(number, places);
            }
        }
        copy(0, places);
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    /// Bytes of all plans are told by their number; each must arrive once, whoever copies it.
    #[test]
    #[cfg_attr(miri, ignore = "large copies take Miri hours")]
    fn parts_are_all_of_it() {
        let rows: [(&[isize], &[isize], &[isize]); 4] = [
            (&[5 << 20], &[1], &[1]),
            (&[3 << 20, 2], &[2, 1], &[1, 3 << 20]),
            (&[7, 1 << 20], &[1 << 20, 1], &[1, 7]),
            (&[2, 4 << 20], &[8 << 20, 2], &[4 << 20, 1]),
        ];
        for (shape, to, from) in rows {
            let bytes: usize = shape.iter().product::<isize>().unsigned_abs();
            let source: vec::Vec<u8> = (0..bytes).map(|byte| (byte % 251) as u8).collect();
            let mut plan = Plan::new();
            assert!(plan.make(1, shape, to, from));
            let copied = |threads| {
                let mut target = vec![0xEE; 16 << 20];
                // SAFETY: both have all that the shape reaches.
                unsafe {
                    share(Cpu::this(), &plan, target.as_mut_ptr(), source.as_ptr(), threads);
                }
                target
            };
            let one_by_one = {
                let mut target = vec![0xEE; 16 << 20];
                let inner = shape.get(1).copied().unwrap_or(1);
                for index in 0..bytes as isize {
                    let (i, j) = (index / inner, index % inner);
                    let at = |strides: &[isize]| i * strides[0] + j * strides.get(1).unwrap_or(&0);
                    target[at(to).unsigned_abs()] = source[at(from).unsigned_abs()];
                }
                target
            };
            for threads in [0, 1, 2, 3] {
                assert!(copied(threads) == one_by_one, "{shape:?} by {threads}");
            }
        }
    }
}
