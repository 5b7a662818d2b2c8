//! The kernels of copies, at each level of what the processor has.
//!
//! What a copy should do is found by walking through the indices, one by one, and the plain kernels must do
//! just that; so must those for vectors, which are used from some size on only. Memory ends where
//! the elements do, or has other bytes around them that must stay.

// Only there can be said what is to be used of the processor.
#![cfg(debug_assertions)]

mod check;
mod layouts;
mod pairs;
#[path = "../common/piece.rs"]
mod piece;

use std::io::{Write, stderr};

use check::{Case, Checker, Room};
use pybuf_fast::copy::limit;

/// What the levels add, from 1 on.
const LEVELS: [&str; 5] =
    ["plain", "vectors of 16 bytes", "their permutations", "of 32 bytes", "of 64 bytes"];

/// One test for all: the level is the same for the whole process.
#[test]
fn kernels_of_each_level() {
    let has = |level: &u8| limit(*level) == *level;
    let (levels, missing): (Vec<u8>, Vec<u8>) = (1..=5).partition(has);
    let mut checker = Checker::new(levels.clone());
    for (name, family) in layouts::FAMILIES {
        let before = checker.copies;
        family(&mut |itemsize, shape, strides| {
            checker.check_anywhere(&Case { itemsize, shape, strides, other: None });
        });
        tell(&format!("{name}: {} copies", checker.copies - before));
    }
    for (name, family) in pairs::FAMILIES {
        let before = checker.copies;
        family(&mut |itemsize, shape, [strides, other]| {
            checker.check_anywhere(&Case { itemsize, shape, strides, other: Some(other) });
        });
        tell(&format!("{name}: {} copies", checker.copies - before));
    }
    let before = checker.copies;
    layouts::some_of_each_kind(&mut |itemsize, shape, strides| {
        let case = Case { itemsize, shape, strides, other: None };
        for offset in 0..64 {
            checker.check(&case, [Room::Inside(offset), Room::Inside(offset * 29 + 7)]);
        }
    });
    layouts::lines_of_each_kind(&mut |itemsize, shape, strides| {
        let case = Case { itemsize, shape, strides, other: None };
        for offset in [1, 8, 16, 63] {
            checker.check(&case, [Room::Inside(offset * 3), Room::Inside(offset)]);
        }
    });
    tell(&format!("from each place in a line: {} copies", checker.copies - before));
    for level in levels {
        let name = LEVELS[usize::from(level) - 1];
        tell(&format!("level {level}, {name}: {} copies checked", checker.copies));
    }
    for level in missing {
        let name = LEVELS[usize::from(level) - 1];
        tell(&format!("level {level}, {name}: NOT CHECKED, this processor does not have it"));
    }
    assert!(checker.copies > 0);
    limit(u8::MAX);
}

/// Says it though the test does not fail.
fn tell(line: &str) {
    // Nobody to tell is no failure.
    let _ = writeln!(stderr(), "{line}");
}
