//! Layouts that are copied to packed bytes and back: each length up to three of the longest vectors and one.

/// Called with itemsize, shape and strides of each layout.
pub type Visit<'a> = &'a mut dyn FnMut(usize, &[isize], &[isize]);

pub type Family = fn(Visit);

pub const FAMILIES: [(&str, Family); 10] = [
    ("rows of each length and step", rows_of_each_length_and_step),
    ("steps that are no items", steps_that_are_no_items),
    ("pixels of each count", pixels_of_each_count),
    ("channels of each length", channels_of_each_length),
    ("pictures", pictures),
    ("transposes of each pair of sides", transposes_of_each_pair_of_sides),
    ("runs of each length", runs_of_each_length),
    ("repeats of each length", repeats_of_each_length),
    ("larger than caches", larger_than_caches),
    ("past the caches", past_the_caches),
];

/// Those that have kernels of their own, those next to them, and others.
pub const ITEMSIZES: [isize; 18] = [1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 24, 31, 32, 33, 48, 63, 64, 65];
/// Three vectors of the longest kind, and one.
pub const MOST: isize = 3 * 64 + 1;

fn rows_of_each_length_and_step(visit: Visit) {
    for item in ITEMSIZES {
        for length in 0..=MOST {
            for step in -5..=8 {
                visit(item as usize, &[length], &[step * item]);
            }
        }
    }
}

/// Such that the next item begins just before or just behind a multiple of the item; of the smaller of them
/// items share memory.
fn steps_that_are_no_items(visit: Visit) {
    for item in ITEMSIZES {
        for length in [1, 2, 3, 7, 15, 16, 17, 31, 33, 47, 63, 64, 65, 90, 127, 129, MOST] {
            for step in [-3, -2, -1, 0, 1, 2, 3, 4] {
                visit(item as usize, &[length], &[step * item - 1]);
                visit(item as usize, &[length], &[step * item + 1]);
            }
        }
    }
}

/// Some items of each few, in their order or turned round, from the first pixel on or from the last.
fn pixels_of_each_count(visit: Visit) {
    for item in ITEMSIZES {
        for pixels in 0..=MOST {
            for (some, all) in [(2, 2), (2, 3), (3, 3), (3, 4), (3, 5), (4, 4), (3, 16)] {
                let shape = [pixels, some];
                visit(item as usize, &shape, &[all * item, -item]);
                visit(item as usize, &shape, &[-all * item, item]);
                if some < all {
                    visit(item as usize, &shape, &[all * item, item]);
                }
            }
        }
    }
}

/// A few rows of items that become pixels, pixels that become rows, and the same turned round.
fn channels_of_each_length(visit: Visit) {
    for item in ITEMSIZES {
        for length in 0..=MOST {
            for channels in [2, 3, 4, 5] {
                let (pixel, row) = (channels * item, length * item + length % 3 * item);
                visit(item as usize, &[length, channels], &[item, row]);
                visit(item as usize, &[length, channels], &[item, -row]);
                visit(item as usize, &[length, channels], &[-item, row]);
                visit(item as usize, &[channels, length], &[item, pixel]);
                visit(item as usize, &[channels, length], &[-item, pixel]);
                visit(item as usize, &[channels, length], &[item, -pixel - item]);
            }
        }
    }
}

/// What pixels, channels and every second item are in each of a few lines.
fn pictures(visit: Visit) {
    for item in [1, 2, 3, 4, 8] {
        for width in (0..=MOST).step_by(3).chain([64, 127, 128, 129]) {
            for channels in [1, 2, 3, 4] {
                let (line, plane) = (4 * width * item + 5, 15 * width * item);
                let shape = [3, width, channels];
                visit(item as usize, &shape, &[line, 4 * item, item]);
                visit(item as usize, &shape, &[-line, -4 * item, -item]);
                visit(item as usize, &shape, &[line, item, plane]);
                visit(item as usize, &shape, &[line, 2 * item, plane]);
                visit(item as usize, &[3, channels, width], &[line, item, 4 * item]);
                visit(item as usize, &[channels, 3, width], &[item, line, 4 * item]);
                visit(item as usize, &[channels, 3, width], &[-item, line, -4 * item]);
            }
        }
    }
}

fn transposes_of_each_pair_of_sides(visit: Visit) {
    for item in [1, 2, 3, 4, 5, 6, 8, 12, 16] {
        let most = MOST / item + 8;
        // Both sides cannot be long in each pair: there would be too many.
        let is_checked = |m: isize, n: isize| m.min(n) <= 36 || (m + 2 * n) % 11 == 0;
        for m in 1..=most {
            for n in (1..=most).filter(|&n| is_checked(m, n)) {
                let turn = m + 3 * n;
                // Rows follow each other, have a gap, or begin in the same places of caches.
                let near = m * item + [0, item, 5][turn as usize % 3];
                let far = rounded(m * item, [512, 1024, 4096][turn as usize % 3]);
                visit(item as usize, &[m, n], &[item, near]);
                visit(item as usize, &[m, n], &[item, -near]);
                visit(item as usize, &[m, n], &[-item, near]);
                if turn % 4 == 0 {
                    visit(item as usize, &[m, n], &[item, far]);
                    visit(item as usize, &[m, n], &[-item, -far]);
                }
            }
        }
        for (m, n) in [(40, 17), (17, 40), (64, 64)] {
            let (row, all) = (m * item, m * n * item + 16);
            visit(item as usize, &[3, m, n], &[all, item, row]);
            visit(item as usize, &[m, 3, n], &[item, all, row]);
            visit(item as usize, &[m, n, 3], &[item, row, -all]);
        }
    }
}

