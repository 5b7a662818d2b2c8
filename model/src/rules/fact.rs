//! # Facts
//!
//! What a rule says of a reply that succeeded or failed: a field of it has a value of some set. Everything
//! that can be done with a fact is done here for all fields alike: comparing it with a reply, finding out
//! whether another fact follows from it, showing it, writing it as JSON.

use std::fmt;

use pybuf_protocol::{Field, Returned, Told, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A field of a reply, and the values that it may have.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "Written")]
pub struct Fact {
    /// Which field.
    pub field: Field,
    /// Its values.
    pub permits: Permits,
}

// A fact as it is read, before its values are known to be those of the field. Its documentation is that of
// the fact in a schema.
/// A field of a reply, and the values that it may have.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "Fact")]
struct Written {
    /// Which field.
    field: Field,
    /// Its values.
    permits: Permits,
}

impl TryFrom<Written> for Fact {
    type Error = String;

    fn try_from(Written { field, permits }: Written) -> Result<Fact, String> {
        let adopt = |value| field.adopt(value).map_err(|number| format!("{number} is no byte"));
        let permits = match permits {
            Permits::Exactly(value) => Permits::Exactly(adopt(value)?),
            Permits::OneOf(values) => {
                Permits::OneOf(values.into_iter().map(adopt).collect::<Result<_, _>>()?)
            }
            permits => permits,
        };
        Ok(Fact { field, permits })
    }
}

/// A set of values.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Permits {
    /// One value.
    Exactly(Value<'static>),
    /// One of these.
    OneOf(Vec<Value<'static>>),
    /// Any that is written; of exceptions, any that is set.
    Something,
    /// NULL, or negative entries only: of suboffsets, those that dereference nothing.
    NoneToFollow,
}

/// What can be said of a field.
pub trait Says: Sized {
    /// It has a value of this set.
    fn permits(self, permits: Permits) -> Fact;

    /// It has this value.
    fn is(self, value: impl Into<Value<'static>>) -> Fact {
        self.permits(Permits::Exactly(value.into()))
    }

    /// It is NULL; of exceptions, none is set.
    fn null(self) -> Fact {
        self.is(Value::Null)
    }

    /// It has one of these values.
    fn one_of<V: Into<Value<'static>>>(self, values: impl IntoIterator<Item = V>) -> Fact {
        let mut values = values.into_iter().map(Into::into);
        self.permits(match (values.next(), values.next()) {
            (Some(only), None) => Permits::Exactly(only),
            (first, second) => {
                Permits::OneOf(first.into_iter().chain(second).chain(values).collect())
            }
        })
    }

    /// It is there, whatever its value.
    fn something(self) -> Fact {
        self.permits(Permits::Something)
    }

    /// It leads to no pointer.
    fn none_to_follow(self) -> Fact {
        self.permits(Permits::NoneToFollow)
    }
}

impl Says for Field {
    fn permits(self, permits: Permits) -> Fact {
        Fact { field: self, permits }
    }
}

impl Permits {
    /// The values one by one, if they can be told.
    pub fn values(&self) -> Option<&[Value<'static>]> {
        match self {
            Permits::Exactly(value) => Some(std::slice::from_ref(value)),
            Permits::OneOf(values) => Some(values),
            Permits::Something | Permits::NoneToFollow => None,
        }
    }

    /// Whether `value` is in the set.
    pub fn allows(&self, value: &Value) -> bool {
        match (self, value) {
            (Permits::Exactly(permitted), _) => value == permitted,
            (Permits::OneOf(permitted), _) => permitted.iter().any(|it| it == value),
            (Permits::Something, _) => *value != Value::Null,
            (Permits::NoneToFollow, Value::Numbers(entries)) => entries.iter().all(|it| *it < 0),
            (Permits::NoneToFollow, _) => *value == Value::Null,
        }
    }

    /// Whether every value of the set is in `other`, too.
    fn implies(&self, other: &Permits) -> bool {
        match self.values() {
            Some(values) => values.iter().all(|value| other.allows(value)),
            None => self == other,
        }
    }
}

/// How a fact and a reply go together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Check {
    /// The reply is as stated.
    Holds,
    /// The reply cannot tell.
    CannotTell,
    /// It is not.
    Broken {
        /// What was stated, such as `format NULL`.
        expected: String,
        /// What the reply says, such as `format "i"`.
        observed: String,
    },
}

impl Fact {
    /// Compares it with what a reply tells.
    pub fn check(&self, reply: &Returned) -> Check {
        let field = self.field;
        let observed = match field.of(reply) {
            Told::CannotTell => return Check::CannotTell,
            Told::Is(value) => {
                let value = self.as_long(value);
                if self.permits.allows(&value) {
                    return Check::Holds;
                }
                field.has(&value)
            }
            Told::NotWritten => format!("{field} not written"),
            Told::Nothing => format!("{field} is not told"),
        };
        Check::Broken { expected: self.to_string(), observed }
    }

    /// Whether every reply that is as this fact says is also as `other` says.
    pub fn implies(&self, other: &Fact) -> bool {
        self.field == other.field && self.permits.implies(&other.permits)
    }

    /// The permitted values in words.
    pub fn values(&self) -> String {
        match &self.permits {
            Permits::Something if self.field == Field::Exception => "any".into(),
            Permits::Something => "anywhere".into(),
            Permits::NoneToFollow => "NULL or negative".into(),
            permits => {
                let each = permits.values().unwrap_or_default().iter();
                each.map(|value| self.field.show(value)).collect::<Vec<_>>().join(" or ")
            }
        }
    }

    /// Of bytes from an offset on, as many as are permitted; any other value as it is.
    fn as_long<'a>(&self, value: Value<'a>) -> Value<'a> {
        let permitted = self.permits.values().and_then(|values| values.first());
        match (self.field, permitted, value) {
            (Field::BytesFrom(_), Some(Value::Bytes(permitted)), Value::Bytes(rest)) => {
                Value::Bytes(rest[..permitted.len().min(rest.len())].to_vec().into())
            }
            (_, _, value) => value,
        }
    }
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field, self.values())
    }
}
