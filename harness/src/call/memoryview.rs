//! The C functions of memoryviews.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{About, BareView};

/// The names of the functions here, as [`Call::feature`](super::Call::feature) has them.
pub(super) const FEATURES: &[&str] = &[
    "PyMemoryView_FromObject",
    "PyMemoryView_FromBuffer",
    "PyMemoryView_FromMemory",
    "PyMemoryView_GetContiguous",
    "PyMemoryView_Check",
    "memoryview.release",
];

/// The size of the block that `PyMemoryView_FromBuffer` is given, in bytes.
pub const OF_BUFFER: usize = 64;

/// A call on memoryviews. Those that return a memoryview make the next object of the case; where it
/// has memory of its own, the block has the number of the object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Memoryview {
    /// `PyObject *PyMemoryView_FromObject(PyObject *obj)`
    #[serde(rename = "PyMemoryView_FromObject")]
    FromObject {
        /// `obj`.
        object: usize,
    },
    /// `PyObject *PyMemoryView_FromBuffer(const Py_buffer *info)`, on a struct filled by hand over a
    /// block of [`OF_BUFFER`] bytes: 0, 1, 2 ...
    #[serde(rename = "PyMemoryView_FromBuffer")]
    FromBuffer {
        /// The struct. Its `obj` is NULL.
        view: BareView,
        /// `buf` is NULL.
        buf_null: bool,
        /// In the struct syntax; `None` is NULL.
        format: Option<String>,
        /// Any int.
        readonly: i32,
    },
    /// `PyObject *PyMemoryView_FromMemory(char *mem, Py_ssize_t size, int flags)`, over a block of
    /// `size` bytes: 0, 1, 2 ... modulo 251.
    #[serde(rename = "PyMemoryView_FromMemory")]
    FromMemory {
        /// In bytes.
        size: i64,
        /// `PyBUF_READ`, `PyBUF_WRITE`, or any other.
        flags: i32,
    },
    /// `PyObject *PyMemoryView_GetContiguous(PyObject *obj, int buffertype, char order)`
    #[serde(rename = "PyMemoryView_GetContiguous")]
    GetContiguous {
        /// `obj`.
        object: usize,
        /// `PyBUF_READ` or `PyBUF_WRITE`.
        buffertype: i32,
        /// `C`, `F` or `A`.
        order: char,
    },
    /// `int PyMemoryView_Check(PyObject *obj)`
    #[serde(rename = "PyMemoryView_Check")]
    Check {
        /// `obj`.
        object: usize,
    },
    /// `obj.release()`, the method of Python's memoryview.
    #[serde(rename = "memoryview.release")]
    Release {
        /// `obj`.
        object: usize,
    },
}

impl Memoryview {
    /// As [`Call::feature`](super::Call::feature).
    pub fn feature(&self) -> &'static str {
        match self {
            Memoryview::FromObject { .. } => "PyMemoryView_FromObject",
            Memoryview::FromBuffer { .. } => "PyMemoryView_FromBuffer",
            Memoryview::FromMemory { .. } => "PyMemoryView_FromMemory",
            Memoryview::GetContiguous { .. } => "PyMemoryView_GetContiguous",
            Memoryview::Check { .. } => "PyMemoryView_Check",
            Memoryview::Release { .. } => "memoryview.release",
        }
    }

    /// As [`Call::about`](super::Call::about).
    pub fn about(&self) -> About {
        match self {
            Memoryview::FromObject { object }
            | Memoryview::GetContiguous { object, .. }
            | Memoryview::Check { object }
            | Memoryview::Release { object } => About::Object(*object),
            Memoryview::FromBuffer { .. } | Memoryview::FromMemory { .. } => About::Nothing,
        }
    }

    /// As [`Call::makes_object`](super::Call::makes_object).
    pub fn makes_object(&self) -> bool {
        !matches!(self, Memoryview::Check { .. } | Memoryview::Release { .. })
    }
}
