//! Calls that move elements, and those that say where elements are.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::About;

/// The names of the functions here, as [`Call::feature`](super::Call::feature) has them.
pub(super) const FEATURES: &[&str] = &[
    "PyBuffer_GetPointer",
    "PyBuffer_FillContiguousStrides",
    "PyBuffer_ToContiguous",
    "PyBuffer_FromContiguous",
    "PyObject_CopyData",
    "PyObject_CopyToObject",
    "verify_structure",
];

/// How many bytes more than `len` the `buf` of `PyBuffer_ToContiguous` has.
pub const BEYOND: usize = 8;

/// What each byte of it holds before.
pub const POISON: u8 = 0xA5;

/// What the `buf` of `PyBuffer_ToContiguous` holds before the call; `None` for a negative length.
pub fn poisoned(len: i64) -> Option<Vec<u8>> {
    Some(vec![POISON; usize::try_from(len).ok()? + BEYOND])
}

/// What the `buf` of `PyBuffer_FromContiguous` and `PyObject_CopyToObject` holds; `None` for a negative
/// length.
pub fn source(len: i64) -> Option<Vec<u8>> {
    let count = (0..=250).cycle().skip(200);
    Some(count.take(usize::try_from(len).ok()?).collect())
}

/// A call that copies elements or computes where they are. Orders are any character.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Copy {
    /// `void *PyBuffer_GetPointer(const Py_buffer *view, const Py_ssize_t *indices)`
    #[serde(rename = "PyBuffer_GetPointer")]
    GetPointer {
        /// Which.
        view: usize,
        /// One for each dimension.
        indices: Vec<i64>,
    },
    /// `void PyBuffer_FillContiguousStrides(int ndims, Py_ssize_t *shape, Py_ssize_t *strides,
    /// int itemsize, char order)`, with room for two strides more, all of it poisoned.
    #[serde(rename = "PyBuffer_FillContiguousStrides")]
    FillContiguousStrides {
        /// In elements.
        shape: Vec<i64>,
        /// In bytes.
        itemsize: i32,
        /// Any character.
        order: char,
    },
    /// `int PyBuffer_ToContiguous(void *buf, const Py_buffer *src, Py_ssize_t len, char order)`, with
    /// `buf` of `len` bytes and 8 more, all 0xA5.
    #[serde(rename = "PyBuffer_ToContiguous")]
    ToContiguous {
        /// `src`.
        view: usize,
        /// In bytes.
        len: i64,
        /// Any character.
        order: char,
    },
    /// `int PyBuffer_FromContiguous(const Py_buffer *view, const void *buf, Py_ssize_t len,
    /// char order)`, with `buf` of `len` bytes: 200, 201 ... modulo 251.
    #[serde(rename = "PyBuffer_FromContiguous")]
    FromContiguous {
        /// Which.
        view: usize,
        /// In bytes.
        len: i64,
        /// Any character.
        order: char,
    },
    /// `int PyObject_CopyData(PyObject *dest, PyObject *src)`
    #[serde(rename = "PyObject_CopyData")]
    CopyData {
        /// `dest`.
        dest: usize,
        /// `src`.
        src: usize,
    },
    /// `int PyObject_CopyToObject(PyObject *obj, void *buf, Py_ssize_t len, char fortran)`, with `buf`
    /// as in `FromContiguous`. No interpreter has ever had it.
    #[serde(rename = "PyObject_CopyToObject")]
    CopyToObject {
        /// `obj`.
        object: usize,
        /// In bytes.
        len: i64,
        /// Any character.
        order: char,
    },
    /// `verify_structure(memlen, itemsize, ndim, shape, strides, offset)`, the function that the
    /// documentation gives in Python.
    #[serde(rename = "verify_structure")]
    VerifyStructure {
        /// The size of the block, in bytes.
        memlen: i64,
        /// In bytes.
        itemsize: i64,
        /// Number of dimensions, given apart from the arrays.
        ndim: i64,
        /// In elements.
        shape: Vec<i64>,
        /// In bytes.
        strides: Vec<i64>,
        /// Of the first element, in bytes from the start of the block.
        offset: i64,
    },
}

impl Copy {
    /// As [`Call::feature`](super::Call::feature).
    pub fn feature(&self) -> &'static str {
        match self {
            Copy::GetPointer { .. } => "PyBuffer_GetPointer",
            Copy::FillContiguousStrides { .. } => "PyBuffer_FillContiguousStrides",
            Copy::ToContiguous { .. } => "PyBuffer_ToContiguous",
            Copy::FromContiguous { .. } => "PyBuffer_FromContiguous",
            Copy::CopyData { .. } => "PyObject_CopyData",
            Copy::CopyToObject { .. } => "PyObject_CopyToObject",
            Copy::VerifyStructure { .. } => "verify_structure",
        }
    }

    /// As [`Call::about`](super::Call::about).
    pub fn about(&self) -> About {
        match self {
            Copy::GetPointer { view, .. }
            | Copy::ToContiguous { view, .. }
            | Copy::FromContiguous { view, .. } => About::View(*view),
            Copy::CopyData { dest: object, .. } | Copy::CopyToObject { object, .. } => {
                About::Object(*object)
            }
            Copy::FillContiguousStrides { .. } | Copy::VerifyStructure { .. } => About::Nothing,
        }
    }
}
