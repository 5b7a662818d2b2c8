//! Copies through the caches, of what need not be transposed.

use core::ptr;

use super::cpu::Cpu;
use super::plan::Plan;
use super::plan::walk::walk;
use super::room::Room;
use super::runs::{fill, runs};
use super::shuffle::shuffled;
use super::shuffle::units::Shuffle;

/// Copies what need not be transposed, through the caches.
///
/// # Safety
///
/// As for [`execute`](super::execute::execute), from where the walk begins.
pub(super) unsafe fn cached(cpu: Cpu, plan: &Plan, to: *mut u8, from: *const u8) {
    let run = plan.run;
    let Some((inner, outer)) = plan.dimensions.split_last() else { return };
    // SAFETY: left to the caller.
    unsafe {
        if run == 1 && inner.from == 0 && inner.to == 1 {
            return walk(outer, to, from, &mut |to, from| {
                ptr::write_bytes(to, from.read(), inner.extent);
            });
        }
        // To make a shuffle ready takes as long as copying a few items one by one.
        let few = run >= 4 && plan.bytes() <= 512;
        if run <= 16 && !few && close(cpu, plan, to, from) {
            return;
        }
        if inner.from == 0 && inner.to == run as isize {
            return walk(outer, to, from, &mut |to, from| fill(run, inner.extent, to, from));
        }
        runs(cpu, run, inner, outer, to, from);
    }
}

/// Items that lie close together on both sides. False, and nothing done, if they do not.
///
/// # Safety
///
/// As for [`execute`](super::execute::execute), from where the walk begins.
unsafe fn close(cpu: Cpu, plan: &Plan, to: *mut u8, from: *const u8) -> bool {
    let Some((inner, outer)) = plan.dimensions.split_last() else { return false };
    if inner.to < plan.run as isize {
        // Of items that share bytes each must be written whole.
        return false;
    }
    // Of single items so far apart too few are in reach: it need not be thought about further.
    let apart = inner.to.max(inner.from.saturating_abs()).unsigned_abs();
    let most = if plan.run < 4 { 16 } else { 6 };
    if outer.is_empty() && apart > most * plan.run {
        return false;
    }
    let mut rest = Room::new();
    let (shuffle, outer) = Shuffle::of(plan.run, inner, outer, &mut rest);
    let dense = shuffle.to.unit.unsigned_abs().min(shuffle.from.unit.unsigned_abs());
    if dense > 2 * shuffle.items * plan.run {
        return false;
    }
    // SAFETY: left to the caller.
    unsafe { shuffled(cpu, &shuffle, outer, to, from) }
}
