//! # Objects to ask
//!
//! Every object that requests are made of, the simplest of each kind first. Among the layouts are the
//! awkward ones: no dimensions and 64 of them, extents 0 and 1 with strides that are never walked,
//! strides that are negative or zero, rows behind pointers, suboffsets that dereference nothing.

use pybuf_harness::chooser::{Chooser, pick};
use pybuf_harness::object::{Layout, Object, Step};

/// A memoryview, taken further in each of a few ways.
pub(crate) fn memoryview(chooser: &mut dyn Chooser) -> Object {
    let steps = match chooser.choose(13) {
        0 => vec![],
        1 => vec![slice(Some(1), Some(4), 1)],
        2 => vec![slice(Some(0), Some(0), 1)],
        3 => vec![slice(None, None, 2)],
        4 => vec![slice(None, None, -1)],
        5 => vec![slice(Some(0), Some(1), 3)],
        6 => vec![slice(Some(0), Some(0), 2)],
        7 => vec![cast('h', &[3])],
        8 => vec![cast('B', &[2, 3])],
        9 => vec![cast('B', &[1, 6])],
        10 => vec![cast('B', &[2, 3]), slice(None, None, -1)],
        11 => vec![slice(Some(0), Some(4), 1), cast('i', &[])],
        _ => vec![Step::Release],
    };
    Object::Memoryview { len: 6, readonly: chooser.choose(2) == 1, steps }
}

/// All shapes of layout, the simplest first.
pub fn layouts() -> Vec<Layout> {
    let mut layouts = direct_layouts();
    layouts.extend([
        // Rows behind pointers: dimension 0 is one of pointers of 8 bytes, dimension 1 one of bytes.
        indirect(16, &[2, 3], &[8, 1], &[0, -1]),
        indirect(16, &[2, 3], &[8, 1], &[2, -1]),
        // Pointers in the last dimension.
        indirect(48, &[2, 3], &[24, 8], &[-1, 0]),
        // Suboffsets that dereference nothing.
        Layout { suboffsets: Some(vec![-1, -1]), ..direct(6, &[2, 3], &[3, 1]) },
        Layout { suboffsets: Some(vec![-1]), ..direct(5, &[5], &[1]) },
        direct(1, &[1; 64], &[1; 64]),
    ]);
    layouts
}

/// Those that `_testbuffer.ndarray` can be made with.
pub fn layouts_of_ndarray() -> Vec<Layout> {
    let mut layouts = direct_layouts();
    layouts.push(indirect(16, &[2, 3], &[8, 1], &[0, -1]));
    layouts
}

fn direct_layouts() -> Vec<Layout> {
    vec![
        direct(5, &[5], &[1]),
        ints(direct(12, &[3], &[4])),
        direct(1, &[], &[]),
        ints(direct(4, &[], &[])),
        direct(6, &[2, 3], &[3, 1]),
        direct(6, &[2, 3], &[1, 2]),
        ints(direct(24, &[2, 3], &[12, 4])),
        ints(direct(24, &[2, 3], &[4, 8])),
        // Gaps, backwards, the same element again and again.
        direct(5, &[3], &[2]),
        from(4, direct(5, &[5], &[-1])),
        direct(5, &[3], &[0]),
        from(5, direct(6, &[2, 3], &[-3, -1])),
        direct(6, &[2, 3], &[0, 1]),
        direct(8, &[2, 3], &[4, 1]),
        // Extents of 1 and 0, in order and with strides that are never walked.
        direct(1, &[1], &[1]),
        direct(1, &[1], &[99]),
        direct(6, &[1, 6], &[6, 1]),
        direct(6, &[1, 6], &[777, 1]),
        direct(6, &[6, 1], &[1, 777]),
        direct(12, &[1, 12, 1], &[5, 1, 9]),
        direct(1, &[0], &[1]),
        direct(1, &[0], &[2]),
        direct(6, &[0, 3], &[3, 1]),
        direct(6, &[3, 0], &[50, 7]),
        // Three dimensions: C, Fortran, neither.
        direct(24, &[2, 3, 4], &[12, 4, 1]),
        direct(24, &[2, 3, 4], &[1, 2, 6]),
        direct(24, &[2, 3, 4], &[12, 1, 3]),
    ]
}

/// Unsigned bytes in a block of `size` bytes, from its start on.
pub(crate) fn direct(size: usize, shape: &[i64], strides: &[i64]) -> Layout {
    Layout {
        size,
        offset: 0,
        itemsize: 1,
        format: "B".into(),
        shape: shape.to_vec(),
        strides: strides.to_vec(),
        suboffsets: None,
    }
}

/// The same, with pointers.
pub(crate) fn indirect(size: usize, shape: &[i64], strides: &[i64], suboffsets: &[i64]) -> Layout {
    Layout { suboffsets: Some(suboffsets.to_vec()), ..direct(size, shape, strides) }
}

/// A layout with items of another format.
pub(crate) fn items(itemsize: i64, format: &str, layout: Layout) -> Layout {
    Layout { itemsize, format: format.into(), ..layout }
}

pub(crate) fn ints(layout: Layout) -> Layout {
    items(4, "i", layout)
}

/// A layout whose first element is at an offset in the block.
pub(crate) fn from(offset: usize, layout: Layout) -> Layout {
    Layout { offset, ..layout }
}

pub(crate) fn exporter(layout: Layout) -> Object {
    Object::Exporter { layout, readonly: false }
}

/// A memoryview to write to.
pub(crate) fn writable(len: usize, steps: Vec<Step>) -> Object {
    Object::Memoryview { len, readonly: false, steps }
}

pub(crate) fn slice(start: Option<i64>, stop: Option<i64>, step: i64) -> Step {
    Step::Slice { start, stop, step }
}

pub(crate) fn cast(format: char, shape: &[i64]) -> Step {
    Step::Cast { format, shape: shape.to_vec() }
}

pub(crate) fn raising(exception: &str) -> Object {
    Object::Raising { exception: exception.into() }
}

/// Slots to read, to write and for characters, which tell the length that there is.
pub(crate) fn slots_of([read, write, char]: [bool; 3], segments: Option<i64>) -> Object {
    Object::Slots { read, write, char, segments, len: None, raises: None }
}

/// Old slots in all combinations that matter: one each, all, none; and each count of segments.
pub(crate) fn slots(chooser: &mut dyn Chooser) -> Object {
    let there = [
        [true, false, false],
        [true, true, false],
        [true, false, true],
        [false, true, false],
        [true, true, true],
        [false, false, true],
        [false, false, false],
    ];
    slots_of(*pick(chooser, &there), *pick(chooser, &[Some(1), None, Some(0), Some(2)]))
}