fn rounded(bytes: isize, to: isize) -> isize {
    (bytes + to - 1) / to * to
}

fn runs_of_each_length(visit: Visit) {
    for length in (0..=5 * 64 + 1).chain([400, 511, 512, 513, 1000]) {
        for rows in [2, 3, 5] {
            for gap in [1, 7, 64] {
                visit(1, &[rows, length], &[length + gap, 1]);
                visit(1, &[rows, length], &[-length - gap, 1]);
                visit(1, &[2, rows, length], &[rows * (length + gap) + 3, length + gap, 1]);
            }
        }
    }
}

fn repeats_of_each_length(visit: Visit) {
    for item in ITEMSIZES {
        for length in 0..=MOST {
            for times in [2, 3, if item > 16 { 5 } else { 65 }] {
                visit(item as usize, &[times, length], &[0, item]);
                visit(item as usize, &[length, times], &[item, 0]);
                visit(item as usize, &[length, times], &[-2 * item, 0]);
            }
        }
    }
}

/// Panels of transposes, and what is written past the caches.
fn larger_than_caches(visit: Visit) {
    if cfg!(miri) {
        return;
    }
    for item in [1, 2, 3, 4, 6, 8, 12, 16] {
        // More than two panels both ways, and one on one side only.
        for (m, n) in [(1100 / item, 1061), (1061, 1100 / item), (257, 1053), (600 / item, 2100)] {
            let near = m * item;
            let far = rounded(near, 512);
            visit(item as usize, &[m, n], &[item, near + 3]);
            visit(item as usize, &[m, n], &[item, -far]);
            visit(item as usize, &[m, n], &[-item, far]);
        }
    }
    for (times, length) in [(1700, 5001), (430, 20_001), (2, 4_200_001), (140, 60_000)] {
        visit(1, &[times, length], &[0, 1]);
    }
    visit(8, &[1050, 1001], &[0, 8]);
    visit(8, &[1050, 1001], &[8, 8 * 1050]);
    visit(4, &[700_001, 3], &[16, 4]);
    visit(4, &[2_100_001], &[-4]);
    visit(1, &[2100, 4097], &[4099, 1]);
}

/// A little more than from where on lines are written past the caches.
const BYTES: isize = (8 << 20) + 5000;

fn past_the_caches(visit: Visit) {
    if cfg!(miri) {
        return;
    }
    for item in [1, 2, 3, 4, 6, 8, 12, 16] {
        for m in [1601 / item, 67, 4097 / item] {
            let n = BYTES / (m * item) + 1;
            visit(item as usize, &[m, n], &[item, m * item + 3]);
            visit(item as usize, &[n, m], &[-item, n * item + 64]);
        }
    }
    // At each place of a dimension outside of them.
    for item in [1, 3, 4, 8, 16] {
        let (m, n) = (1601 / item, BYTES / 1601 / 3 + 1);
        visit(item as usize, &[3, m, n], &[item * m * n, item, item * m]);
        visit(item as usize, &[m, 3, n], &[-item, item * m * n, item * m]);
        visit(item as usize, &[m, n, 3], &[item, item * m, -item * m * n]);
    }
    // Planes to pixels.
    for planes in 2..=4 {
        let n = BYTES / planes;
        visit(1, &[n, planes], &[1, n]);
        visit(4, &[n / 4, planes], &[4, n / 4 * 4]);
    }
    lines_of_each_kind(visit);
}

/// What is written by whole lines of memory without a transpose.
pub fn lines_of_each_kind(visit: Visit) {
    if cfg!(miri) {
        return;
    }
    visit(1, &[BYTES], &[1]);
    visit(1, &[BYTES / 600 + 1, 600], &[603, 1]);
    visit(1, &[BYTES / 5000 + 1, 5000], &[5003, 1]);
    visit(1, &[BYTES / 3, 3], &[3, -1]);
    visit(1, &[BYTES / 3, 3], &[4, 1]);
    visit(3, &[BYTES / 3], &[6]);
    visit(1, &[BYTES / 2, 2], &[3, 1]);
    visit(12, &[BYTES / 12], &[-12]);
    visit(2, &[BYTES / 2], &[4]);
}

/// One of each kind that has a kernel of its own, in a few lengths.
pub fn some_of_each_kind(visit: Visit) {
    for item in ITEMSIZES {
        for length in [1, 7, 16, 33, 65, MOST].into_iter().take(if item > 16 { 3 } else { 6 }) {
            let shapes = [[length, 1], [length, 3], [3, length]];
            for shape in shapes {
                visit(item as usize, &shape, &[-item, length * item]);
                visit(item as usize, &shape, &[2 * item, length * item * 2]);
                visit(item as usize, &shape, &[4 * item, item]);
            }
        }
        let most = 64 / item + 3;
        visit(item as usize, &[most, most], &[item, most * item]);
        visit(item as usize, &[most, 2 * most], &[item, -most * item]);
        visit(item as usize, &[most, 40], &[item, 512.max(most * item)]);
        visit(1, &[3, 5 * item + 1], &[5 * item + 2, 1]);
    }
}
