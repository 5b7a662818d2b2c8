//! The values that an element holds, as Python's struct module would unpack them.

use alloc::vec::Vec;
use core::ffi::CStr;
use core::slice;

use super::codes::{Kind, Scalar, is_swapped, split_prefix};
use crate::format::walk;

/// What an element consists of.
#[derive(Debug)]
pub(crate) struct Fields {
    fields: Vec<Field>,
    /// Bytes of all fields, with the gaps in front of them.
    pub(crate) size: usize,
}

/// Values of one kind in a row.
#[derive(Debug)]
struct Field {
    scalar: Scalar,
    /// From the start of the element, in bytes.
    start: usize,
    /// How many values; or of `s` and `p`, how many bytes the one value has.
    count: usize,
}

/// A value, as far as it matters to `==`.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'a> {
    Integer(i128),
    Float(f64),
    Bytes(&'a [u8]),
}

impl Fields {
    /// Those of a format, of which `None` is `"B"`. `None` if it is not one of the struct module's.
    pub(crate) fn of(format: Option<&CStr>) -> Option<Self> {
        let format = format.map_or(&b"B"[..], CStr::to_bytes);
        let (codes, rest) = split_prefix(format);
        let mut fields = Vec::new();
        let size = walk(rest, codes, |part| {
            let field = Field {
                scalar: part.code.scalar(is_swapped(format)),
                start: part.start.unsigned_abs(),
                count: part.count.unsigned_abs(),
            };
            if field.scalar.kind != Kind::Padding {
                fields.push(field);
            }
        });
        Some(Self { fields, size: size.ok()?.unsigned_abs() })
    }

    /// The values of an element.
    ///
    /// # Safety
    ///
    /// The element has as many bytes as the fields, and nobody writes them while the values are there.
    pub(crate) unsafe fn values<'a>(
        &'a self,
        element: *const u8,
    ) -> impl Iterator<Item = Value<'a>> + 'a {
        self.fields.iter().flat_map(move |field| {
            let size = usize::from(field.scalar.size);
            let (values, bytes) = match field.scalar.kind {
                Kind::Bytes | Kind::Pascal => (1, field.count),
                _ => (field.count, size),
            };
            (0..values).map(move |number| {
                // SAFETY: inside of the fields, says `walk`, and so of the element, says the caller.
                let bytes = unsafe {
                    slice::from_raw_parts(element.add(field.start + number * size), bytes)
                };
                Value::of(field.scalar, bytes)
            })
        })
    }
}

impl<'a> Value<'a> {
    fn of(scalar: Scalar, bytes: &'a [u8]) -> Self {
        match scalar.kind {
            Kind::Padding | Kind::Char | Kind::Bytes => Self::Bytes(bytes),
            Kind::Pascal => Self::Bytes(match bytes {
                [len, text @ ..] => &text[..text.len().min((*len).into())],
                [] => bytes,
            }),
            Kind::Bool => Self::Integer(bytes.iter().any(|&byte| byte != 0).into()),
            Kind::Unsigned => Self::Integer(bits(scalar, bytes).into()),
            Kind::Signed => {
                let unused = 64 - 8 * bytes.len();
                Self::Integer(((bits(scalar, bytes) << unused).cast_signed() >> unused).into())
            }
            Kind::Float => {
                let bits = bits(scalar, bytes);
                Self::Float(match scalar.size {
                    2 => half(bits),
                    4 => f32::from_bits(bits as u32).into(),
                    _ => f64::from_bits(bits),
                })
            }
        }
    }
}

/// The bits of a number of at most 8 bytes.
fn bits(scalar: Scalar, bytes: &[u8]) -> u64 {
    let little = cfg!(target_endian = "little") != scalar.swapped;
    let append = |bits: u64, &byte: &u8| bits << 8 | u64::from(byte);
    if little { bytes.iter().rev().fold(0, append) } else { bytes.iter().fold(0, append) }
}

/// The number that 16 bits of IEEE 754 are.
fn half(bits: u64) -> f64 {
    /// The distance of the smallest numbers: two to the power of -24.
    const SMALLEST: f64 = 1.0 / 16_777_216.0;
    let (negative, exponent, fraction) = (bits >> 15 & 1, bits >> 10 & 0x1f, bits & 0x3ff);
    let magnitude = match exponent {
        0 => fraction as f64 * SMALLEST,
        0x1f => f64::from_bits(0x7ff << 52 | fraction << 42),
        _ => f64::from_bits((exponent + 1023 - 15) << 52 | fraction << 42),
    };
    if negative == 1 { -magnitude } else { magnitude }
}

/// As in Python: numbers by their exact value, whatever their type, and never equal to bytes.
impl PartialEq for Value<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Integer(one), Self::Integer(other)) => one == other,
            (Self::Float(one), Self::Float(other)) => one == other,
            (Self::Integer(integer), Self::Float(float))
            | (Self::Float(float), Self::Integer(integer)) => {
                // What a conversion cuts off or cannot hold is not there again when it is undone.
                let whole = *float as i128;
                whole as f64 == *float && whole == *integer
            }
            (Self::Bytes(one), Self::Bytes(other)) => one == other,
            _ => false,
        }
    }
}
