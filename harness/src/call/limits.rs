//! How much memory a case may have. Lengths come from outside, and nobody makes room for all of them.

use super::{BareView, BufferObject, Call, Copy, Memoryview};
use crate::object::{Layout, Object, Step, native_size};

/// The largest block of a case, in bytes. No layout reaches further, and none has more elements.
pub const LARGEST: i64 = 1 << 20;

impl Call {
    /// Whether it needs a block of more than [`LARGEST`] bytes. No case has such a call:
    /// implementations answer it with [`Reply::NotMade`](crate::Reply::NotMade). What a function would
    /// have to get for itself, as `PyBuffer_New` does, is its own business.
    pub fn is_too_large(&self) -> bool {
        match self {
            Call::Make { object } => is_too_large(object),
            Call::Resize { len, .. } => is_too_long(*len),
            Call::Copy(
                Copy::ToContiguous { len, .. }
                | Copy::FromContiguous { len, .. }
                | Copy::CopyToObject { len, .. },
            ) => *len > LARGEST,
            Call::Memoryview(Memoryview::FromMemory { size, .. })
            | Call::BufferObject(
                BufferObject::FromMemory { size } | BufferObject::FromReadWriteMemory { size },
            ) => *size > LARGEST,
            Call::Memoryview(Memoryview::FromBuffer { view, .. }) => {
                let BareView { itemsize, shape, strides, suboffsets, .. } = view;
                let entries = |array: &Option<Vec<i64>>| array.clone().unwrap_or_default();
                let shape = entries(shape);
                reaches_too_far(*itemsize, &shape, &entries(strides), suboffsets.as_deref())
            }
            _ => false,
        }
    }
}

fn is_too_large(object: &Object) -> bool {
    match object {
        Object::Bytes { len } | Object::Bytearray { len } => is_too_long(*len),
        Object::Array { typecode, len } => {
            is_too_long(*len) || is_too_many(native_size(*typecode).unwrap_or(1), &[*len as i64])
        }
        Object::Memoryview { len, steps, .. } => {
            let is_too_many = |step: &Step| match step {
                Step::Cast { shape, .. } => is_too_many(1, shape),
                Step::Slice { .. } | Step::Release => false,
            };
            is_too_long(*len) || steps.iter().any(is_too_many)
        }
        Object::Exporter { layout, .. } | Object::Ndarray { layout, .. } => {
            let Layout { size, offset, itemsize, shape, strides, suboffsets, .. } = layout;
            is_too_long(*size)
                || is_too_long(*offset)
                || reaches_too_far(*itemsize, shape, strides, suboffsets.as_deref())
        }
        // However long they say that they are, they have five bytes.
        Object::Slots { .. } | Object::Plain | Object::Raising { .. } => false,
    }
}

fn is_too_long(len: usize) -> bool {
    !i64::try_from(len).is_ok_and(|len| len <= LARGEST)
}

/// Whether so many items are more than [`LARGEST`] bytes. Dimensions without an element count for one:
/// others are gone through nevertheless.
fn is_too_many(itemsize: i64, shape: &[i64]) -> bool {
    shape.iter().map(|extent| (*extent).max(1)).fold(itemsize, i64::saturating_mul) > LARGEST
}

/// Whether items lie further apart than in a block of [`LARGEST`] bytes, or the rows behind pointers
/// come to more than that.
fn reaches_too_far(
    itemsize: i64,
    shape: &[i64],
    strides: &[i64],
    suboffsets: Option<&[i64]>,
) -> bool {
    let steps = shape.iter().zip(strides);
    let steps = steps.map(|(extent, stride)| {
        stride.saturating_abs().saturating_mul(extent.saturating_sub(1).max(0))
    });
    let behind = suboffsets.unwrap_or_default().iter().map(|offset| (*offset).max(0));
    let reach = steps.chain(behind).fold(itemsize, i64::saturating_add);
    let indirect = suboffsets.is_some_and(|all| all.iter().any(|suboffset| *suboffset >= 0));
    is_too_many(itemsize.max(1), shape) || reach > LARGEST || indirect && is_too_many(reach, shape)
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn what_nobody_makes_room_for_is_too_large() {
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
            Call::Copy(Copy::ToContiguous { view: 0, len: i64::MAX, order }),
            Call::Copy(Copy::FromContiguous { view: 0, len: i64::MAX, order }),
            Call::Copy(Copy::CopyToObject { object: 0, len: i64::MAX, order }),
            Call::Memoryview(Memoryview::FromMemory { size: i64::MAX, flags: 0x100 }),
            Call::BufferObject(BufferObject::FromMemory { size: i64::MAX }),
            Call::BufferObject(BufferObject::FromReadWriteMemory { size: i64::MAX }),
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
            Call::Memoryview(Memoryview::FromMemory { size: -1, flags: 0x100 }),
            // It gets its memory itself, or does not.
            Call::BufferObject(BufferObject::New { size: i64::MAX }),
        ] {
            assert!(!call.is_too_large(), "{call:?}");
        }
    }
}
