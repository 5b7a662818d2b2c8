//! # Objects to view
//!
//! Objects that lend memory, each with the shape that a view of all of it has.

use pybuf_harness::Object;
use pybuf_harness::object::{Layout, Step, native_size};

use crate::objects::{direct, indirect};

/// An object, and what a view of it in full tells.
#[derive(Clone)]
pub(crate) struct Viewed {
    pub object: Object,
    /// In elements.
    pub shape: Vec<i64>,
    /// In bytes.
    pub itemsize: i64,
}

impl Viewed {
    /// The size of all elements, in bytes.
    pub fn len(&self) -> i64 {
        self.itemsize * self.shape.iter().product::<i64>()
    }

    pub fn exporter(layout: Layout, readonly: bool) -> Viewed {
        let (shape, itemsize) = (layout.shape.clone(), layout.itemsize);
        Viewed { object: Object::Exporter { layout, readonly }, shape, itemsize }
    }

    pub fn ndarray(layout: Layout, readonly: bool) -> Viewed {
        let (shape, itemsize) = (layout.shape.clone(), layout.itemsize);
        Viewed { object: Object::Ndarray { layout, readonly }, shape, itemsize }
    }

    pub fn bytes(len: usize, readonly: bool) -> Viewed {
        let object = if readonly { Object::Bytes { len } } else { Object::Bytearray { len } };
        Viewed { object, shape: vec![len as i64], itemsize: 1 }
    }

    pub fn array(typecode: char, len: usize) -> Viewed {
        let itemsize = native_size(typecode).unwrap_or(1);
        Viewed { object: Object::Array { typecode, len }, shape: vec![len as i64], itemsize }
    }

    /// A memoryview over `len` bytes; `shape` and `itemsize` are what the steps come to.
    pub fn memoryview(
        len: usize,
        readonly: bool,
        steps: Vec<Step>,
        (shape, itemsize): (&[i64], i64),
    ) -> Viewed {
        let object = Object::Memoryview { len, readonly, steps };
        Viewed { object, shape: shape.to_vec(), itemsize }
    }
}

/// What requests have no need of, and copies have: items of other sizes, and more ways to lie.
pub(crate) fn more_layouts() -> Vec<Layout> {
    let items =
        |itemsize, format: &str, layout| Layout { itemsize, format: format.into(), ..layout };
    let from = |offset, layout| Layout { offset, ..layout };
    vec![
        items(2, "h", direct(14, &[3], &[6])),
        items(8, "d", direct(40, &[3], &[16])),
        items(16, "16s", direct(48, &[2], &[32])),
        items(3, "3s", from(6, direct(9, &[3], &[-3]))),
        items(2, "h", direct(8, &[2, 2], &[2, 4])),
        // The same element again and again along the last dimension.
        direct(2, &[2, 3], &[1, 0]),
        // Two dimensions that are as one, within one that is not; and within one that goes backwards.
        direct(36, &[2, 3, 4], &[24, 4, 1]),
        from(12, direct(24, &[2, 3, 4], &[-12, 4, 1])),
        direct(16, &[2, 2, 2, 2], &[1, 2, 4, 8]),
        direct(16, &[2, 2, 2, 2], &[4, 8, 1, 2]),
        // Pointers to single bytes, pointers in reverse, rows in reverse, rows of ints.
        indirect(24, &[3], &[8], &[0]),
        from(8, indirect(16, &[2, 3], &[-8, 1], &[0, -1])),
        indirect(16, &[2, 3], &[8, -1], &[2, -1]),
        items(4, "i", indirect(16, &[2, 2], &[8, 4], &[4, -1])),
        // The same element again and again, and memory between that is of none.
        direct(6, &[2, 3], &[4, 0]),
        // Items without a byte, packed and with something between them.
        items(0, "0s", direct(1, &[3], &[0])),
        items(0, "0s", direct(5, &[3], &[2])),
        items(0, "0s", direct(7, &[2, 3], &[1, 2])),
    ]
}

/// Memoryviews of six bytes.
pub(crate) fn memoryviews(readonly: bool) -> Vec<Viewed> {
    let slice = |start, stop, step| Step::Slice { start, stop, step };
    let cast = |format, shape: &[i64]| Step::Cast { format, shape: shape.to_vec() };
    let view =
        |steps, shape: &[i64], itemsize| Viewed::memoryview(6, readonly, steps, (shape, itemsize));
    vec![
        view(vec![], &[6], 1),
        view(vec![slice(Some(1), Some(4), 1)], &[3], 1),
        view(vec![slice(None, None, 2)], &[3], 1),
        view(vec![slice(None, None, -1)], &[6], 1),
        view(vec![slice(Some(0), Some(0), 2)], &[0], 1),
        view(vec![cast('h', &[3])], &[3], 2),
        view(vec![cast('h', &[3]), slice(None, None, -2)], &[2], 2),
        view(vec![cast('B', &[2, 3])], &[2, 3], 1),
        view(vec![cast('B', &[2, 3]), slice(None, None, -1)], &[2, 3], 1),
        view(vec![slice(Some(0), Some(4), 1), cast('i', &[])], &[], 4),
    ]
}
