//! # Objects
//!
//! The recipes of the objects that cases are about. A recipe says how an object is made, never how
//! it should answer: that is the model's business, and an implementation must not see it.
//!
//! Blocks of memory are numbered in the order in which the objects of a case are made; the memory of
//! the first object is block 0.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::call::text::list;

/// Makes [`Object`] and [`Kind`] of one table: a row has the variant, the name of the kind, and what it takes to make
/// one.
macro_rules! objects {
    ($(
        $(#[$about:meta])*
        $variant:ident $name:literal $({ $($(#[$field_about:meta])* $field:ident: $type:ty,)* })?,
    )*) => {
        /// How to make an object. Lengths and strides are in bytes, extents in elements.
        ///
        /// Where an object owns memory, its bytes are 0, 1, 2, ... modulo 251.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[serde(tag = "kind")]
        pub enum Object {$(
            $(#[$about])*
            #[serde(rename = $name)]
            $variant $({ $($(#[$field_about])* $field: $type,)* })?,
        )*}

        crate::words! {
            "kind of object", "kinds of object":
            /// A kind of object; the simplest comes first.
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            #[allow(missing_docs, reason = "they are those of the objects of the same names")]
            pub enum Kind { $($variant $name,)* }
        }

        impl Kind {
            /// Making one, by the name that capabilities have for it: `make bytes`.
            pub fn feature(self) -> &'static str {
                match self {
                    $(Kind::$variant => concat!("make ", $name),)*
                }
            }
        }

        impl Object {
            /// Its kind.
            pub fn kind(&self) -> Kind {
                match self {
                    $(Object::$variant { .. } => Kind::$variant,)*
                }
            }
        }
    };
}

objects! {
    /// An object without any buffer protocol. Python: `object()`.
    Plain "plain",
    /// `len` immutable bytes. Python: `bytes(...)`, called `str` in Python 2.
    Bytes "bytes" {
        /// In bytes.
        len: usize,
    },
    /// `len` mutable bytes. Python: `bytearray(...)`, since 2.6.
    Bytearray "bytearray" {
        /// In bytes.
        len: usize,
    },
    /// An `array.array`.
    Array "array" {
        /// The type code, which is the format too: `i`, `d` ...
        typecode: char,
        /// In items.
        len: usize,
    },
    /// A `memoryview` over `len` bytes, taken further by `steps`.
    Memoryview "memoryview" {
        /// In bytes.
        len: usize,
        /// Over `bytes` if true, over a `bytearray` if not.
        readonly: bool,
        /// What is done with it, in order.
        steps: Vec<Step>,
    },
    /// A type written for the purpose: it exports any layout under the new protocol, and it has no
    /// old slots.
    Exporter "exporter" {
        /// Its memory.
        layout: Layout,
        /// Whether it refuses writers.
        readonly: bool,
    },
    /// CPython's own exporter of N-dimensional memory, `_testbuffer.ndarray`.
    Ndarray "ndarray" {
        /// Its memory.
        layout: Layout,
        /// Whether it refuses writers.
        readonly: bool,
    },
    /// A type written for the purpose: each of its slots, old ones included where the edition has
    /// them, raises `exception`. A request leaves `view->obj` NULL. Its segment count is 1.
    Raising "raising" {
        /// The class of the exception, such as `ValueError`.
        exception: String,
    },
    /// A type written for the purpose, with old slots only (Python 2): five bytes of memory, whatever
    /// length its slots tell.
    Slots "slots" {
        /// Has `bf_getreadbuffer`.
        read: bool,
        /// Has `bf_getwritebuffer`.
        write: bool,
        /// Has `bf_getcharbuffer`.
        char: bool,
        /// What `bf_getsegcount` answers; `None` if the slot is empty.
        segments: Option<i64>,
        /// The length in bytes that the slots tell; `None` for the five that there are. Nothing may
        /// read what is not there. A negative length is a failure without an exception.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        len: Option<i64>,
        /// The slot that raises `ValueError`, if one does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        raises: Option<OldSlot>,
    },
}

/// A slot of the old protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OldSlot {
    /// `bf_getreadbuffer`.
    Read,
    /// `bf_getwritebuffer`.
    Write,
    /// `bf_getcharbuffer`.
    Char,
    /// `bf_getsegcount`.
    Segments,
}

/// What is done with a `memoryview`, making another one of it (or, for `Release`, none).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// `view[start:stop:step]`, in elements of dimension 0; `None` is left out, as in Python.
    Slice {
        /// First element.
        start: Option<i64>,
        /// First element not taken.
        stop: Option<i64>,
        /// Not 0.
        step: i64,
    },
    /// `view.cast(format, shape)`. Since 3.3.
    Cast {
        /// One character of the struct syntax.
        format: char,
        /// In elements.
        shape: Vec<i64>,
    },
    /// `view.release()`. Since 3.2.
    Release,
}

/// Memory of any layout. With suboffsets, exactly one dimension of it may be one of pointers; the
/// rows they point to hold just what the inner dimensions need.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Layout {
    /// Size of the (outer) block, in bytes.
    pub size: usize,
    /// Where element \[0, ..., 0\] is (or its first pointer), in bytes from the start of the block.
    pub offset: usize,
    /// Size of an element, in bytes.
    pub itemsize: i64,
    /// In the struct syntax.
    pub format: String,
    /// In elements.
    pub shape: Vec<i64>,
    /// In bytes.
    pub strides: Vec<i64>,
    /// In bytes; negative where nothing is dereferenced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suboffsets: Option<Vec<i64>>,
}

impl Layout {
    /// Whether some dimension really holds pointers.
    pub fn is_indirect(&self) -> bool {
        self.suboffsets.as_ref().is_some_and(|s| s.iter().any(|&s| s >= 0))
    }
}

/// The size in bytes of an item of a native format that the suite uses; `None` for any other.
pub fn native_size(format: char) -> Option<i64> {
    match format {
        'b' | 'B' | 'c' => Some(1),
        'h' | 'H' => Some(2),
        'i' | 'I' | 'f' => Some(4),
        'q' | 'Q' | 'd' => Some(8),
        _ => None,
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&python(self))
    }
}

/// A Python expression, or something close to one.
fn python(object: &Object) -> String {
    match object {
        Object::Plain => "object()".into(),
        Object::Bytes { len } => format!("bytes({len})"),
        Object::Bytearray { len } => format!("bytearray({len})"),
        Object::Array { typecode, len } => format!("array.array('{typecode}', range({len}))"),
        Object::Memoryview { len, readonly, steps } => {
            let base = if *readonly { "bytes" } else { "bytearray" };
            let steps: String = steps.iter().map(step).collect();
            format!("memoryview({base}({len})){steps}")
        }
        Object::Exporter { layout, readonly } => exporter("Exporter", layout, *readonly),
        Object::Ndarray { layout, readonly } => exporter("_testbuffer.ndarray", layout, *readonly),
        Object::Raising { exception } => format!("Raising({exception})"),
        Object::Slots { read, write, char, segments, len, raises } => {
            let slots = [(read, "read"), (write, "write"), (char, "char")];
            let mut parts: Vec<String> =
                slots.iter().filter(|(there, _)| **there).map(|(_, name)| (*name).into()).collect();
            match segments {
                Some(segments) => parts.push(format!("segments={segments}")),
                None => parts.push("no segcount".into()),
            }
            parts.extend(len.map(|len| format!("len={len}")));
            parts.extend(raises.map(|slot| match slot {
                OldSlot::Read => "read raises".into(),
                OldSlot::Write => "write raises".into(),
                OldSlot::Char => "char raises".into(),
                OldSlot::Segments => "segcount raises".into(),
            }));
            format!("Slots({})", parts.join(", "))
        }
    }
}

fn exporter(name: &str, layout: &Layout, readonly: bool) -> String {
    let Layout { offset, format, shape, strides, suboffsets, .. } = layout;
    let mut text = format!("{name}(shape={}, strides={}", list(shape), list(strides));
    if let Some(suboffsets) = suboffsets {
        text += &format!(", suboffsets={}", list(suboffsets));
    }
    if *offset != 0 {
        text += &format!(", offset={offset}");
    }
    let readonly = if readonly { ", readonly" } else { "" };
    format!("{text}, format={format:?}{readonly})")
}

fn step(step: &Step) -> String {
    let index = |index: &Option<i64>| index.map_or(String::new(), |index| index.to_string());
    match step {
        Step::Slice { start, stop, step: 1 } => format!("[{}:{}]", index(start), index(stop)),
        Step::Slice { start, stop, step } => format!("[{}:{}:{step}]", index(start), index(stop)),
        Step::Cast { format, shape } => format!(".cast('{format}', {})", list(shape)),
        Step::Release => " after release()".into(),
    }
}
