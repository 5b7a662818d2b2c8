//! # Replies
//!
//! What happened in a call, as plain data. A reply tells everything that can be seen from outside
//! and judges nothing.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::text::in_a_line;

/// The answer to one [`Call`](crate::Call).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// The call was made and came back.
    Returned(Returned),
    /// The edition that the implementation is of has no such function, or no such object.
    NotInEdition,
    /// The implementation cannot do this, and its capabilities said so.
    Unsupported,
    /// The call was not made: the object or view it names does not exist, because making it was
    /// answered with one of the two above, or because the request was refused.
    NotMade,
    /// The process died in the call. Whoever drives it says so, and the same goes for what follows.
    #[schemars(skip)]
    Crashed {
        /// Such as `signal 11 (SIGSEGV)`.
        how: String,
    },
    /// The call did not come back in time.
    #[schemars(skip)]
    TimedOut {
        /// The limit, in milliseconds.
        limit: u64,
    },
    /// What came back from another process was no reply to the call.
    #[schemars(skip)]
    Garbled {
        /// What came instead, with an excerpt of it.
        how: String,
    },
}

impl Reply {
    /// With its words in a line each, whatever an implementation of anyone's replies. A format is no word: it is
    /// judged as it is.
    pub fn cleaned(mut self) -> Reply {
        match &mut self {
            Reply::Crashed { how } | Reply::Garbled { how } => *how = in_a_line(how),
            Reply::Returned(Returned { exception: Some(name), .. }) => *name = in_a_line(name),
            _ => {}
        }
        self
    }
}

/// What a call that came back left behind. A field that does not apply to the function is `None`.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Returned {
    /// What the C function returned: where that is an object, 0, or -1 for NULL; `None` for `void`, and
    /// for [`Call::Make`](crate::Call::Make).
    pub value: Option<i64>,
    /// The class of the exception that is set afterwards, such as `BufferError`, without its module.
    pub exception: Option<String>,
    /// `*buffer` of the `PyObject_As*Buffer` functions, if it was given; that of `PyArg_ParseTuple`, by a
    /// code that borrows; the pointer that `PyBuffer_GetPointer` returned; or where the memory begins that
    /// `PyMemoryView_GetContiguous` has a memoryview of.
    pub buffer: Option<Seen<Pointer>>,
    /// `*buffer_len` of the `PyObject_As*Buffer` functions, if it was given; the length that goes with the
    /// pointer of `PyArg_ParseTuple`.
    pub length: Option<Seen<i64>>,
    /// `view->obj` after `PyObject_GetBuffer`, `PyBuffer_FillInfo` and `PyBuffer_Release`, and after
    /// `PyArg_ParseTuple` by a code that fills a view.
    pub obj: Option<Seen<Obj>>,
    /// The other fields of a view that was granted.
    pub view: Option<Box<SeenView>>,
    /// The entries of `strides` that the call has written, if it writes such.
    pub strides: Option<Vec<i64>>,
    /// The bytes that the call is about, as they are afterwards: all of `buf` of
    /// `PyBuffer_ToContiguous`; what a copy to an object has left of its block (of its rows, if it has
    /// pointers to some); those of what an operation on a buffer object returned, be it a new string or an
    /// operand; all memory of the memoryview that `PyMemoryView_GetContiguous` returned, if it is
    /// contiguous, as it lies.
    pub bytes: Option<Vec<u8>>,
    /// The number that `PyObject_Compare` or `PyObject_Hash` computed, which may be any: there `value` is
    /// 0, or -1 if an exception is set.
    pub number: Option<i64>,
    /// Whether the call ended the life of the object, or of the one underneath if it is a memoryview,
    /// where that can be told.
    pub freed: Option<bool>,
    /// By how much the call changed the reference count of the object (for a view: of its object).
    /// `None` where references cannot be counted, as for immortal objects.
    pub references: Option<i64>,
    /// How often the call ran the object's own release function, where that can be counted; for
    /// `memoryview.release`, that of the object underneath.
    pub releases: Option<i64>,
}

impl Returned {
    /// Whether the call told of a failure. The functions that can do so return a negative number.
    pub fn failed(&self) -> bool {
        self.value.is_some_and(|value| value < 0)
    }
}

/// A place in memory that the call may have written to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Seen_{T}")]
pub enum Seen<T> {
    /// It still holds the poison that was there before the call.
    Untouched,
    /// It holds this.
    Is(T),
}

/// An address.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Pointer {
    /// NULL.
    Null,
    /// In a block of the case, or just behind it.
    At {
        /// The number of the block.
        block: usize,
        /// In bytes from its start.
        offset: i64,
    },
    /// In the rows that a block of pointers leads to.
    InRows {
        /// The number of the block.
        block: usize,
        /// In bytes from the start of the first row, as if the rows lay one behind the other in the
        /// order of the pointers.
        offset: i64,
    },
    /// In no block of the case.
    Elsewhere,
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Pointer::Null => f.write_str("NULL"),
            Pointer::At { block, offset } => write!(f, "block {block} + {offset}"),
            Pointer::InRows { block, offset } => write!(f, "rows of block {block} + {offset}"),
            Pointer::Elsewhere => f.write_str("outside of all blocks of the case"),
        }
    }
}

/// What `view->obj` points to.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Obj {
    /// NULL.
    Null,
    /// The object that was asked.
    Exporter,
    /// The object whose memory it is, which the object that was asked is a view of.
    Root,
    /// Anything else.
    Other,
}

impl fmt::Display for Obj {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Obj::Null => "NULL",
            Obj::Exporter => "the exporter",
            Obj::Root => "the object it is a view of",
            Obj::Other => "another object",
        })
    }
}

/// The fields of a granted view, but for `obj`. `None` inside is NULL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeenView {
    /// `buf`.
    pub buf: Seen<Pointer>,
    /// In bytes.
    pub len: Seen<i64>,
    /// In bytes.
    pub itemsize: Seen<i64>,
    /// As it is, not made a truth value.
    pub readonly: Seen<i64>,
    /// Number of dimensions.
    pub ndim: Seen<i64>,
    /// In the struct syntax.
    pub format: Seen<Option<String>>,
    /// `ndim` entries, in elements.
    pub shape: Seen<Option<Vec<i64>>>,
    /// `ndim` entries, in bytes.
    pub strides: Seen<Option<Vec<i64>>>,
    /// `ndim` entries, in bytes.
    pub suboffsets: Seen<Option<Vec<i64>>>,
}
