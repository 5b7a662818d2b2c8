//! Transposing as much as the second cache and the table of pages hold, then the next.

use alloc::vec::Vec;
use core::ptr;

use super::{Kernel, Transpose};

/// Of fewer bytes than this there are no panels.
const LARGE: usize = 256 << 10;
/// How many rows a panel has, and how many bytes of each.
const ROWS: usize = 512;
const BYTES: usize = 512;
/// The bytes of a page of memory.
const PAGE: usize = 4096;

/// Goes through all, panel by panel. `stage` is room that is made when it is needed, and kept for the next time.
///
/// # Safety
///
/// That of the kernel.
pub(in crate::copy) unsafe fn transpose(
    kernel: Kernel,
    it: &Transpose,
    stage: &mut Vec<u8>,
    to: *mut u8,
    from: *const u8,
) {
    let bytes = it.rows.saturating_mul(it.columns).saturating_mul(it.run);
    if bytes < LARGE {
        // SAFETY: left to the caller.
        return unsafe { kernel(it, to, from) };
    }
    let far = it.from_row.unsigned_abs() >= PAGE;
    let stages = it.fights() && it.run > 1 && (far || bytes >= 16 * LARGE);
    let mut row = 0;
    while row < it.rows {
        let rows = part(it.rows - row, ROWS);
        let mut column = 0;
        while column < it.columns {
            let columns = part(it.columns - column, BYTES / it.run);
            let to = to.wrapping_offset(column as isize * it.to_line).wrapping_add(row * it.run);
            let from =
                from.wrapping_offset(row as isize * it.from_row).wrapping_add(column * it.run);
            let panel = Transpose { rows, columns, ..*it };
            // SAFETY: a part of what the caller vouches for.
            unsafe {
                let staged = if stages { stage_of(&panel, stage) } else { None };
                match staged {
                    Some((staged, stage)) => {
                        bring(&panel, from, staged, stage);
                        kernel(&Transpose { from_row: staged, ..panel }, to, stage);
                    }
                    None => kernel(&panel, to, from),
                }
            }
            column += columns;
        }
        row += rows;
    }
}

/// So many, or all that is left if that is less than twice as many: no part is to be very small.
fn part(rest: usize, most: usize) -> usize {
    if rest < 2 * most { rest } else { most }
}

/// Where a panel is brought together, and how far apart its rows are there. `None` if there is no memory for it.
fn stage_of(panel: &Transpose, stage: &mut Vec<u8>) -> Option<(isize, *mut u8)> {
    // A line more, lest they fight there, too.
    let row = panel.columns * panel.run + 64;
    stage.try_reserve(row * panel.rows).ok()?;
    Some((row as isize, stage.as_mut_ptr()))
}

/// Copies the rows of a panel to the stage, `staged` bytes apart.
///
/// # Safety
///
/// The rows are good to read, and the stage has room for them.
unsafe fn bring(panel: &Transpose, from: *const u8, staged: isize, stage: *mut u8) {
    for row in 0..panel.rows as isize {
        let from = from.wrapping_offset(row * panel.from_row);
        // SAFETY: left to the caller.
        unsafe {
            let to = stage.wrapping_offset(row * staged);
            ptr::copy_nonoverlapping(from, to, panel.columns * panel.run);
        }
    }
}
