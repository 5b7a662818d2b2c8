//! Python 2's buffer objects.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::About;

/// The names of the functions here, as [`Call::feature`](super::Call::feature) has them.
pub(super) const FEATURES: &[&str] = &[
    "PyBuffer_Check",
    "PyBuffer_FromObject",
    "PyBuffer_FromReadWriteObject",
    "PyBuffer_FromMemory",
    "PyBuffer_FromReadWriteMemory",
    "PyBuffer_New",
    "PySequence_Size",
    "PySequence_GetItem",
    "PySequence_GetSlice",
    "PySequence_Concat",
    "PySequence_Repeat",
    "PyObject_Compare",
    "PyObject_Hash",
    "PySequence_SetItem",
    "PySequence_SetSlice",
];

/// `Py_END_OF_BUFFER`: as a size, all that follows.
pub const END_OF_BUFFER: i64 = -1;

/// A call on Python 2's buffer objects. Those that return a buffer object make the next object of the
/// case; where it has memory of its own, the block has the number of the object.
///
/// The string operations are those of the abstract protocols, on a buffer object; what they return as
/// a string is told in [`Returned::bytes`](crate::Returned::bytes), and the number that two of them
/// compute in [`Returned::number`](crate::Returned::number).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum BufferObject {
    /// `int PyBuffer_Check(PyObject *p)`
    #[serde(rename = "PyBuffer_Check")]
    Check {
        /// `p`.
        object: usize,
    },
    /// `PyObject *PyBuffer_FromObject(PyObject *base, Py_ssize_t offset, Py_ssize_t size)`
    #[serde(rename = "PyBuffer_FromObject")]
    FromObject(Part),
    /// `PyObject *PyBuffer_FromReadWriteObject(PyObject *base, Py_ssize_t offset, Py_ssize_t size)`
    #[serde(rename = "PyBuffer_FromReadWriteObject")]
    FromReadWriteObject(Part),
    /// `PyObject *PyBuffer_FromMemory(void *ptr, Py_ssize_t size)`, over a block of `size` bytes, none
    /// if it is negative: 0, 1, 2 ... modulo 251.
    #[serde(rename = "PyBuffer_FromMemory")]
    FromMemory {
        /// In bytes.
        size: i64,
    },
    /// `PyObject *PyBuffer_FromReadWriteMemory(void *ptr, Py_ssize_t size)`, over such a block.
    #[serde(rename = "PyBuffer_FromReadWriteMemory")]
    FromReadWriteMemory {
        /// In bytes.
        size: i64,
    },
    /// `PyObject *PyBuffer_New(Py_ssize_t size)`. What its memory holds at first means nothing.
    #[serde(rename = "PyBuffer_New")]
    New {
        /// In bytes.
        size: i64,
    },
    /// `Py_ssize_t PySequence_Size(PyObject *o)`
    #[serde(rename = "PySequence_Size")]
    Size {
        /// `o`.
        object: usize,
    },
    /// `PyObject *PySequence_GetItem(PyObject *o, Py_ssize_t i)`
    #[serde(rename = "PySequence_GetItem")]
    GetItem {
        /// `o`.
        object: usize,
        /// From the start, or if it is negative from the end.
        index: i64,
    },
    /// `PyObject *PySequence_GetSlice(PyObject *o, Py_ssize_t i1, Py_ssize_t i2)`
    #[serde(rename = "PySequence_GetSlice")]
    GetSlice {
        /// `o`.
        object: usize,
        /// First byte.
        start: i64,
        /// First byte not taken.
        stop: i64,
    },
    /// `PyObject *PySequence_Concat(PyObject *o1, PyObject *o2)`
    #[serde(rename = "PySequence_Concat")]
    Concat {
        /// `o1`.
        object: usize,
        /// `o2`.
        other: usize,
    },
    /// `PyObject *PySequence_Repeat(PyObject *o, Py_ssize_t count)`
    #[serde(rename = "PySequence_Repeat")]
    Repeat {
        /// `o`.
        object: usize,
        /// Any number.
        count: i64,
    },
    /// `int PyObject_Compare(PyObject *o1, PyObject *o2)`
    #[serde(rename = "PyObject_Compare")]
    Compare {
        /// `o1`.
        object: usize,
        /// `o2`.
        other: usize,
    },
    /// `long PyObject_Hash(PyObject *o)`
    #[serde(rename = "PyObject_Hash")]
    Hash {
        /// `o`.
        object: usize,
    },
    /// `int PySequence_SetItem(PyObject *o, Py_ssize_t i, PyObject *v)`
    #[serde(rename = "PySequence_SetItem")]
    SetItem {
        /// `o`.
        object: usize,
        /// From the start, or if it is negative from the end.
        index: i64,
        /// `v`.
        value: usize,
    },
    /// `int PySequence_SetSlice(PyObject *o, Py_ssize_t i1, Py_ssize_t i2, PyObject *v)`
    #[serde(rename = "PySequence_SetSlice")]
    SetSlice {
        /// `o`.
        object: usize,
        /// First byte.
        start: i64,
        /// First byte not set.
        stop: i64,
        /// `v`.
        value: usize,
    },
}

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

