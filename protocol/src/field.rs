//! # Fields
//!
//! The parts of a reply that a rule can speak of: their names, how they are read from a reply, and their
//! values in words. This is the only place that knows which fields there are.

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::call::LARGEST;
use crate::reply::{Obj, Pointer, Returned, Seen};
use crate::value::{Held, Told, Value};

/// What a reply tells of a place in it.
macro_rules! tell {
    ($reply:ident (view.$place:ident)) => {
        $reply.view.as_deref().map_or(Told::Nothing, |view| view.$place.told())
    };
    ($reply:ident ($place:ident)) => {
        tell!($reply ($place or Told::Nothing))
    };
    ($reply:ident ($place:ident or $absent:expr)) => {
        $reply.$place.as_ref().map_or($absent, Held::told)
    };
    ($reply:ident (by $tell:ident($($argument:ident)?), $($set:tt)*)) => {
        $tell($reply $(, $argument)?)
    };
}

/// Has a place in a reply tell a value, if it can.
macro_rules! set {
    ($reply:ident, $value:expr, (view.$place:ident)) => {
        if let (Some(view), Some(held)) = ($reply.view.as_deref_mut(), Held::telling($value)) {
            view.$place = held;
        }
    };
    ($reply:ident, $value:expr, ($place:ident $(or $absent:expr)?)) => {
        if let Some(held) = Held::telling($value) {
            $reply.$place = Some(held);
        }
    };
    ($reply:ident, $value:expr, (by $tell:ident($($argument:ident)?), $set:ident($($same:ident)?))) => {
        $set($reply, $value $(, $same)?)
    };
}

/// A field, unless it says again what others say.
macro_rules! distinct {
    ($field:ident) => {
        Some(Field::$field)
    };
    ($field:ident again) => {
        None
    };
}

/// Declares [`Field`] and what is done with every field.
macro_rules! fields {
    ($(
        $(#[$doc:meta])*
        $field:ident $(($first:ident: $type:ty))? $name:literal, $words:literal, $place:tt $($again:ident)?;
    )*) => {
        /// A part of a reply. Lengths and strides are in bytes, extents in elements.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
        )]
        pub enum Field {
            $(
                $(#[$doc])*
                #[serde(rename = $name)]
                $field $(($type))?,
            )*
        }

        impl Field {
            /// Those that together say all that a reply says, and nothing twice.
            pub fn distinct() -> impl Iterator<Item = Field> {
                [$(distinct!($field $($again)?)),*].into_iter().flatten()
            }

            /// What a reply tells of it.
            pub fn of(self, reply: &Returned) -> Told<'_> {
                match self {
                    $(Field::$field $(($first))? => tell!(reply $place),)*
                }
            }

            /// Has a reply tell a value of it; a value that it cannot have changes nothing. Fields of a
            /// view need one.
            pub fn set(self, reply: &mut Returned, value: Value) {
                match self {
                    $(Field::$field $(($first))? => set!(reply, value, $place),)*
                }
            }
        }

        impl fmt::Display for Field {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Field::$field $(($first))? => write!(f, $words),)*
                }
            }
        }
    };
}

