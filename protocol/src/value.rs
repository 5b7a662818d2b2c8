//! # Values
//!
//! What a field of a reply can hold, whatever the field.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::exception::Exception;
use crate::layout::Address;
use crate::reply::{Obj, Pointer};

/// The value of a field of a reply. In JSON it is written as it stands in a reply; what kind of value a
/// text or a list is, the field tells ([`Field::adopt`](crate::Field::adopt)).
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(untagged)]
pub enum Value<'a> {
    /// NULL; of exceptions, none.
    Null,
    /// A truth value.
    Truth(bool),
    /// A number: bytes, elements or references.
    Number(i64),
    /// Where a pointer points.
    Pointer(Pointer),
    /// What `view->obj` points to.
    Obj(Obj),
    /// A format, or the name of an exception.
    Text(Cow<'a, str>),
    /// Entries of an array.
    Numbers(Cow<'a, [i64]>),
    /// Contents of memory.
    #[serde(skip_deserializing)]
    Bytes(Cow<'a, [u8]>),
    /// `view->obj`, and by how much the count of references has changed.
    Owner {
        /// `view->obj`.
        obj: Obj,
        /// The change.
        references: i64,
    },
}

impl Value<'_> {
    /// The same, which borrows nothing.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Value::Null => Value::Null,
            Value::Truth(truth) => Value::Truth(truth),
            Value::Number(number) => Value::Number(number),
            Value::Pointer(pointer) => Value::Pointer(pointer),
            Value::Obj(obj) => Value::Obj(obj),
            Value::Text(text) => Value::Text(text.into_owned().into()),
            Value::Numbers(numbers) => Value::Numbers(numbers.into_owned().into()),
            Value::Bytes(bytes) => Value::Bytes(bytes.into_owned().into()),
            Value::Owner { obj, references } => Value::Owner { obj, references },
        }
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Value::Number(number)
    }
}

impl From<bool> for Value<'_> {
    fn from(truth: bool) -> Self {
        Value::Truth(truth)
    }
}

impl From<Obj> for Value<'_> {
    fn from(obj: Obj) -> Self {
        Value::Obj(obj)
    }
}

impl From<(Obj, i64)> for Value<'_> {
    fn from((obj, references): (Obj, i64)) -> Self {
        Value::Owner { obj, references }
    }
}

impl From<Pointer> for Value<'_> {
    fn from(pointer: Pointer) -> Self {
        Value::Pointer(pointer)
    }
}

impl From<Option<Address>> for Value<'_> {
    fn from(address: Option<Address>) -> Self {
        Value::Pointer(match address {
            Some(Address { block, offset }) => Pointer::At { block, offset },
            None => Pointer::Null,
        })
    }
}

impl From<Address> for Value<'_> {
    fn from(address: Address) -> Self {
        Some(address).into()
    }
}

impl From<Exception> for Value<'_> {
    fn from(exception: Exception) -> Self {
        Value::Text(exception.name().into())
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Value::Text(text.into())
    }
}

impl From<Vec<i64>> for Value<'_> {
    fn from(numbers: Vec<i64>) -> Self {
        Value::Numbers(numbers.into())
    }
}

impl From<Vec<u8>> for Value<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Value::Bytes(bytes.into())
    }
}

macro_rules! null_if_none {
    ($($type:ty)*) => {
        $(impl From<Option<$type>> for Value<'_> {
            fn from(value: Option<$type>) -> Self {
                value.map_or(Value::Null, Value::from)
            }
        })*
    };
}

null_if_none!(Exception String Vec<i64>);
