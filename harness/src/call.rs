//! # Calls
//!
//! One variant a documented function, plus making objects and what else happens to them. Plain data:
//! the same value drives an implementation in this process, in a child process and in another
//! language. Sections with many functions have a file each.

pub mod buffer_object;
pub mod copy;
mod limits;
pub mod memoryview;

use pybuf_model::layout::MAX_NDIM;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::object::Object;

pub use buffer_object::BufferObject;
pub use copy::Copy;
pub use limits::LARGEST;
pub use memoryview::Memoryview;

/// Everything that an implementation may support or lack, by the names of [`Call::feature`].
pub fn features() -> impl Iterator<Item = &'static str> {
    let each = [FEATURES, copy::FEATURES, memoryview::FEATURES, buffer_object::FEATURES];
    each.into_iter().flatten().copied()
}

const FEATURES: &[&str] = &[
    "make plain",
    "make bytes",
    "make bytearray",
    "make array",
    "make memoryview",
    "make exporter",
    "make ndarray",
    "make raising",
    "make slots",
    "PyObject_AsCharBuffer",
    "PyObject_AsReadBuffer",
    "PyObject_AsWriteBuffer",
    "PyObject_CheckReadBuffer",
    "PyObject_CheckBuffer",
    "PyObject_GetBuffer",
    "PyBuffer_Release",
    "PyBuffer_FillInfo",
    "PyBuffer_IsContiguous",
    "PyBuffer_SizeFromFormat",
    "PyErr_SetString",
    "PyByteArray_Resize",
    "Py_DecRef",
];

/// One call. In JSON it is an object with a single field: the name of the function, as
/// [`Call::feature`] has it, and its arguments by name. Objects are named by number, in the order of the calls that may make one
/// ([`Call::makes_object`]); views likewise, in the order of the calls that may fill one
/// ([`Call::fills_view`]).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Call {
    /// Makes the next object of the case.
    #[serde(rename = "make")]
    Make {
        /// How.
        object: Object,
    },
    /// `int PyObject_AsCharBuffer(PyObject *obj, const char **buffer, Py_ssize_t *buffer_len)`
    #[serde(rename = "PyObject_AsCharBuffer")]
    AsCharBuffer(AsBuffer),
    /// `int PyObject_AsReadBuffer(PyObject *obj, const void **buffer, Py_ssize_t *buffer_len)`
    #[serde(rename = "PyObject_AsReadBuffer")]
    AsReadBuffer(AsBuffer),
    /// `int PyObject_AsWriteBuffer(PyObject *obj, void **buffer, Py_ssize_t *buffer_len)`
    #[serde(rename = "PyObject_AsWriteBuffer")]
    AsWriteBuffer(AsBuffer),
    /// `int PyObject_CheckReadBuffer(PyObject *o)`
    #[serde(rename = "PyObject_CheckReadBuffer")]
    CheckReadBuffer {
        /// `o`.
        object: usize,
    },
    /// `int PyObject_CheckBuffer(PyObject *obj)`
    #[serde(rename = "PyObject_CheckBuffer")]
    CheckBuffer {
        /// `obj`.
        object: usize,
    },
    /// `int PyObject_GetBuffer(PyObject *obj, Py_buffer *view, int flags)`, on a poisoned `view`.
    #[serde(rename = "PyObject_GetBuffer")]
    GetBuffer {
        /// `obj`.
        object: usize,
        /// Any bits.
        flags: i32,
    },
    /// `void PyBuffer_Release(Py_buffer *view)`. Not to be called for a view that was not granted.
    #[serde(rename = "PyBuffer_Release")]
    Release {
        /// Which.
        view: usize,
    },
    /// `void PyBuffer_Release(Py_buffer *view)`, on a copy of the struct; the struct itself is forgotten.
    /// Not to be called for a view that was not granted, or was released.
    #[serde(rename = "PyBuffer_Release of a copy")]
    ReleaseCopy {
        /// Which.
        view: usize,
    },
    /// `int PyBuffer_FillInfo(Py_buffer *view, PyObject *exporter, void *buf, Py_ssize_t len,
    /// int readonly, int flags)`, on a poisoned `view`.
    #[serde(rename = "PyBuffer_FillInfo")]
    FillInfo(FillInfo),
    /// `int PyBuffer_IsContiguous(const Py_buffer *view, char order)`, on a struct filled by hand.
    #[serde(rename = "PyBuffer_IsContiguous")]
    IsContiguous {
        /// The struct. Its other fields: `obj` NULL, `format` NULL, writable.
        view: BareView,
        /// Any character.
        order: char,
    },
    /// `Py_ssize_t PyBuffer_SizeFromFormat(const char *format)`
    #[serde(rename = "PyBuffer_SizeFromFormat")]
    SizeFromFormat {
        /// Any text without NUL.
        format: String,
    },
    /// `void PyErr_SetString(PyObject *type, const char *message)`: leaves an exception pending for
    /// the next call. Its own reply tells that exception.
    #[serde(rename = "PyErr_SetString")]
    SetError {
        /// The class of the exception, such as `ValueError`.
        exception: String,
    },
    /// `int PyByteArray_Resize(PyObject *bytearray, Py_ssize_t len)`. What is new of the memory is not
    /// looked at.
    #[serde(rename = "PyByteArray_Resize")]
    Resize {
        /// `bytearray`.
        object: usize,
        /// In bytes.
        len: usize,
    },
    /// `void Py_DecRef(PyObject *o)`: the case gives up its own reference, and with it the right to
    /// name the object again.
    #[serde(rename = "Py_DecRef")]
    Drop {
        /// `o`.
        object: usize,
    },
    /// Copying, and where elements are.
    #[serde(untagged)]
    Copy(Copy),
    /// The C functions of memoryviews.
    #[serde(untagged)]
    Memoryview(Memoryview),
    /// Python 2's buffer objects.
    #[serde(untagged)]
    BufferObject(BufferObject),
}

