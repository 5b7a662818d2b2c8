//! The arguments of calls that have many, and the memory that the driver provides for some.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::limits;
use super::table::{About, Makes};
use super::text::{Names, list, mask};
use crate::flags::Flags;
use crate::layout::MAX_NDIM;
use crate::words;

/// The arguments of the three `PyObject_As*Buffer` functions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AsBuffer {
    /// `obj`; `None` is NULL.
    pub object: Option<usize>,
    /// Which of the two output pointers is NULL, if one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub null: Option<Output>,
}

/// An output argument of the `PyObject_As*Buffer` functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Output {
    /// `buffer`.
    Buffer,
    /// `buffer_len`.
    Length,
}

impl AsBuffer {
    pub(super) fn about(&self) -> About {
        self.object.map_or(About::Nothing, About::Object)
    }

    pub(super) fn words(&self, names: &dyn Names) -> [String; 3] {
        let object = self.object.map_or("NULL".into(), |object| names.object(object));
        let output = |output, name| or_null(self.null == Some(output), name);
        [object, output(Output::Buffer, "&buffer"), output(Output::Length, "&buffer_len")]
    }
}

/// The arguments of `PyBuffer_FillInfo`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FillInfo {
    /// Whether `view` is NULL.
    pub view_null: bool,
    /// `exporter`; `None` is NULL.
    pub exporter: Option<usize>,
    /// Whether `buf` is NULL; otherwise it is a block of 8 bytes, made for the call and numbered
    /// after those of the objects made so far.
    pub buf_null: bool,
    /// In bytes.
    pub len: i64,
    /// Any int.
    pub readonly: i32,
    /// Any bits.
    pub flags: i32,
}

impl FillInfo {
    pub(super) fn words(&self) -> [String; 6] {
        let FillInfo { view_null, exporter, buf_null, len, readonly, flags } = self;
        [
            or_null(*view_null, "&view"),
            or_null(exporter.is_none(), "exporter"),
            or_null(*buf_null, "buf"),
            len.to_string(),
            readonly.to_string(),
            mask(*flags),
        ]
    }
}

fn or_null(null: bool, name: &str) -> String {
    if null { "NULL".into() } else { name.into() }
}

/// A `Py_buffer` filled by hand. `None` is NULL. Nothing reads its memory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BareView {
    /// In bytes.
    pub len: i64,
    /// In bytes.
    pub itemsize: i64,
    /// Number of dimensions, given apart from the arrays, which may be missing.
    pub ndim: i32,
    /// In elements.
    pub shape: Option<Vec<i64>>,
    /// In bytes.
    pub strides: Option<Vec<i64>>,
    /// In bytes.
    pub suboffsets: Option<Vec<i64>>,
}

impl BareView {
    /// Whether each array that is there has `ndim` entries, of which there may be 64.
    pub fn is_well_formed(&self) -> bool {
        usize::try_from(self.ndim).is_ok_and(|ndim| ndim <= MAX_NDIM) && self.has_whole_arrays()
    }

    /// Whether each array that is there has `ndim` entries.
    pub fn has_whole_arrays(&self) -> bool {
        let arrays = [&self.shape, &self.strides, &self.suboffsets];
        let ndim = usize::try_from(self.ndim).unwrap_or(usize::MAX);
        arrays.iter().all(|a| a.as_ref().is_none_or(|a| a.len() == ndim))
    }

    pub(super) fn needs(&self) -> i64 {
        let shape = self.shape.as_deref().unwrap_or_default();
        let strides = self.strides.as_deref().unwrap_or_default();
        limits::reach(self.itemsize, shape, strides, self.suboffsets.as_deref())
    }
}

