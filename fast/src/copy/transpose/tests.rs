//! Transposes of a few items as if they were of many: panels and lines that are written past the caches, at each
//! place within a line of memory.

use alloc::vec;
use alloc::vec::Vec;

use super::*;

/// Between the items, and around them.
const NOTHING: u8 = 0xEE;

/// Transposes twice as much, from rows `gap` bytes apart, to each of a few places within a line. If `down`, the rows of
/// the source and the lines of the destination are the last first.
fn check(cpu: Cpu, run: usize, [rows, columns]: [usize; 2], gap: usize, down: bool) {
    let (row, line) = (columns * run + gap, rows * run + gap % 3);
    let source: Vec<u8> = (0..2 * rows * row).map(|byte| (byte % 233) as u8).collect();
    let upwards = |step: usize| if down { -(step as isize) } else { step as isize };
    let first = |step: usize, count: usize| if down { (count - 1) * step } else { 0 };
    let (to_line, from_row) = (upwards(line), upwards(row));
    let it = Transpose { run, rows, columns, to_line, from_row };
    let outer = Dimension { extent: 2, to: (columns * line) as isize, from: (rows * row) as isize };
    for start in [0, 1, 16, 63] {
        let mut target = vec![NOTHING; start + 2 * columns * line + 64];
        let mut expected = target.clone();
        let (to, from) = (start + first(line, columns), first(row, rows));
        for place in 0..2 {
            for column in 0..columns {
                let to =
                    (to + place * columns * line).wrapping_add_signed(column as isize * to_line);
                for number in 0..rows {
                    let from = from + place * rows * row + column * run;
                    let from = from.wrapping_add_signed(number as isize * from_row);
                    expected[to + number * run..][..run].copy_from_slice(&source[from..][..run]);
                }
            }
        }
        // SAFETY: both sides have all that is copied.
        let done = unsafe {
            let (to, from) = (target[to..].as_mut_ptr(), source[from..].as_ptr());
            transpose(cpu, &it, true, &[outer], to, from)
        };
        assert!(done, "{cpu:?}, {it:?}: there are enough for vectors");
        let differs = target.iter().zip(&expected).position(|(is, should)| is != should);
        assert!(differs.is_none(), "{cpu:?}, {it:?}, start {start}: differs at {differs:?}");
    }
}

/// Those with vectors that transposes need.
fn processors() -> impl Iterator<Item = Cpu> {
    Cpu::all().filter(|cpu| *cpu >= Cpu::Shuffle16)
}

#[test]
fn lines_of_few_items_are_written_whole() {
    for cpu in processors() {
        for run in [4, 8, 16] {
            let fills = 64 / run;
            // From the shortest lines that are streamed on.
            let least = 8 * fills;
            for rows in [least, least + 1, least + fills - 1, least + fills, 2 * least + 3] {
                for columns in [fills, fills + 1, 1024 / run, 1024 / run + 1] {
                    check(cpu, run, [rows, columns], 0, false);
                    check(cpu, run, [rows, columns], 5, true);
                }
            }
        }
    }
}

#[test]
fn panels_are_written_by_lines() {
    for cpu in processors() {
        for run in [1, 2, 3, 4, 6, 8, 12, 16] {
            // Of so few columns of 4, 8 and 16 bytes none are read by whole lines.
            let few = (60 / run).max(8);
            for [rows, columns] in [[1030, 4800 / run], [600, 1301], [320_000 / (few * run), few]] {
                check(cpu, run, [rows, columns], 0, false);
                check(cpu, run, [rows, columns], 64, true);
            }
        }
    }
}

/// Lines of the destination of which each begins with the fourth item of the one before.
#[test]
fn of_items_that_share_memory_one_stays() {
    const SIDE: usize = 300;
    let source: Vec<u64> = (0..(SIDE * SIDE) as u64).map(|item| item * 0x0101_0101_0101).collect();
    for cpu in processors() {
        for start in [4, 8] {
            let mut target = vec![NOTHING; start + (4 * SIDE) * 8];
            let (rows, columns) = (SIDE, SIDE);
            let it = Transpose { run: 8, rows, columns, to_line: 24, from_row: SIDE as isize * 8 };
            // SAFETY: both sides have all that is copied.
            let done = unsafe {
                let to = target.as_mut_ptr().wrapping_add(start);
                transpose(cpu, &it, true, &[], to, source.as_ptr().cast())
            };
            assert!(done, "{cpu:?}");
            for (place, item) in target[start..].chunks_exact(8).take(4 * SIDE - 3).enumerate() {
                let mut lines =
                    place.saturating_sub(SIDE - 1).div_ceil(3)..=(place / 3).min(SIDE - 1);
                let stays =
                    |line: usize| source[(place - 3 * line) * SIDE + line].to_ne_bytes() == item;
                assert!(lines.any(stays), "{cpu:?}, start {start}: {place} is torn");
            }
        }
    }
}

#[test]
fn parts_are_all_and_of_about_the_same_length() {
    let parts = |total, most| panels::parts(total, most).collect::<Vec<_>>();
    assert_eq!(parts(10, 4), [0..4, 4..7, 7..10]);
    assert_eq!(parts(513, 512), [0..257, 257..513]);
    assert_eq!(parts(81, 8).iter().map(|part| part.len()).min(), Some(7));
    assert_eq!(parts(512, 512).len(), 1);
}
