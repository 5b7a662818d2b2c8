//! Transposing as much as the second cache and the table of pages hold, then the next.

use alloc::vec::Vec;
use core::ops::Range;
use core::ptr;

use super::table::{Kernel, Transpose};
use crate::copy::cpu::Cpu;
use crate::copy::stream::{LINE, fetch, stream};

/// Of fewer bytes than this there are no panels.
const LARGE: usize = 256 << 10;
/// How many rows a panel has, and how many bytes of each, at the most.
const ROWS: usize = 512;
const BYTES: usize = 512;
/// The same for what is streamed: how many bytes of each row, and of each line.
const STREAMED: usize = 1024;
/// The bytes of a page of memory.
const PAGE: usize = 4096;
/// How many rows ahead of those that are brought together memory is asked for.
const AHEAD: isize = 8;

/// Goes through all, panel by panel; past the caches if there is a processor for `streams`. `room` is made larger
/// when that is needed, and kept for the next time.
///
/// # Safety
///
/// That of the kernel. Lines of the destination that are streamed do not share memory; what was written of these is
/// for other threads to be seen after a fence.
pub(super) unsafe fn transpose(
    kernel: Kernel,
    it: &Transpose,
    streams: Option<Cpu>,
    room: &mut Vec<u8>,
    to: *mut u8,
    from: *const u8,
) {
    let bytes = it.rows.saturating_mul(it.columns).saturating_mul(it.run);
    if bytes < LARGE {
        // SAFETY: left to the caller.
        return unsafe { kernel(it, to, from) };
    }
    let far = it.from_row.unsigned_abs() >= PAGE;
    let brings = it.fights() && it.run > 1 && (far || bytes >= 16 * LARGE);
    let [rows, columns] = match streams {
        Some(_) => [(STREAMED / it.run).clamp(LINE, ROWS), STREAMED / it.run],
        None => [ROWS, BYTES / it.run],
    };
    for columns in parts(it.columns, columns) {
        for rows in parts(it.rows, rows) {
            let panel = Panel { it, kernel, rows: rows.clone(), columns: columns.clone() };
            // SAFETY: a part of what the caller vouches for.
            unsafe {
                match streams {
                    Some(cpu) => panel.stream(cpu, room, to, from),
                    None if brings => panel.bring(room, to, from),
                    None => panel.direct(to, from),
                }
            }
        }
    }
}

/// Ranges of no more than `most`, whose lengths differ by one at the most: none is very small.
pub(super) fn parts(total: usize, most: usize) -> impl Iterator<Item = Range<usize>> {
    let count = total.div_ceil(most).max(1);
    let (each, longer) = (total / count, total % count);
    let start = move |number: usize| number * each + number.min(longer);
    (0..count).map(move |number| start(number)..start(number + 1))
}

/// What is transposed at a time.
struct Panel<'a> {
    it: &'a Transpose,
    kernel: Kernel,
    rows: Range<usize>,
    columns: Range<usize>,
}

