//! Layouts of the same shape, neither of which is packed.

use crate::layouts::ITEMSIZES;

/// Called with itemsize, shape and strides of each side, of which the second shares no memory.
pub type Visit<'a> = &'a mut dyn FnMut(usize, &[isize], [&[isize]; 2]);

pub type Family = fn(Visit);

pub const FAMILIES: [(&str, Family); 4] = [
    ("steps on both sides", steps_on_both_sides),
    ("pixels on both sides", pixels_on_both_sides),
    ("transposes with gaps", transposes_with_gaps),
    ("repeats with gaps", repeats_with_gaps),
];

const LENGTHS: [isize; 16] = [1, 2, 3, 7, 8, 15, 17, 31, 33, 48, 63, 65, 96, 127, 129, 193];

fn steps_on_both_sides(visit: Visit) {
    for item in ITEMSIZES {
        for length in LENGTHS {
            for one in [-4, -3, -2, -1, 0, 1, 2, 3, 5] {
                for other in [-5, -4, -3, -2, -1, 1, 2, 3, 4] {
                    visit(item as usize, &[length], [&[one * item], &[other * item]]);
                }
            }
        }
    }
}

fn pixels_on_both_sides(visit: Visit) {
    for item in ITEMSIZES {
        for pixels in LENGTHS {
            for some in [2, 3, 4] {
                let shape = [pixels, some];
                // Pixels of four or five items, turned round or not, and rows.
                let row = pixels * item + item;
                let layouts = [
                    [4 * item, item],
                    [5 * item, -item],
                    [-4 * item, item],
                    [-5 * item, -item],
                    [item, row],
                    [-item, -row],
                    [2 * item, 2 * row],
                ];
                for one in layouts {
                    for other in layouts {
                        visit(item as usize, &shape, [&one, &other]);
                    }
                }
            }
        }
    }
}

fn transposes_with_gaps(visit: Visit) {
    for item in [1, 2, 3, 4, 6, 8, 12, 16] {
        let most = 193 / item + 2;
        for m in (1..=most).step_by(1 + most as usize / 29) {
            for n in (1..=most).step_by(1 + most as usize / 31) {
                let (row, line) = (m * item + 5, n * item + 3);
                let shape = [m, n];
                visit(item as usize, &shape, [&[item, row], &[line, item]]);
                visit(item as usize, &shape, [&[item, -row], &[-line, item]]);
                visit(item as usize, &shape, [&[-item, row], &[line, -item]]);
                visit(item as usize, &shape, [&[2 * item, 2 * row], &[line, item]]);
            }
        }
    }
}

/// More than are written through the caches where there are no gaps.
fn repeats_with_gaps(visit: Visit) {
    if cfg!(miri) {
        return;
    }
    visit(1, &[1700, 5001], [&[0, 1], &[5003, 1]]);
    visit(2, &[4, 1_100_001], [&[0, 2], &[2_200_007, 2]]);
}
