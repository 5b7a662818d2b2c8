//! Copies of all small layouts, and of layouts of every length that is long enough for vectors.
//!
//! Nothing here asks the crate where an element is: each is found by walking through the indices, in
//! memory with others around it that must stay as they are.

mod arena;
mod check;
#[cfg(all(unix, not(miri)))]
mod edges;
mod elements;
mod long;
#[cfg(all(unix, not(miri)))]
#[path = "../common/piece.rs"]
mod piece;
mod small;

use check::Watched;
use elements::Elements;

/// Whether the layout of this number is checked: interpreted, only a few are.
fn is_checked(number: usize) -> bool {
    !cfg!(miri) || number.is_multiple_of(41)
}

/// 341 shapes of up to 4 dimensions with extents 0 to 3, in seven sizes of items, with each of the strides
/// that `small::strides` has for so many dimensions (1, 34, 64, 136 and 340).
#[test]
fn all_small_layouts() {
    let mut cases = 0;
    for shape in small::shapes() {
        for itemsize in small::ITEMSIZES {
            let mut before: Option<Watched> = None;
            for strides in small::strides(&shape, itemsize as isize) {
                cases += 1;
                if !is_checked(cases) {
                    continue;
                }
                let mut watched = Watched::new(Elements::new(&shape, &strides, itemsize, cases));
                watched.check(cases);
                // From layout to layout, both ways.
                if let Some(before) = &mut before {
                    watched.check_copy_data(before);
                    before.check_copy_data(&mut watched);
                }
                before = Some(watched);
            }
        }
    }
    println!("{cases} layouts");
    if cfg!(not(miri)) {
        assert_eq!(cases, 7 * (1 + 4 * 34 + 16 * 64 + 64 * 136 + 256 * 340));
    }
}

/// The same shapes and sizes, with pointers after each combination of axes, 0 and 5 bytes from their goals,
/// in each combination of the four ways in which they and the four in which items can lie.
#[test]
fn all_small_layouts_behind_pointers() {
    let mut cases = 0;
    for shape in small::shapes() {
        for itemsize in small::ITEMSIZES {
            for suboffsets in small::suboffsets(shape.len()) {
                // Where there are no elements, it does not matter how.
                let ways = if shape.contains(&0) { 1 } else { small::PARTS * small::PARTS };
                for ways in 0..ways {
                    cases += 1;
                    if !is_checked(cases) {
                        continue;
                    }
                    let ways = [ways / small::PARTS, ways % small::PARTS];
                    let elements =
                        small::behind_pointers(&shape, &suboffsets, itemsize, ways, cases);
                    Watched::new(elements).check(cases);
                }
            }
        }
    }
    println!("{cases} layouts");
    if cfg!(not(miri)) {
        let elements = 3 + 9 * 3 + 27 * 7 + 81 * 15;
        let none = 1 + 7 * 3 + 37 * 7 + 175 * 15;
        assert_eq!(cases, 7 * 2 * (16 * elements + none));
    }
}

/// The long layouts, one by one; and as many times as there are starts to differ.
fn check_directions(family: fn(long::Visit), starts: usize) {
    let mut cases = 0;
    for _ in 0..starts {
        family(&mut |shape, strides, itemsize| {
            cases += 1;
            if is_checked(cases) {
                let elements = Elements::new(shape, strides, itemsize, cases * 11);
                Watched::new(elements).check_directions(cases * 5);
            }
        });
    }
    println!("{cases} layouts");
}

#[test]
fn rows_of_each_length_and_step() {
    check_directions(long::rows_of_each_length_and_step, if cfg!(miri) { 1 } else { 5 });
}

/// Of each length up to three of the longest vectors, from each place in a line of the cache.
#[test]
fn rows_and_transposes_from_each_start() {
    let mut cases = 0;
    let mut check = |shape: &[isize], strides: &[isize], itemsize| {
        for start in 0..64 {
            cases += 1;
            if is_checked(cases) {
                let elements = Elements::new(shape, strides, itemsize, start);
                Watched::new(elements).check_directions(cases * 5);
            }
        }
    };
    for length in long::up_to(192) {
        for (itemsize, stride) in [(1, -1), (1, 2), (2, -2), (3, -3), (4, 8), (8, -8)] {
            check(&[length], &[stride], itemsize);
        }
    }
    let sides = &[3, 17, 33, 64][..if cfg!(miri) { 1 } else { 4 }];
    for &width in sides {
        for &height in sides {
            for itemsize in [1, 2, 4, 8] {
                let item = itemsize as isize;
                check(&[width, height], &[item, width * item], itemsize);
            }
        }
    }
    println!("{cases} layouts");
}

#[test]
fn transposes_of_each_pair_of_sides() {
    check_directions(long::transposes_of_each_pair_of_sides, 1);
}

#[test]
fn some_channels_of_pixels_of_each_count() {
    check_directions(long::some_channels_of_pixels_of_each_count, 1);
}

#[test]
fn axes_in_each_order() {
    check_directions(long::axes_in_each_order, 1);
}

#[test]
fn broadcasts_of_each_length() {
    check_directions(long::broadcasts_of_each_length, 1);
}

#[test]
fn windows_of_each_length() {
    check_directions(long::windows_of_each_length, 1);
}

#[test]
fn blocks_of_rows_of_each_width() {
    check_directions(long::blocks_of_rows_of_each_width, 1);
}

#[test]
fn what_no_cache_holds() {
    check_directions(long::what_no_cache_holds, 1);
}

#[test]
fn rows_of_each_width_behind_pointers() {
    let pointer = size_of::<*mut u8>() as isize;
    let mut cases = 0;
    for width in long::up_to(300) {
        for rows in [2, 3, 7] {
            for step in [1, 2] {
                let (shape, strides) = ([rows, width], [pointer, step]);
                let elements = Elements::behind_pointers(&shape, &strides, &[0, -1], 1, cases);
                Watched::new(elements).check_directions(cases);
                cases += 1;
            }
        }
    }
    println!("{cases} layouts");
}

/// The system ends who touches a byte before the first or behind the last.
#[test]
#[cfg(all(unix, not(miri)))]
fn nothing_beyond_the_ends_is_touched() {
    let mut edges = edges::Edges::new();
    let mut cases = 0;
    for family in long::FAMILIES {
        family(&mut |shape, strides, itemsize| {
            edges.check(&mut Elements::new(shape, strides, itemsize, 0));
            cases += 1;
        });
    }
    println!("{cases} layouts");
}
