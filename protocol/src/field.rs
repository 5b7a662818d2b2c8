//! # Fields
//!
//! The parts of a reply that a rule can speak of: their names, how they are read from a reply, and their
//! values in words. This is the only place that knows which fields there are.

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::call::LARGEST;
use crate::reply::{Obj, Pointer, Returned, Seen, SeenView};
use crate::value::Value;

/// A part of a reply. Lengths and strides are in bytes, extents in elements.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub enum Field {
    /// What the function returned.
    #[serde(rename = "value")]
    Return,
    /// The class of the exception that is set, without its module; null is none.
    #[serde(rename = "exception")]
    Exception,
    /// What of `*buffer` and `*buffer_len` is written, in words; null is neither. A reply with neither
    /// cannot tell.
    #[serde(rename = "outputs")]
    Outputs,
    /// `buffer`: the output of the old functions.
    #[serde(rename = "buffer")]
    Buffer,
    /// `buffer`: the pointer that `PyBuffer_GetPointer` returned.
    #[serde(rename = "pointer")]
    Pointer,
    /// `buffer`: where the memory begins that a new memoryview is of.
    #[serde(rename = "memory")]
    Memory,
    /// `length`: the other output of the old functions.
    #[serde(rename = "length")]
    BufferLen,
    /// `obj`.
    #[serde(rename = "obj")]
    Obj,
    /// `obj`, where it may have been left alone; null is NULL, or not written.
    #[serde(rename = "obj_left")]
    ObjLeft,
    /// By how much the count of references has changed. A reply without it cannot tell.
    #[serde(rename = "references")]
    References,
    /// `obj` and `references` together. A reply without one of them, or with an object that is `other`,
    /// cannot tell.
    #[serde(rename = "obj_and_references")]
    Owner,
    /// How often the release function of the object ran. A reply without it cannot tell.
    #[serde(rename = "releases")]
    Releases,
    /// `view.buf`.
    #[serde(rename = "view.buf")]
    Buf,
    /// `view.len`.
    #[serde(rename = "view.len")]
    Len,
    /// `view.itemsize`.
    #[serde(rename = "view.itemsize")]
    Itemsize,
    /// Whether `view.readonly` is anything but 0.
    #[serde(rename = "view.readonly")]
    Readonly,
    /// `view.ndim`.
    #[serde(rename = "view.ndim")]
    Ndim,
    /// `view.format`.
    #[serde(rename = "view.format")]
    Format,
    /// `view.shape`.
    #[serde(rename = "view.shape")]
    Shape,
    /// `view.strides`.
    #[serde(rename = "view.strides")]
    Strides,
    /// `view.suboffsets`.
    #[serde(rename = "view.suboffsets")]
    Suboffsets,
    /// `strides`: those that the call has written.
    #[serde(rename = "strides")]
    StridesWritten,
    /// How many entries `strides` has.
    #[serde(rename = "stride_count")]
    StrideCount,
    /// `bytes`: all of them.
    #[serde(rename = "bytes")]
    Bytes,
    /// `bytes`: those from this one on, as many as the permitted value has.
    #[serde(rename = "bytes_from")]
    BytesFrom(usize),
    /// `number`.
    #[serde(rename = "number")]
    Number,
    /// Whether the call ended the life of the object. A reply without it cannot tell.
    #[serde(rename = "freed")]
    Freed,
}

/// What a reply tells of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told<'a> {
    /// This.
    Is(Value<'a>),
    /// That its place in memory was not written to.
    NotWritten,
    /// Nothing, and it should.
    Nothing,
    /// Nothing, and it need not: where that cannot be seen.
    CannotTell,
}