impl BufferObject {
    /// As [`Call::feature`](super::Call::feature).
    pub fn feature(&self) -> &'static str {
        match self {
            BufferObject::Check { .. } => "PyBuffer_Check",
            BufferObject::FromObject(_) => "PyBuffer_FromObject",
            BufferObject::FromReadWriteObject(_) => "PyBuffer_FromReadWriteObject",
            BufferObject::FromMemory { .. } => "PyBuffer_FromMemory",
            BufferObject::FromReadWriteMemory { .. } => "PyBuffer_FromReadWriteMemory",
            BufferObject::New { .. } => "PyBuffer_New",
            BufferObject::Size { .. } => "PySequence_Size",
            BufferObject::GetItem { .. } => "PySequence_GetItem",
            BufferObject::GetSlice { .. } => "PySequence_GetSlice",
            BufferObject::Concat { .. } => "PySequence_Concat",
            BufferObject::Repeat { .. } => "PySequence_Repeat",
            BufferObject::Compare { .. } => "PyObject_Compare",
            BufferObject::Hash { .. } => "PyObject_Hash",
            BufferObject::SetItem { .. } => "PySequence_SetItem",
            BufferObject::SetSlice { .. } => "PySequence_SetSlice",
        }
    }

    /// Whether it is one of the operations that other objects have, too.
    pub fn is_operation(&self) -> bool {
        !self.feature().starts_with("PyBuffer_")
    }

    /// As [`Call::about`](super::Call::about).
    pub fn about(&self) -> About {
        match self {
            BufferObject::Check { object }
            | BufferObject::FromObject(Part { base: object, .. })
            | BufferObject::FromReadWriteObject(Part { base: object, .. })
            | BufferObject::Size { object }
            | BufferObject::GetItem { object, .. }
            | BufferObject::GetSlice { object, .. }
            | BufferObject::Concat { object, .. }
            | BufferObject::Repeat { object, .. }
            | BufferObject::Compare { object, .. }
            | BufferObject::Hash { object }
            | BufferObject::SetItem { object, .. }
            | BufferObject::SetSlice { object, .. } => About::Object(*object),
            BufferObject::FromMemory { .. }
            | BufferObject::FromReadWriteMemory { .. }
            | BufferObject::New { .. } => About::Nothing,
        }
    }

    /// As [`Call::makes_object`](super::Call::makes_object).
    pub fn makes_object(&self) -> bool {
        matches!(
            self,
            BufferObject::FromObject(_)
                | BufferObject::FromReadWriteObject(_)
                | BufferObject::FromMemory { .. }
                | BufferObject::FromReadWriteMemory { .. }
                | BufferObject::New { .. }
        )
    }
}
