//! # Values
//!
//! What a field of a reply can hold, whatever the field.

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::exception::Exception;
use crate::layout::Address;
use crate::reply::{Obj, Pointer, Seen};

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

/// Something that a reply holds.
pub(crate) trait Held: Sized {
    /// What it tells.
    fn told(&self) -> Told<'_>;
    /// The one that tells a value, if there is one.
    fn telling(value: Value) -> Option<Self>;
}

impl<T: Held> Held for Option<T> {
    fn told(&self) -> Told<'_> {
        self.as_ref().map_or(Told::Is(Value::Null), Held::told)
    }

    fn telling(value: Value) -> Option<Self> {
        if value == Value::Null { Some(None) } else { T::telling(value).map(Some) }
    }
}

impl<T: Held> Held for Seen<T> {
    fn told(&self) -> Told<'_> {
        match self {
            Seen::Is(it) => it.told(),
            Seen::Untouched => Told::NotWritten,
        }
    }

    fn telling(value: Value) -> Option<Self> {
        T::telling(value).map(Seen::Is)
    }
}

/// The types of which each kind of value is.
macro_rules! kinds {
    ($($kind:ident: $type:ty, |$held:ident| $lent:expr;)*) => {
        $(
            impl From<$type> for Value<'_> {
                fn from(held: $type) -> Self {
                    Value::$kind(held.into())
                }
            }

            impl Held for $type {
                fn told(&self) -> Told<'_> {
                    let $held = self;
                    Told::Is(Value::$kind($lent))
                }

                fn telling(value: Value) -> Option<Self> {
                    match value {
                        Value::$kind(held) => Some(held.into()),
                        _ => None,
                    }
                }
            }
        )*
    };
}

kinds! {
    Number: i64, |it| *it;
    Truth: bool, |it| *it;
    Pointer: Pointer, |it| *it;
    Obj: Obj, |it| *it;
    Text: String, |it| it.into();
    Numbers: Vec<i64>, |it| it.into();
    Bytes: Vec<u8>, |it| it.into();
}

impl From<(Obj, i64)> for Value<'_> {
    fn from((obj, references): (Obj, i64)) -> Self {
        Value::Owner { obj, references }
    }
}

impl From<Address> for Value<'_> {
    fn from(Address { block, offset }: Address) -> Self {
        Value::Pointer(Pointer::At { block, offset })
    }
}

impl From<Exception> for Value<'_> {
    fn from(exception: Exception) -> Self {
        Value::Text(exception.name().into())
    }
}

impl<T> From<Option<T>> for Value<'_>
where
    Self: From<T>,
{
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Value::from)
    }
}
