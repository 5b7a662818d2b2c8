//! # Objects to view
//!
//! Objects that lend memory, each with the shape that a view of all of it has.

use pybuf_harness::Object;
use pybuf_harness::model::objects::layout;
use pybuf_harness::object::Layout;

use crate::objects::{cast, direct, from, indirect, items, slice};

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

    /// An object; a single byte if it lends no memory.
    fn of(object: Object) -> Viewed {
        let (shape, itemsize) = layout(&object).map_or((vec![], 1), |it| (it.shape, it.itemsize));
        Viewed { object, shape, itemsize }
    }

    pub fn exporter(layout: Layout, readonly: bool) -> Viewed {
        Viewed::of(Object::Exporter { layout, readonly })
    }

    pub fn ndarray(layout: Layout, readonly: bool) -> Viewed {
        Viewed::of(Object::Ndarray { layout, readonly })
    }

    pub fn bytes(len: usize, readonly: bool) -> Viewed {
        Viewed::of(if readonly { Object::Bytes { len } } else { Object::Bytearray { len } })
    }

    pub fn array(typecode: char, len: usize) -> Viewed {
        Viewed::of(Object::Array { typecode, len })
    }
}

/// What requests have no need of, and copies have: items of other sizes, and more ways to lie.
pub(crate) fn more_layouts() -> Vec<Layout> {
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
    let steps = vec![
        vec![],
        vec![slice(Some(1), Some(4), 1)],
        vec![slice(None, None, 2)],
        vec![slice(None, None, -1)],
        vec![slice(Some(0), Some(0), 2)],
        vec![cast('h', &[3])],
        vec![cast('h', &[3]), slice(None, None, -2)],
        vec![cast('B', &[2, 3])],
        vec![cast('B', &[2, 3]), slice(None, None, -1)],
        vec![slice(Some(0), Some(4), 1), cast('i', &[])],
    ];
    let of = |steps| Viewed::of(Object::Memoryview { len: 6, readonly, steps });
    steps.into_iter().map(of).collect()
}
