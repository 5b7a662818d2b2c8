//! What the recipes of objects stand for.

use pybuf_model::{Layout, objects};
use pybuf_protocol::Object;
use pybuf_protocol::object::Step;

/// The layout of a memoryview of `len` bytes that was sliced.
fn sliced(len: usize, start: Option<i64>, stop: Option<i64>, step: i64) -> Layout {
    let steps = vec![Step::Slice { start, stop, step }];
    let view = Object::Memoryview { len, readonly: false, steps };
    objects::layout(&view).expect("it lends memory")
}

#[test]
fn slices_are_pythons() {
    let slice_indices = |len, start, stop, step| {
        let layout = sliced(len, start, stop, step);
        (layout.start.offset, layout.shape[0])
    };
    assert_eq!(slice_indices(6, None, None, 2), (0, 3));
    assert_eq!(slice_indices(6, None, None, -1), (5, 6));
    assert_eq!(slice_indices(6, Some(-2), None, 1), (4, 2));
    assert_eq!(slice_indices(6, Some(0), Some(0), 2), (0, 0));
    assert_eq!(slice_indices(6, Some(9), Some(-9), -2), (5, 3));
    assert_eq!(slice_indices(0, None, None, -1), (-1, 0));
}

#[test]
fn a_stepped_view_starts_at_its_first_element() {
    let layout = sliced(6, None, None, -2);
    assert_eq!((layout.start.offset, layout.shape[0], layout.strides[0]), (5, 3, -2));
}
