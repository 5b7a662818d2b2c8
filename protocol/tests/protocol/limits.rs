//! What is too large to make room for, and what is just not.

use pybuf_protocol::call::{Call, LARGEST};
use pybuf_protocol::object::{Layout, Object};

fn exporter(itemsize: i64, shape: &[i64], suboffset: Option<i64>) -> Call {
    let layout = Layout {
        size: 64,
        offset: 0,
        itemsize,
        format: "B".into(),
        shape: shape.to_vec(),
        strides: vec![1; shape.len()],
        suboffsets: suboffset.map(|first| vec![first; shape.len()]),
    };
    Call::Make { object: Object::Exporter { layout, readonly: false } }
}

#[test]
fn what_no_driver_makes_room_for_is_too_large() {
    let make = |object| Call::Make { object };
    let order = 'C';
    for call in [
        make(Object::Bytearray { len: 1_000_000_000_000_000_000 }),
        make(Object::Bytes { len: usize::MAX }),
        make(Object::Array { typecode: 'd', len: i64::MAX as usize }),
        make(Object::Array { typecode: 'd', len: LARGEST as usize / 8 + 1 }),
        make(Object::Memoryview { len: usize::MAX, readonly: true, steps: vec![] }),
        exporter(i64::MAX, &[], None),
        exporter(1, &[i64::MAX, i64::MAX], None),
        exporter(1, &[1 << 40, 0], None),
        exporter(1, &[2], Some(LARGEST)),
        Call::Resize { object: 0, len: i64::MAX as usize },
        Call::ToContiguous { view: 0, len: i64::MAX, order },
        Call::FromContiguous { view: 0, len: i64::MAX, order },
        Call::CopyToObject { object: 0, len: i64::MAX, order },
        Call::MemoryviewFromMemory { size: i64::MAX, flags: 0x100 },
        Call::BufferFromMemory { size: i64::MAX },
        Call::BufferFromReadWriteMemory { size: i64::MAX },
    ] {
        assert!(call.is_too_large(), "{call:?}");
    }
}

#[test]
fn the_largest_is_not_too_large() {
    let largest = LARGEST as usize;
    for call in [
        Call::Make { object: Object::Bytearray { len: largest } },
        Call::Make { object: Object::Array { typecode: 'd', len: largest / 8 } },
        exporter(LARGEST, &[], None),
        exporter(1, &[4, 3], Some(2)),
        Call::MemoryviewFromMemory { size: -1, flags: 0x100 },
        // It gets its memory itself, or does not.
        Call::BufferNew { size: i64::MAX },
    ] {
        assert!(!call.is_too_large(), "{call:?}");
    }
}
