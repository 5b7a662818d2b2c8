//! Values of the model, in the form that they have in replies, and so in files.

use pybuf_model::expectation::{self, Exception, Permits};
use pybuf_model::layout::Address;
use pybuf_model::pointer::Place;

use super::statement::{Owner, Permitted};
use crate::reply::{Obj, Pointer};

/// A set of values, as it is written.
pub(super) fn written<T: Value>(permits: &Permits<T>) -> Permitted<T::Written> {
    match permits {
        Permits::Exactly(value) => Permitted::Exactly(value.written()),
        Permits::OneOf(values) => Permitted::OneOf(values.iter().map(Value::written).collect()),
    }
}

/// A set of values that was written; or why there can be no such value.
pub(super) fn read<T: Value>(permitted: &Permitted<T::Written>) -> Result<Permits<T>, String> {
    Ok(match permitted {
        Permitted::Exactly(value) => Permits::Exactly(T::read(value)?),
        Permitted::OneOf(values) => {
            Permits::OneOf(values.iter().map(T::read).collect::<Result<_, _>>()?)
        }
    })
}

/// A value of the model, which is written as it stands in a reply.
pub(super) trait Value: Sized {
    type Written;
    fn written(&self) -> Self::Written;
    fn read(written: &Self::Written) -> Result<Self, String>;
}

/// Values that are the same in both.
macro_rules! as_they_are {
    ($($value:ty),*) => {$(
        impl Value for $value {
            type Written = $value;
            fn written(&self) -> $value {
                self.clone()
            }
            fn read(written: &$value) -> Result<$value, String> {
                Ok(written.clone())
            }
        }
    )*};
}
as_they_are!(i64, bool, Option<String>, Vec<i64>, Option<Vec<i64>>, Vec<u8>);

impl Value for Option<Exception> {
    type Written = Option<String>;

    fn written(&self) -> Option<String> {
        self.map(|exception| exception.name().to_owned())
    }

    fn read(written: &Option<String>) -> Result<Self, String> {
        let named = |name: &String| {
            Exception::named(name).ok_or_else(|| format!("{name:?} is no exception of the suite"))
        };
        written.as_ref().map(named).transpose()
    }
}

impl Value for Option<Address> {
    type Written = Pointer;

    fn written(&self) -> Pointer {
        match *self {
            None => Pointer::Null,
            Some(Address { block, offset }) => Pointer::At { block, offset },
        }
    }

    fn read(written: &Pointer) -> Result<Self, String> {
        match *written {
            Pointer::Null => Ok(None),
            Pointer::At { block, offset } => Ok(Some(Address { block, offset })),
            _ => Err(format!("{written:?} is no address in a block")),
        }
    }
}

impl Value for Place {
    type Written = Pointer;

    fn written(&self) -> Pointer {
        let Address { block, offset } = self.address;
        match self.in_rows {
            true => Pointer::InRows { block, offset },
            false => Pointer::At { block, offset },
        }
    }

    fn read(written: &Pointer) -> Result<Self, String> {
        match *written {
            Pointer::At { block, offset } => {
                Ok(Place { address: Address { block, offset }, in_rows: false })
            }
            Pointer::InRows { block, offset } => {
                Ok(Place { address: Address { block, offset }, in_rows: true })
            }
            _ => Err(format!("{written:?} is no place of an element")),
        }
    }
}

impl Value for expectation::Obj {
    type Written = Obj;

    fn written(&self) -> Obj {
        match self {
            expectation::Obj::Null => Obj::Null,
            expectation::Obj::Exporter => Obj::Exporter,
            expectation::Obj::Root => Obj::Root,
        }
    }

    fn read(written: &Obj) -> Result<Self, String> {
        written.known().ok_or_else(|| "another object is never expected".into())
    }
}

impl Value for (expectation::Obj, i64) {
    type Written = Owner;

    fn written(&self) -> Owner {
        Owner { obj: self.0.written(), references: self.1 }
    }

    fn read(written: &Owner) -> Result<Self, String> {
        Ok((Value::read(&written.obj)?, written.references))
    }
}
