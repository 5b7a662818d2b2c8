//! Transposing within registers.

// Loops over indices: the compiler is sure to unroll them, and to keep the vectors in registers.
#![allow(clippy::needless_range_loop)]

use super::vector::Vector;

/// Transposes the `N` by `N` items of each lane, all lanes at once: the lanes of a vector are `N` rows
/// apart, and so the items of a column end up in one vector, one behind the other.
///
/// An item's place is told by the bits of its row, then those of its column. A [`turn`] moves the bits round
/// by one; after as many turns as a row has bits, row and column have changed places.
#[inline(always)]
pub(super) unsafe fn tile<V: Vector, const SIZE: usize, const N: usize>(
    to: *mut u8,
    to_line: isize,
    from: *const u8,
    from_row: isize,
) {
    let lanes = N as isize * from_row;
    // SAFETY: left to the caller. Never more than eight vectors in an array, and no closure: the compiler
    // makes memory of larger ones, and calls of these.
    unsafe {
        match N {
            1..=8 => {
                let rows = load::<V, N>(from, from_row, lanes);
                store_all(to, to_line, 0, turned::<V, SIZE, N>(rows));
            }
            _ => {
                // Turns of sixteen, of which two together stay within every fourth.
                let a = turned::<V, SIZE, 4>(load(from, 4 * from_row, lanes));
                let from = from.wrapping_offset(from_row);
                let b = turned::<V, SIZE, 4>(load(from, 4 * from_row, lanes));
                let from = from.wrapping_offset(from_row);
                let c = turned::<V, SIZE, 4>(load(from, 4 * from_row, lanes));
                let from = from.wrapping_offset(from_row);
                let d = turned::<V, SIZE, 4>(load(from, 4 * from_row, lanes));
                for i in 0..4 {
                    let lines = turned::<V, SIZE, 4>([a[i], b[i], c[i], d[i]]);
                    store_all(to, to_line, 4 * i, lines);
                }
            }
        }
    }
}

/// The vectors after all turns, of which there are not more than eight.
#[inline(always)]
pub(super) unsafe fn turned<V: Vector, const SIZE: usize, const N: usize>(
    mut vectors: [V; N],
) -> [V; N] {
    // Not a loop: the compiler keeps the vectors in registers only if it sees all turns.
    // SAFETY: left to the caller.
    unsafe {
        if N > 1 {
            vectors = turn::<V, SIZE, N>(vectors);
        }
        if N > 2 {
            vectors = turn::<V, SIZE, N>(vectors);
        }
        if N > 4 {
            vectors = turn::<V, SIZE, N>(vectors);
        }
    }
    vectors
}

/// As many vectors, `step` bytes apart, the lanes of each `lanes` bytes apart.
#[inline(always)]
pub(super) unsafe fn load<V: Vector, const N: usize>(
    from: *const u8,
    step: isize,
    lanes: isize,
) -> [V; N] {
    // SAFETY: left to the caller.
    unsafe {
        let mut vectors = [V::gather(from, lanes); N];
        for i in 1..N {
            vectors[i] = V::gather(from.wrapping_offset(i as isize * step), lanes);
        }
        vectors
    }
}

#[inline(always)]
unsafe fn store_all<V: Vector, const N: usize>(
    to: *mut u8,
    to_line: isize,
    first: usize,
    vectors: [V; N],
) {
    for i in 0..N {
        // SAFETY: left to the caller.
        unsafe { vectors[i].store(to.wrapping_offset((first + i) as isize * to_line)) };
    }
}

/// Zips the first half of the vectors with the second.
#[inline(always)]
unsafe fn turn<V: Vector, const SIZE: usize, const N: usize>(before: [V; N]) -> [V; N] {
    let mut after = [before[0]; N];
    for i in 0..N / 2 {
        // SAFETY: left to the caller.
        (after[2 * i], after[2 * i + 1]) = unsafe { before[i].zip::<SIZE>(before[i + N / 2]) };
    }
    after
}
