//! Copies of all small layouts, and of layouts of every length that is long enough for vectors.
//!
//! Nothing here asks the crate where an element is: each is found by walking through the indices, in
//! memory with others around it that must stay as they are.

mod check;
mod elements;
mod long;
mod small;

use check::Watched;
use elements::Elements;

/// 341 shapes of up to 4 dimensions with extents 0 to 3, in seven sizes of items, with each of the strides
/// that `small::strides` has for so many dimensions (1, 31, 61, 133 and 337).
#[test]
fn all_small_layouts() {
    let mut cases = 0;
    for shape in small::shapes() {
        for itemsize in small::ITEMSIZES {
            let mut before: Option<Watched> = None;
            for strides in small::strides(&shape, itemsize as isize) {
                let mut watched = Watched::new(Elements::new(&shape, &strides, itemsize, cases));
                watched.check(cases);
                // From layout to layout, both ways.
                if let Some(before) = &mut before {
                    watched.check_copy_data(before);
                    before.check_copy_data(&mut watched);
                }
                before = Some(watched);
                cases += 1;
            }
        }
    }
    println!("{cases} layouts");
    if cfg!(not(miri)) {
        assert_eq!(cases, 7 * (1 + 4 * 31 + 16 * 61 + 64 * 133 + 256 * 337));
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
                    let ways = [ways / small::PARTS, ways % small::PARTS];
                    let elements =
                        small::behind_pointers(&shape, &suboffsets, itemsize, ways, cases);
                    Watched::new(elements).check(cases);
                    cases += 1;
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