impl Field {
    /// What a reply tells of it.
    pub fn of<'a>(self, reply: &'a Returned) -> Told<'a> {
        let view = reply.view.as_deref();
        match self {
            Field::Return => number(reply.value),
            Field::Exception => {
                let name = |name: &'a String| Value::Text(name.as_str().into());
                Told::Is(reply.exception.as_ref().map_or(Value::Null, name))
            }
            Field::Outputs => outputs(reply),
            Field::Buffer | Field::Pointer | Field::Memory => {
                seen(reply.buffer.as_ref(), |pointer| Value::Pointer(*pointer))
            }
            Field::BufferLen => seen(reply.length.as_ref(), |len| Value::Number(*len)),
            Field::Obj => seen(reply.obj.as_ref(), |obj| Value::Obj(*obj)),
            Field::ObjLeft => told(&reply.obj, |obj| match obj {
                Seen::Untouched | Seen::Is(Obj::Null) => Value::Null,
                Seen::Is(obj) => Value::Obj(*obj),
            }),
            Field::References => counted(reply.references),
            Field::Owner => owner(reply),
            Field::Releases => counted(reply.releases),
            Field::Buf => seen(view.map(|it| &it.buf), |pointer| Value::Pointer(*pointer)),
            Field::Len => int(view, |it| &it.len),
            Field::Itemsize => int(view, |it| &it.itemsize),
            Field::Readonly => seen(view.map(|it| &it.readonly), |it| Value::Truth(*it != 0)),
            Field::Ndim => int(view, |it| &it.ndim),
            Field::Format => seen(view.map(|it| &it.format), |format| {
                format.as_deref().map_or(Value::Null, |format| Value::Text(format.into()))
            }),
            Field::Shape => array(view, |it| &it.shape),
            Field::Strides => array(view, |it| &it.strides),
            Field::Suboffsets => array(view, |it| &it.suboffsets),
            Field::StridesWritten => {
                told(&reply.strides, |it| Value::Numbers(it.as_slice().into()))
            }
            Field::StrideCount => told(&reply.strides, |it| Value::Number(it.len() as i64)),
            Field::Bytes => told(&reply.bytes, |it| Value::Bytes(it.as_slice().into())),
            Field::BytesFrom(first) => {
                let rest = reply.bytes.as_ref().and_then(|bytes| bytes.get(first..));
                rest.map_or(Told::Nothing, |rest| Told::Is(Value::Bytes(rest.into())))
            }
            Field::Number => number(reply.number),
            Field::Freed => match reply.freed {
                Some(freed) => Told::Is(Value::Truth(freed)),
                None => Told::CannotTell,
            },
        }
    }

    /// Has a reply tell a value of it; a value that it cannot have changes nothing. Fields of a view need one.
    pub fn set(self, reply: &mut Returned, value: Value) {
        let view = reply.view.as_deref_mut();
        match (self, value) {
            (Field::Return, Value::Number(it)) => reply.value = Some(it),
            (Field::Exception, value) => reply.exception = text(value),
            (Field::Outputs, Value::Null) => {
                (reply.buffer, reply.length) = (Some(Seen::Untouched), Some(Seen::Untouched));
            }
            (Field::Buffer | Field::Pointer | Field::Memory, Value::Pointer(it)) => {
                reply.buffer = Some(Seen::Is(it));
            }
            (Field::BufferLen, Value::Number(it)) => reply.length = Some(Seen::Is(it)),
            (Field::Obj, Value::Obj(it)) => reply.obj = Some(Seen::Is(it)),
            (Field::ObjLeft, Value::Null) => reply.obj = Some(Seen::Untouched),
            (Field::References, Value::Number(it)) => reply.references = Some(it),
            (Field::Owner, Value::Owner { obj, references }) => {
                (reply.obj, reply.references) = (Some(Seen::Is(obj)), Some(references));
            }
            (Field::Releases, Value::Number(it)) => reply.releases = Some(it),
            (Field::StridesWritten, Value::Numbers(it)) => reply.strides = Some(it.into_owned()),
            (Field::StrideCount, Value::Number(it)) => {
                let count = usize::try_from(it).unwrap_or(0);
                reply.strides.get_or_insert_default().resize(count, 0);
            }
            (Field::Bytes, Value::Bytes(it)) => reply.bytes = Some(it.into_owned()),
            (Field::BytesFrom(first), Value::Bytes(it)) => overlay(reply, first, &it),
            (Field::Number, Value::Number(it)) => reply.number = Some(it),
            (Field::Freed, Value::Truth(it)) => reply.freed = Some(it),
            (field, value) => {
                if let Some(view) = view {
                    field.set_in(view, value);
                }
            }
        }
    }

    fn set_in(self, view: &mut SeenView, value: Value) {
        match (self, value) {
            (Field::Buf, Value::Pointer(it)) => view.buf = Seen::Is(it),
            (Field::Len, Value::Number(it)) => view.len = Seen::Is(it),
            (Field::Itemsize, Value::Number(it)) => view.itemsize = Seen::Is(it),
            (Field::Readonly, Value::Truth(it)) => view.readonly = Seen::Is(it.into()),
            (Field::Ndim, Value::Number(it)) => view.ndim = Seen::Is(it),
            (Field::Format, value) => view.format = Seen::Is(text(value)),
            (Field::Shape, value) => view.shape = Seen::Is(numbers(value)),
            (Field::Strides, value) => view.strides = Seen::Is(numbers(value)),
            (Field::Suboffsets, value) => view.suboffsets = Seen::Is(numbers(value)),
            _ => {}
        }
    }

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

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Field::Return => "return value",
            Field::Exception => "exception",
            Field::Outputs => "outputs",
            Field::Buffer => "*buffer",
            Field::Pointer => "pointer",
            Field::Memory => "memory begins at",
            Field::BufferLen => "*buffer_len",
            Field::Obj | Field::ObjLeft => "obj",
            Field::References => "references",
            Field::Owner => "obj and references",
            Field::Releases => "calls of the release function",
            Field::Buf => "buf",
            Field::Len => "len",
            Field::Itemsize => "itemsize",
            Field::Readonly => "readonly",
            Field::Ndim => "ndim",
            Field::Format => "format",
            Field::Shape => "shape",
            Field::Strides => "strides",
            Field::Suboffsets => "suboffsets",
            Field::StridesWritten => "strides written",
            Field::StrideCount => "number of strides written",
            Field::Bytes => "bytes",
            Field::BytesFrom(first) => return write!(f, "bytes from {first} on"),
            Field::Number => "number",
            Field::Freed => "object",
        })
    }
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("NULL"),
            Value::Truth(truth) => f.write_str(if *truth { "set" } else { "0" }),
            Value::Number(number) => write!(f, "{number}"),
            Value::Pointer(pointer) => write!(f, "{pointer}"),
            Value::Obj(obj) => write!(f, "{obj}"),
            Value::Text(text) => write!(f, "{text:?}"),
            Value::Numbers(numbers) => write!(f, "{numbers:?}"),
            Value::Bytes(bytes) => {
                let each: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                f.write_str(&each.join(" "))
            }
            Value::Owner { obj, references } => write!(f, "{obj} and {references:+}"),
        }
    }
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