// In this order: the name in JSON, the words for it, and in parentheses where a reply has it: a field of it,
// with what is told where the reply has none; a field of its view; or the functions that read and write it. `again`
// follows where other fields say the same in another way.
fields! {
    /// What the function returned.
    Return "value", "return value", (value);
    /// The class of the exception that is set, without its module; null is none.
    Exception "exception", "exception", (by exception(), set_exception());
    /// What of `*buffer` and `*buffer_len` is written, in words; null is neither. A reply with neither
    /// cannot tell.
    Outputs "outputs", "outputs", (by outputs(), write_no_output()) again;
    /// `buffer`: the output of the old functions.
    Buffer "buffer", "*buffer", (buffer);
    /// `buffer`: the pointer that `PyBuffer_GetPointer` returned.
    Pointer "pointer", "pointer", (buffer) again;
    /// `buffer`: where the memory begins that a new memoryview is of.
    Memory "memory", "memory begins at", (buffer) again;
    /// `length`: the other output of the old functions.
    BufferLen "length", "*buffer_len", (length);
    /// `obj`.
    Obj "obj", "obj", (obj);
    /// `obj`, where it may have been left alone; null is NULL, or not written.
    ObjLeft "obj_left", "obj", (by obj_left(), leave_obj()) again;
    /// By how much the count of references has changed. A reply without it cannot tell.
    References "references", "references", (references or Told::CannotTell);
    /// `obj` and `references` together. A reply without one of them, or with an object that is `other`,
    /// cannot tell.
    Owner "obj_and_references", "obj and references", (by owner(), set_owner()) again;
    /// How often the release function of the object ran. A reply without it cannot tell.
    Releases "releases", "calls of the release function", (releases or Told::CannotTell);
    /// `view.buf`.
    Buf "view.buf", "buf", (view.buf);
    /// `view.len`.
    Len "view.len", "len", (view.len);
    /// `view.itemsize`.
    Itemsize "view.itemsize", "itemsize", (view.itemsize);
    /// Whether `view.readonly` is anything but 0.
    Readonly "view.readonly", "readonly", (by readonly(), set_readonly());
    /// `view.ndim`.
    Ndim "view.ndim", "ndim", (view.ndim);
    /// `view.format`.
    Format "view.format", "format", (view.format);
    /// `view.shape`.
    Shape "view.shape", "shape", (view.shape);
    /// `view.strides`.
    Strides "view.strides", "strides", (view.strides);
    /// `view.suboffsets`.
    Suboffsets "view.suboffsets", "suboffsets", (view.suboffsets);
    /// `strides`: those that the call has written.
    StridesWritten "strides", "strides written", (strides);
    /// How many entries `strides` has.
    StrideCount "stride_count", "number of strides written", (by stride_count(), resize_strides()) again;
    /// `bytes`: all of them.
    Bytes "bytes", "bytes", (bytes);
    /// `bytes`: those from this one on, as many as the permitted value has.
    BytesFrom(first: usize) "bytes_from", "bytes from {first} on", (by bytes_from(first), overlay(first)) again;
    /// `number`.
    Number "number", "number", (number);
    /// Whether the call ended the life of the object. A reply without it cannot tell.
    Freed "freed", "object", (freed or Told::CannotTell);
}

impl Field {
    /// The value of this field that a value from JSON stands for, where a text may be a format as well as
    /// the name of an address.
    ///
    /// # Errors
    ///
    /// Contents of memory with a number that is no byte: the number.
    pub fn adopt(self, value: Value<'static>) -> Result<Value<'static>, i64> {
        Ok(match (self, value) {
            (Field::Obj, Value::Pointer(Pointer::Null)) => Value::Obj(Obj::Null),
            (Field::Format | Field::Exception, value) => match value {
                Value::Pointer(Pointer::Null) | Value::Obj(Obj::Null) => Value::Text("null".into()),
                Value::Pointer(Pointer::Elsewhere) => Value::Text("elsewhere".into()),
                Value::Obj(Obj::Exporter) => Value::Text("exporter".into()),
                Value::Obj(Obj::Root) => Value::Text("root".into()),
                Value::Obj(Obj::Other) => Value::Text("other".into()),
                value => value,
            },
            (Field::Bytes | Field::BytesFrom(_), Value::Numbers(numbers)) => {
                let byte = |number: &i64| u8::try_from(*number).map_err(|_| *number);
                Value::Bytes(numbers.iter().map(byte).collect::<Result<Vec<_>, _>>()?.into())
            }
            (_, value) => value,
        })
    }

    /// What holds of the field if it has this value, in words: `len 6`, `obj NULL`.
    pub fn has(self, value: &Value) -> String {
        match (self, value) {
            (Field::Outputs, Value::Text(written)) => written.to_string(),
            _ => format!("{self} {}", self.show(value)),
        }
    }

    /// A value of the field, in words.
    pub fn show(self, value: &Value) -> String {
        match (self, value) {
            (Field::Exception, Value::Null) => "none".into(),
            (Field::Exception, Value::Text(name)) => name.to_string(),
            (Field::Outputs, Value::Null) => "not written".into(),
            (Field::ObjLeft, Value::Null) => "NULL or not written".into(),
            (Field::Freed, Value::Truth(true)) => "gone".into(),
            (Field::Freed, Value::Truth(false)) => "still there".into(),
            (_, value) => value.to_string(),
        }
    }
}

fn exception(reply: &Returned) -> Told<'_> {
    reply.exception.told()
}

