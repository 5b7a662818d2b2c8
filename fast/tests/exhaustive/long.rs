//! Layouts that are long enough for vectors: each length, or each pair of sides, up to a few of the longest
//! vectors and blocks, and some that no cache holds. Where the copies start differs from one to the next.

use crate::check::Watched;
use crate::elements::{Elements, stacked};

/// Those that have kernels of their own, and others.
const ITEMSIZES: [usize; 8] = [1, 2, 3, 4, 6, 8, 12, 16];

/// Counts the layouts that were checked, each of which starts somewhere else.
struct Checks(usize);

impl Checks {
    /// Copies a layout in each direction.
    fn check(&mut self, shape: &[isize], strides: &[isize], itemsize: usize) {
        // The number is odd for each second layout of any shape.
        let elements = Elements::new(shape, strides, itemsize, self.0 * 11);
        Watched::new(elements).check_directions(self.0 * 5);
        self.0 += 1;
    }
}

/// The last of the lengths from 0 on; interpreted, not many.
fn up_to(last: isize) -> impl Iterator<Item = isize> + Clone {
    (0..=last).step_by(if cfg!(miri) { 37 } else { 1 })
}

#[test]
fn rows_of_each_length_and_step() {
    let mut checks = Checks(0);
    for itemsize in ITEMSIZES {
        for length in up_to(200) {
            for step in -4..=4 {
                for _start in 0..if cfg!(miri) { 1 } else { 5 } {
                    checks.check(&[length], &[step * itemsize as isize], itemsize);
                }
            }
        }
    }
    println!("{} layouts", checks.0);
}

#[test]
fn transposes_of_each_pair_of_sides() {
    let mut checks = Checks(0);
    for width in up_to(70) {
        for height in up_to(70) {
            // Others take turns.
            let other = [3, 6, 12, 16][(width + 3 * height) as usize % 4];
            for itemsize in [1, 2, 4, 8, other] {
                let item = itemsize as isize;
                // Rows follow each other, or have a gap of an item or of bytes between them.
                let pitch = width * item + [0, item, 5][checks.0 % 3];
                checks.check(&[width, height], &[item, pitch], itemsize);
            }
        }
    }
    println!("{} layouts", checks.0);
}

#[test]
fn some_channels_of_pixels_of_each_count() {
    let mut checks = Checks(0);
    for pixels in up_to(130) {
        for all in 1..=8 {
            for some in 1..=all.min(4) {
                for itemsize in [1, 2, 3, 4, 8] {
                    let item = itemsize as isize;
                    checks.check(&[pixels, some], &[all * item, item], itemsize);
                    checks.check(&[pixels, some], &[all * item, -item], itemsize);
                    checks.check(&[pixels, some], &[-all * item, item], itemsize);
                }
            }
        }
    }
    println!("{} layouts", checks.0);
}

#[test]
fn axes_in_each_order() {
    const SIDES: [isize; 6] = [1, 2, 3, 5, 16, 33];
    const ORDERS: [[usize; 3]; 6] =
        [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    let sides = &SIDES[..if cfg!(miri) { 4 } else { 6 }];
    let mut checks = Checks(0);
    let triples = sides.iter().flat_map(|a| sides.iter().map(move |b| (*a, *b)));
    for ((a, b), c) in triples.flat_map(|pair| sides.iter().map(move |c| (pair, *c))) {
        for order in ORDERS {
            for itemsize in [1, 2, 3, 4, 8, 16] {
                let gap = [0, itemsize as isize][checks.0 % 2];
                let strides = stacked(&[a, b, c], itemsize as isize, gap);
                checks.check(
                    &order.map(|axis| [a, b, c][axis]),
                    &order.map(|axis| strides[axis]),
                    itemsize,
                );
            }
        }
    }
    println!("{} layouts", checks.0);
}

#[test]
fn broadcasts_of_each_length() {
    let mut checks = Checks(0);
    for length in up_to(130) {
        for times in [1, 2, 3, 9] {
            for itemsize in ITEMSIZES {
                let item = itemsize as isize;
                checks.check(&[times, length], &[0, item], itemsize);
                checks.check(&[times, length], &[item, 0], itemsize);
                checks.check(&[length, times], &[item, 0], itemsize);
                checks.check(&[2, length, times], &[0, item, 0], itemsize);
            }
        }
    }
    println!("{} layouts", checks.0);
}

#[test]
fn blocks_of_rows_of_each_width() {
    let mut checks = Checks(0);
    for width in up_to(300) {
        for rows in [2, 3, 7] {
            for gap in [1, 16] {
                checks.check(&[rows, width], &[width + gap, 1], 1);
                checks.check(&[rows, width], &[-width - gap, 1], 1);
                checks.check(&[2, rows, width], &[rows * (width + gap) + 3, width + gap, 1], 1);
            }
            let pointer = size_of::<*mut u8>() as isize;
            let (shape, strides) = ([rows, width], [pointer, 1 + width % 2]);
            let behind = Elements::behind_pointers(&shape, &strides, &[0, -1], 1, checks.0);
            Watched::new(behind).check_directions(checks.0);
            checks.0 += 1;
        }
    }
    println!("{} layouts", checks.0);
}

/// More than five megabytes each.
#[test]
fn what_no_cache_holds() {
    if cfg!(miri) {
        return;
    }
    let mut checks = Checks(0);
    let sides = [(1, 2309), (2, 1657), (3, 1361), (4, 1181), (8, 839), (12, 691), (16, 593)];
    for (itemsize, side) in sides {
        let item = itemsize as isize;
        let even = (side as usize).next_power_of_two() as isize;
        checks.check(&[side, side - 2], &[item, side * item], itemsize);
        checks.check(&[side, side - 2], &[item, even * item], itemsize);
        checks.check(&[side * side], &[-item], itemsize);
        checks.check(&[side * side], &[2 * item], itemsize);
        checks.check(&[side, side], &[side * item + 64, item], itemsize);
        checks.check(&[side, side], &[0, item], itemsize);
        checks.check(&[side, side], &[item, 0], itemsize);
        checks.check(&[side * side / 3, 3], &[4 * item, item], itemsize);
        checks.check(&[side * side / 3, 3], &[3 * item, -item], itemsize);
        checks.check(&[side / 3, side, 3], &[side * item, item, side / 3 * side * item], itemsize);
    }
    println!("{} layouts", checks.0);
}