fn seen<'a, T>(field: Option<&'a Seen<T>>, value: impl FnOnce(&'a T) -> Value<'a>) -> Told<'a> {
    match field {
        Some(Seen::Is(it)) => Told::Is(value(it)),
        Some(Seen::Untouched) => Told::NotWritten,
        None => Told::Nothing,
    }
}

fn int<'a>(view: Option<&'a SeenView>, field: fn(&SeenView) -> &Seen<i64>) -> Told<'a> {
    seen(view.map(field), |number| Value::Number(*number))
}

fn array<'a>(
    view: Option<&'a SeenView>,
    field: fn(&SeenView) -> &Seen<Option<Vec<i64>>>,
) -> Told<'a> {
    seen(view.map(field), |entries| match entries {
        Some(entries) => Value::Numbers(entries.as_slice().into()),
        None => Value::Null,
    })
}

fn told<'a, T>(field: &'a Option<T>, value: impl FnOnce(&'a T) -> Value<'a>) -> Told<'a> {
    field.as_ref().map_or(Told::Nothing, |it| Told::Is(value(it)))
}

fn number<'a>(number: Option<i64>) -> Told<'a> {
    number.map_or(Told::Nothing, |number| Told::Is(Value::Number(number)))
}

fn counted<'a>(count: Option<i64>) -> Told<'a> {
    count.map_or(Told::CannotTell, |count| Told::Is(Value::Number(count)))
}

/// What `obj` is has a rule of its own; where it is no known object, this cannot be told.
fn owner<'a>(reply: &Returned) -> Told<'a> {
    match (&reply.obj, reply.references) {
        (Some(Seen::Is(obj)), Some(references)) if *obj != Obj::Other => {
            Told::Is(Value::Owner { obj: *obj, references })
        }
        _ => Told::CannotTell,
    }
}

fn outputs<'a>(reply: &Returned) -> Told<'a> {
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

fn text(value: Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.into_owned()),
        _ => None,
    }
}

fn numbers(value: Value) -> Option<Vec<i64>> {
    match value {
        Value::Numbers(numbers) => Some(numbers.into_owned()),
        _ => None,
    }
}

/// Puts bytes over those that a reply tells, from one of them on.
fn overlay(reply: &mut Returned, first: usize, bytes: &[u8]) {
    let all = reply.bytes.get_or_insert_default();
    // What no memory of a case has is nothing that could be shown.
    let most = usize::try_from(LARGEST).unwrap_or(usize::MAX);
    let Some(end) = first.checked_add(bytes.len()).filter(|end| *end <= most) else { return };
    all.resize(all.len().max(end), 0);
    all[first..end].copy_from_slice(bytes);
}