fn set_exception(reply: &mut Returned, value: Value) {
    if let Some(exception) = Held::telling(value) {
        reply.exception = exception;
    }
}

fn outputs(reply: &Returned) -> Told<'_> {
    if reply.buffer.is_none() && reply.length.is_none() {
        return Told::CannotTell;
    }
    let mut written = Vec::new();
    if let Some(Seen::Is(pointer)) = &reply.buffer {
        written.push(format!("*buffer {pointer}"));
    }
    if let Some(Seen::Is(len)) = &reply.length {
        written.push(format!("*buffer_len {len}"));
    }
    Told::Is(match written.is_empty() {
        true => Value::Null,
        false => Value::Text(Cow::Owned(written.join(", "))),
    })
}

fn write_no_output(reply: &mut Returned, value: Value) {
    if value == Value::Null {
        (reply.buffer, reply.length) = (Some(Seen::Untouched), Some(Seen::Untouched));
    }
}

fn obj_left(reply: &Returned) -> Told<'_> {
    match tell!(reply(obj)) {
        Told::NotWritten | Told::Is(Value::Obj(Obj::Null)) => Told::Is(Value::Null),
        told => told,
    }
}

fn leave_obj(reply: &mut Returned, value: Value) {
    if value == Value::Null {
        reply.obj = Some(Seen::Untouched);
    }
}

/// What `obj` is has a rule of its own; where it is no known object, this cannot be told.
fn owner(reply: &Returned) -> Told<'_> {
    match (&reply.obj, reply.references) {
        (Some(Seen::Is(obj)), Some(references)) if *obj != Obj::Other => {
            Told::Is(Value::Owner { obj: *obj, references })
        }
        _ => Told::CannotTell,
    }
}

fn set_owner(reply: &mut Returned, value: Value) {
    if let Value::Owner { obj, references } = value {
        (reply.obj, reply.references) = (Some(Seen::Is(obj)), Some(references));
    }
}

fn readonly(reply: &Returned) -> Told<'_> {
    match tell!(reply(view.readonly)) {
        Told::Is(Value::Number(readonly)) => Told::Is(Value::Truth(readonly != 0)),
        told => told,
    }
}

fn set_readonly(reply: &mut Returned, value: Value) {
    if let Value::Truth(readonly) = value {
        set!(reply, Value::Number(readonly.into()), (view.readonly));
    }
}

fn stride_count(reply: &Returned) -> Told<'_> {
    let count = |strides: &Vec<i64>| Told::Is(Value::Number(strides.len() as i64));
    reply.strides.as_ref().map_or(Told::Nothing, count)
}

fn resize_strides(reply: &mut Returned, value: Value) {
    if let Value::Number(count) = value {
        let count = usize::try_from(count).unwrap_or(0);
        reply.strides.get_or_insert_default().resize(count, 0);
    }
}

fn bytes_from(reply: &Returned, first: usize) -> Told<'_> {
    let rest = reply.bytes.as_ref().and_then(|bytes| bytes.get(first..));
    rest.map_or(Told::Nothing, |rest| Told::Is(Value::Bytes(rest.into())))
}

/// Puts bytes over those that a reply tells, from one of them on.
fn overlay(reply: &mut Returned, value: Value, first: usize) {
    let Value::Bytes(bytes) = value else { return };
    let all = reply.bytes.get_or_insert_default();
    // What no memory of a case has is nothing that could be shown.
    let most = usize::try_from(LARGEST).unwrap_or(usize::MAX);
    let Some(end) = first.checked_add(bytes.len()).filter(|end| *end <= most) else { return };
    all.resize(all.len().max(end), 0);
    all[first..end].copy_from_slice(&bytes);
}