impl fmt::Display for BareView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let array = |entries: &Option<Vec<i64>>| entries.as_deref().map_or("NULL".into(), list);
        let BareView { len, itemsize, ndim, shape, strides, suboffsets } = self;
        let (shape, strides) = (array(shape), array(strides));
        write!(
            f,
            "{{ndim {ndim}, shape {shape}, strides {strides}, itemsize {itemsize}, len {len}"
        )?;
        if suboffsets.is_some() {
            write!(f, ", suboffsets {}", array(suboffsets))?;
        }
        f.write_str("}")
    }
}

/// `Py_END_OF_BUFFER`: as a size, all that follows. The text calls it a variable; it is a constant.
pub const END_OF_BUFFER: i64 = -1;

/// A part of an object's memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Part {
    /// `base`.
    pub base: usize,
    /// In bytes.
    pub offset: i64,
    /// In bytes; [`END_OF_BUFFER`] is all that follows.
    pub size: i64,
}

impl Part {
    pub(super) fn words(&self, names: &dyn Names) -> [String; 3] {
        let size = match self.size {
            END_OF_BUFFER => "Py_END_OF_BUFFER".into(),
            size => size.to_string(),
        };
        [names.object(self.base), self.offset.to_string(), size]
    }
}

words! { "code", "codes":
    /// A code of a format of `PyArg_ParseTuple` that takes a buffer.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
    pub enum Code {
        /// A view to read.
        #[serde(rename = "y*")]
        ViewOfBytes "y*",
        /// A view to read, of text as well.
        #[serde(rename = "s*")]
        View "s*",
        /// A view to read, of text as well, or of None.
        #[serde(rename = "z*")]
        ViewOrNone "z*",
        /// A view to write.
        #[serde(rename = "w*")]
        WritableView "w*",
        /// A pointer to read, and a length.
        #[serde(rename = "y#")]
        PointerToBytes "y#",
        /// A pointer to read, of text as well, and a length.
        #[serde(rename = "s#")]
        Pointer "s#",
    }
}

impl Code {
    /// Whether it fills a view, and does not borrow a pointer.
    pub fn fills_view(self) -> bool {
        !matches!(self, Code::PointerToBytes | Code::Pointer)
    }

    /// What it asks for, if it asks for a view.
    pub fn flags(self) -> Flags {
        if self == Code::WritableView { Flags::WRITABLE } else { Flags::empty() }
    }

    /// Whether it is for bytes as Python 3 knows them.
    pub(super) fn is_of_python_3(self) -> bool {
        matches!(self, Code::ViewOfBytes | Code::PointerToBytes)
    }

    pub(super) fn makes(self) -> Makes {
        if self.fills_view() { Makes::View } else { Makes::Nothing }
    }

    pub(super) fn words(self, names: &dyn Names, object: usize) -> [String; 3] {
        let arguments = format!("({},)", names.object(object));
        let output = if self.fills_view() { names.filled() } else { "&buffer, &length".into() };
        [arguments, format!("{:?}", self.name()), output]
    }
}

/// The size of the block that `PyMemoryView_FromBuffer` is given, in bytes.
pub const OF_BUFFER: usize = 64;

/// How many bytes more than `len` the `buf` of `PyBuffer_ToContiguous` has.
pub const BEYOND: usize = 8;

/// What each byte of it holds before.
pub const POISON: u8 = 0xA5;

/// What the `buf` of `PyBuffer_ToContiguous` holds before the call; `None` for a length that is negative,
/// or more than there is memory in a case.
pub fn poisoned(len: i64) -> Option<Vec<u8>> {
    Some(vec![POISON; memory(len)? + BEYOND])
}

fn memory(len: i64) -> Option<usize> {
    usize::try_from(len).ok().filter(|_| len <= limits::LARGEST)
}

/// What the `buf` of `PyBuffer_FromContiguous` and `PyObject_CopyToObject` holds; `None` for a
/// length that is negative, or more than there is memory in a case.
pub fn source(len: i64) -> Option<Vec<u8>> {
    let count = (0..=250).cycle().skip(200);
    Some(count.take(memory(len)?).collect())
}
