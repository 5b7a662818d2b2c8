//! How much memory a case may have. Lengths come from outside, and no driver makes room for all of them.

use crate::object::{Layout, Object, Step, native_size};

/// The largest block of a case, in bytes. No layout reaches further, and none has more elements.
pub const LARGEST: i64 = 1 << 20;

impl Object {
    /// How many bytes it is made of or spans; the most that there can be if that is no number of bytes.
    pub(super) fn needs(&self) -> i64 {
        match self {
            Object::Bytes { len } | Object::Bytearray { len } => bytes(*len),
            Object::Array { typecode, len } => {
                items(native_size(*typecode).unwrap_or(1), &[bytes(*len)])
            }
            Object::Memoryview { len, steps, .. } => {
                let casts = steps.iter().map(|step| match step {
                    Step::Cast { shape, .. } => items(1, shape),
                    Step::Slice { .. } | Step::Release => 0,
                });
                casts.fold(bytes(*len), i64::max)
            }
            Object::Exporter { layout, .. } | Object::Ndarray { layout, .. } => {
                let Layout { size, offset, itemsize, shape, strides, suboffsets, .. } = layout;
                let reach = reach(*itemsize, shape, strides, suboffsets.as_deref());
                reach.max(bytes(*size)).max(bytes(*offset))
            }
            // However long they say that they are, they have five bytes.
            Object::Slots { .. } | Object::Plain | Object::Raising { .. } => 0,
        }
    }
}

/// A length as a number of bytes.
pub(super) fn bytes(len: usize) -> i64 {
    i64::try_from(len).unwrap_or(i64::MAX)
}

/// The size of all items. Dimensions without an element count for one: a walk goes through the others
/// nevertheless.
fn items(itemsize: i64, shape: &[i64]) -> i64 {
    shape.iter().map(|extent| (*extent).max(1)).fold(itemsize, i64::saturating_mul)
}

/// How many bytes there are from one end of the items to the other, or in all of them if that is more, or
/// in the rows that their pointers lead to.
pub(super) fn reach(
    itemsize: i64,
    shape: &[i64],
    strides: &[i64],
    suboffsets: Option<&[i64]>,
) -> i64 {
    let steps = shape.iter().zip(strides);
    let steps = steps.map(|(extent, stride)| {
        stride.saturating_abs().saturating_mul(extent.saturating_sub(1).max(0))
    });
    let rows = suboffsets.unwrap_or_default().iter().map(|offset| (*offset).max(0));
    let reach = steps.chain(rows).fold(itemsize, i64::saturating_add);
    let indirect = suboffsets.is_some_and(|all| all.iter().any(|suboffset| *suboffset >= 0));
    let rows = if indirect { items(reach, shape) } else { 0 };
    items(itemsize.max(1), shape).max(reach).max(rows)
}