impl Panel<'_> {
    /// Straight from the source to the destination.
    ///
    /// # Safety
    ///
    /// That of the kernel, for all of it.
    unsafe fn direct(&self, to: *mut u8, from: *const u8) {
        let piece = Transpose { rows: self.rows.len(), columns: self.columns.len(), ..*self.it };
        // SAFETY: left to the caller.
        unsafe {
            (self.kernel)(
                &piece,
                self.line(to, self.columns.start),
                self.row(from, self.rows.start),
            )
        };
    }

    /// After its rows were brought together, because they fight for the same places in the caches.
    ///
    /// # Safety
    ///
    /// As above.
    unsafe fn bring(&self, room: &mut Vec<u8>, to: *mut u8, from: *const u8) {
        let rows = self.rows.clone();
        let Some([brought]) = reserve(room, [rows.len() * self.pitch()]) else {
            // SAFETY: left to the caller.
            return unsafe { self.direct(to, from) };
        };
        // SAFETY: left to the caller; there is room.
        unsafe {
            self.bring_rows(rows.clone(), brought, from);
            let piece = self.brought(rows.len());
            (self.kernel)(&piece, self.line(to, self.columns.start), brought);
        }
    }

    /// After its rows were brought together, and so that whole lines of memory are written, past the caches.
    ///
    /// A few columns at a time are staged. What is left of the last line of each, the next panel stages again: its
    /// rows begin with as many of this one as fill a line.
    ///
    /// # Safety
    ///
    /// As above; and lines of the destination do not share memory.
    unsafe fn stream(&self, cpu: Cpu, room: &mut Vec<u8>, to: *mut u8, from: *const u8) {
        let run = self.it.run;
        let first = self.rows.start.saturating_sub(LINE.div_ceil(run));
        let rows = self.rows.end - first;
        // So many columns are whole lines of the source.
        let group = LINE >> run.trailing_zeros();
        let staged_line = odd_lines(rows * run);
        let Some([brought, stage]) = reserve(room, [rows * self.pitch(), group * staged_line])
        else {
            // SAFETY: left to the caller.
            return unsafe { self.direct(to, from) };
        };
        // SAFETY: left to the caller; there is room.
        unsafe { self.bring_rows(first..self.rows.end, brought, from) };
        for columns in parts(self.columns.len(), group) {
            let piece = Transpose {
                columns: columns.len(),
                to_line: staged_line as isize,
                ..self.brought(rows)
            };
            // SAFETY: as above.
            unsafe { (self.kernel)(&piece, stage, brought.wrapping_add(columns.start * run)) };
            for (number, column) in columns.enumerate() {
                let line =
                    to.wrapping_offset((self.columns.start + column) as isize * self.it.to_line);
                let (start, end) = self.lines(line);
                let staged = start - line.wrapping_add(first * run).addr();
                let staged = stage.wrapping_add(number * staged_line + staged);
                let to = line.wrapping_add(start - line.addr());
                // SAFETY: as above.
                unsafe { stream(cpu, to, staged, end - start) };
            }
        }
    }

    /// From where to where a line of the destination is written with this panel: whole lines of memory, and what
    /// is before the first or behind the last.
    fn lines(&self, line: *mut u8) -> (usize, usize) {
        let at = |row: usize| line.wrapping_add(row * self.it.run).addr();
        let whole = |row: usize| at(row) / LINE * LINE;
        let start = if self.rows.start == 0 { at(0) } else { whole(self.rows.start) };
        let end =
            if self.rows.end == self.it.rows { at(self.it.rows) } else { whole(self.rows.end) };
        (start, end)
    }

    /// Copies these rows, of the panel's columns, to where there is room.
    ///
    /// # Safety
    ///
    /// They are good to read.
    unsafe fn bring_rows(&self, rows: Range<usize>, brought: *mut u8, from: *const u8) {
        let bytes = self.columns.len() * self.it.run;
        let (mut to, mut from) = (brought, self.row(from, rows.start));
        for _ in rows {
            fetch(from.wrapping_offset(AHEAD.wrapping_mul(self.it.from_row)), bytes);
            // SAFETY: left to the caller.
            unsafe { ptr::copy_nonoverlapping(from, to, bytes) };
            to = to.wrapping_add(self.pitch());
            from = from.wrapping_offset(self.it.from_row);
        }
    }

    /// So many rows after they were brought together.
    fn brought(&self, rows: usize) -> Transpose {
        Transpose { rows, columns: self.columns.len(), from_row: self.pitch() as isize, ..*self.it }
    }

    /// Bytes from one row to the next where they are brought together.
    fn pitch(&self) -> usize {
        odd_lines(self.columns.len() * self.it.run)
    }

    /// The line of a column.
    fn line(&self, to: *mut u8, column: usize) -> *mut u8 {
        to.wrapping_offset(column as isize * self.it.to_line)
            .wrapping_add(self.rows.start * self.it.run)
    }

    /// The panel's part of a row.
    fn row(&self, from: *const u8, row: usize) -> *const u8 {
        from.wrapping_offset(row as isize * self.it.from_row)
            .wrapping_add(self.columns.start * self.it.run)
    }
}

/// An odd number of lines of memory of so many bytes at least: what is so far apart does not fight.
fn odd_lines(bytes: usize) -> usize {
    bytes.next_multiple_of(2 * LINE) + LINE
}

/// Room for so many bytes each, from the beginning of a line on. `None` if there is no memory for it.
fn reserve<const N: usize>(room: &mut Vec<u8>, bytes: [usize; N]) -> Option<[*mut u8; N]> {
    room.try_reserve(bytes.iter().sum::<usize>() + LINE).ok()?;
    let mut place = room.as_mut_ptr();
    place = place.wrapping_add(place.addr().wrapping_neg() % LINE);
    Some(bytes.map(|bytes| {
        let this = place;
        place = place.wrapping_add(bytes);
        this
    }))
}