/// What a call is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// An object, by its number.
    Object(usize),
    /// A view, by its number.
    View(usize),
    /// Neither.
    Nothing,
}

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

/// The arguments of `PyBuffer_FillInfo`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FillInfo {
    /// Whether `view` is NULL.
    pub view_null: bool,
    /// `exporter`; `None` is NULL.
    pub exporter: Option<usize>,
    /// Whether `buf` is NULL; otherwise it is a block of 8 bytes, made for the call and numbered
    /// behind those of the objects made so far.
    pub buf_null: bool,
    /// In bytes.
    pub len: i64,
    /// Any int.
    pub readonly: i32,
    /// Any bits.
    pub flags: i32,
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

impl Call {
    /// What an implementation must support for this call: the C name of the function, or
    /// `make KIND`. [`Capabilities`](crate::Capabilities) speaks in these names.
    pub fn feature(&self) -> &'static str {
        match self {
            Call::Make { object } => object.feature(),
            Call::AsCharBuffer(_) => "PyObject_AsCharBuffer",
            Call::AsReadBuffer(_) => "PyObject_AsReadBuffer",
            Call::AsWriteBuffer(_) => "PyObject_AsWriteBuffer",
            Call::CheckReadBuffer { .. } => "PyObject_CheckReadBuffer",
            Call::CheckBuffer { .. } => "PyObject_CheckBuffer",
            Call::GetBuffer { .. } => "PyObject_GetBuffer",
            Call::Release { .. } | Call::ReleaseCopy { .. } => "PyBuffer_Release",
            Call::FillInfo(_) => "PyBuffer_FillInfo",
            Call::IsContiguous { .. } => "PyBuffer_IsContiguous",
            Call::SizeFromFormat { .. } => "PyBuffer_SizeFromFormat",
            Call::Copy(copy) => copy.feature(),
            Call::Memoryview(call) => call.feature(),
            Call::BufferObject(call) => call.feature(),
            Call::SetError { .. } => "PyErr_SetString",
            Call::Resize { .. } => "PyByteArray_Resize",
            Call::Drop { .. } => "Py_DecRef",
        }
    }

    /// The existing object or view that it is about. A call that only makes an object is about
    /// nothing yet.
    pub fn about(&self) -> About {
        match self {
            // Bytes are what FillInfo is about; whose they are makes no difference.
            Call::FillInfo(_)
            | Call::Make { .. }
            | Call::IsContiguous { .. }
            | Call::SizeFromFormat { .. }
            | Call::SetError { .. } => About::Nothing,
            Call::AsCharBuffer(AsBuffer { object, .. })
            | Call::AsReadBuffer(AsBuffer { object, .. })
            | Call::AsWriteBuffer(AsBuffer { object, .. }) => {
                object.map_or(About::Nothing, About::Object)
            }
            Call::CheckReadBuffer { object }
            | Call::CheckBuffer { object }
            | Call::GetBuffer { object, .. }
            | Call::Resize { object, .. }
            | Call::Drop { object } => About::Object(*object),
            Call::Release { view } | Call::ReleaseCopy { view } => About::View(*view),
            Call::Copy(copy) => copy.about(),
            Call::Memoryview(call) => call.about(),
            Call::BufferObject(call) => call.about(),
        }
    }

    /// Whether it makes the next object of the case, if it succeeds.
    pub fn makes_object(&self) -> bool {
        match self {
            Call::Make { .. } => true,
            Call::Memoryview(call) => call.makes_object(),
            Call::BufferObject(call) => call.makes_object(),
            _ => false,
        }
    }

    /// Whether it fills the next view of the case, if it succeeds.
    pub fn fills_view(&self) -> bool {
        matches!(self, Call::GetBuffer { .. } | Call::FillInfo(_))
    }
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
}
