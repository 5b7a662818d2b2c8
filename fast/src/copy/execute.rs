//! Which kernel copies what, and calling it.

use super::cached::cached;
use super::cpu::Cpu;
use super::plan::{Dimension, Plan};
use super::room::Room;
use super::shuffle::shuffled;
use super::shuffle::units::{MOST, Shuffle, Steps};
use super::transpose::{Transpose, transpose};
use super::{pieces, stream};

/// Copies all that a plan says, from the first element of each side: `all` bytes, or a part of a copy of so many.
///
/// Kernels for vectors read whole vectors, gaps between elements included, but write elements only, each
/// byte of it at last with what belongs there. So it does not matter if elements of the destination share
/// memory: one of them stays.
///
/// # Safety
///
/// All elements of the source, and the bytes between those that are less than 256 bytes apart along a
/// dimension, are good to read; those of the destination are good to write. The two share no memory. The
/// processor has what `cpu` says.
pub(super) unsafe fn execute(cpu: Cpu, plan: &Plan, all: usize, to: *mut u8, from: *const u8) {
    let (to, from) = (to.wrapping_offset(plan.to), from.wrapping_offset(plan.from));
    let large = all >= stream::LARGE;
    // SAFETY: left to the caller.
    unsafe {
        if plan.dimensions.is_empty() {
            return stream::row(cpu, to, from, plan.run, all);
        }
        let done = (plan.run <= 16 && across(cpu, plan, large, to, from))
            || (large && pieces::streamed(cpu, plan, to, from));
        if !done {
            cached(cpu, plan, to, from);
        }
    }
    if large {
        stream::fence(cpu);
    }
}

/// Items that lie in a row on one side along one dimension, on the other side along another one. False, and
/// nothing done, if there are none, or too few of them.
///
/// # Safety
///
/// As for [`execute`], from where the walk begins.
unsafe fn across(cpu: Cpu, plan: &Plan, large: bool, to: *mut u8, from: *const u8) -> bool {
    let Some((inner, outer)) = plan.dimensions.split_last() else { return false };
    let run = plan.run as isize;
    if inner.to != run || inner.from.unsigned_abs() <= MOST_STEPS * plan.run {
        return false;
    }
    let Some(at) = outer.iter().position(|it| it.from == run || it.from == -run) else {
        return false;
    };
    let mut row = outer[at];
    let (mut to, mut from) = (to, from);
    if row.from < 0 {
        let last = row.extent as isize - 1;
        to = to.wrapping_offset(row.to * last);
        from = from.wrapping_offset(row.from * last);
        row = Dimension { to: -row.to, from: -row.from, ..row };
    }
    let mut rest = Room::new();
    outer[..at].iter().chain(&outer[at + 1..]).for_each(|&dimension| rest.push(dimension));
    let rest = &rest[..];
    if inner.extent <= MOST && row.to >= run.saturating_mul(inner.extent as isize) {
        let shuffle = Shuffle {
            run: plan.run,
            units: row.extent,
            items: inner.extent,
            to: Steps { unit: row.to, item: run, rows: false },
            from: Steps { unit: run, item: inner.from, rows: true },
        };
        // SAFETY: left to the caller.
        if unsafe { shuffled(cpu, &shuffle, rest, to, from) } {
            return true;
        }
    }
    let it = Transpose {
        run: plan.run,
        rows: inner.extent,
        columns: row.extent,
        to_line: row.to,
        from_row: inner.from,
    };
    // SAFETY: left to the caller.
    unsafe { transpose(cpu, &it, large && stream::can(cpu), rest, to, from) }
}

/// How many items further on the next one may be for whole vectors to be read.
const MOST_STEPS: usize = 4;
