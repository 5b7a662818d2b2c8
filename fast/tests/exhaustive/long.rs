//! Layouts that are long enough for vectors: each length, or each pair of sides, up to a few of the longest
//! vectors and blocks, and some that no cache holds.

use crate::elements::stacked;

/// Those that have kernels of their own, and others.
const ITEMSIZES: [usize; 8] = [1, 2, 3, 4, 6, 8, 12, 16];

/// Called with shape, strides and itemsize of each layout.
pub type Visit<'a> = &'a mut dyn FnMut(&[isize], &[isize], usize);

/// All of these families of layouts.
pub const FAMILIES: [fn(Visit); 8] = [
    rows_of_each_length_and_step,
    transposes_of_each_pair_of_sides,
    some_channels_of_pixels_of_each_count,
    axes_in_each_order,
    broadcasts_of_each_length,
    windows_of_each_length,
    blocks_of_rows_of_each_width,
    what_no_cache_holds,
];

/// The last of the lengths from 0 on; interpreted, not many.
pub fn up_to(last: isize) -> impl Iterator<Item = isize> + Clone {
    (0..=last).step_by(if cfg!(miri) { 13 } else { 1 })
}

pub fn rows_of_each_length_and_step(visit: Visit) {
    for itemsize in ITEMSIZES {
        for length in up_to(200) {
            for step in -4..=4 {
                visit(&[length], &[step * itemsize as isize], itemsize);
            }
        }
    }
}

pub fn transposes_of_each_pair_of_sides(visit: Visit) {
    for width in up_to(70) {
        for height in up_to(70) {
            // Others take turns.
            let other = [3, 6, 12, 16][(width + 3 * height) as usize % 4];
            for itemsize in [1, 2, 4, 8, other] {
                let item = itemsize as isize;
                // Rows follow each other, or have a gap of an item or of bytes between them.
                let pitch = width * item + [0, item, 5][(width + height) as usize % 3];
                visit(&[width, height], &[item, pitch], itemsize);
            }
        }
    }
}

pub fn some_channels_of_pixels_of_each_count(visit: Visit) {
    for pixels in up_to(130) {
        for all in 1..=8 {
            for some in 1..=all.min(4) {
                for itemsize in [1, 2, 3, 4, 8] {
                    let item = itemsize as isize;
                    visit(&[pixels, some], &[all * item, item], itemsize);
                    visit(&[pixels, some], &[all * item, -item], itemsize);
                    visit(&[pixels, some], &[-all * item, item], itemsize);
                }
            }
        }
    }
}

pub fn axes_in_each_order(visit: Visit) {
    const SIDES: [isize; 6] = [1, 2, 3, 5, 16, 33];
    const ORDERS: [[usize; 3]; 6] =
        [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    let sides = &SIDES[..if cfg!(miri) { 4 } else { 6 }];
    let triples = sides.iter().flat_map(|a| sides.iter().map(move |b| (*a, *b)));
    for ((a, b), c) in triples.flat_map(|pair| sides.iter().map(move |c| (pair, *c))) {
        for order in ORDERS {
            for itemsize in [1, 2, 3, 4, 8, 16] {
                let gap = (a + b + c) % 2 * itemsize as isize;
                let strides = stacked(&[a, b, c], itemsize as isize, gap);
                visit(
                    &order.map(|axis| [a, b, c][axis]),
                    &order.map(|axis| strides[axis]),
                    itemsize,
                );
            }
        }
    }
}

pub fn broadcasts_of_each_length(visit: Visit) {
    for length in up_to(130) {
        for times in [1, 2, 3, 9] {
            for itemsize in ITEMSIZES {
                let item = itemsize as isize;
                visit(&[times, length], &[0, item], itemsize);
                visit(&[times, length], &[item, 0], itemsize);
                visit(&[length, times], &[item, 0], itemsize);
                visit(&[2, length, times], &[0, item, 0], itemsize);
            }
        }
    }
}

/// Rows that begin one item behind each other, and so share all others.
pub fn windows_of_each_length(visit: Visit) {
    for length in up_to(130) {
        for width in &[2, 3, 5, 16, 64][..if cfg!(miri) { 3 } else { 5 }] {
            for itemsize in ITEMSIZES {
                let item = itemsize as isize;
                visit(&[length, *width], &[item, item], itemsize);
                visit(&[length, *width], &[item, -item], itemsize);
            }
        }
    }
}

pub fn blocks_of_rows_of_each_width(visit: Visit) {
    for width in up_to(300) {
        for rows in [2, 3, 7] {
            for gap in [1, 16] {
                visit(&[rows, width], &[width + gap, 1], 1);
                visit(&[rows, width], &[-width - gap, 1], 1);
                visit(&[2, rows, width], &[rows * (width + gap) + 3, width + gap, 1], 1);
            }
        }
    }
}

/// More than five megabytes each.
pub fn what_no_cache_holds(visit: Visit) {
    if cfg!(miri) {
        return;
    }
    let sides = [(1, 2309), (2, 1657), (3, 1361), (4, 1181), (8, 839), (12, 691), (16, 593)];
    for (itemsize, side) in sides {
        let item = itemsize as isize;
        let even = (side as usize).next_power_of_two() as isize;
        visit(&[side, side - 2], &[item, side * item], itemsize);
        visit(&[side, side - 2], &[item, even * item], itemsize);
        visit(&[side * side], &[-item], itemsize);
        visit(&[side * side], &[2 * item], itemsize);
        visit(&[side, side], &[side * item + 64, item], itemsize);
        visit(&[side, side], &[0, item], itemsize);
        visit(&[side, side], &[item, 0], itemsize);
        visit(&[side * side / 3, 3], &[4 * item, item], itemsize);
        visit(&[side * side / 3, 3], &[3 * item, -item], itemsize);
        visit(&[side / 3, side, 3], &[side * item, item, side / 3 * side * item], itemsize);
    }
}
