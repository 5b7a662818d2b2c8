//! # Values as text
//!
//! Values as they stand in a report.

use pybuf_model::expectation::{self, Exception, Permits};
use pybuf_model::layout::Address;
use pybuf_model::pointer::Place;

/// Values as they stand in a report.
pub(crate) trait Show {
    fn show(&self) -> String;
}

pub(crate) fn show<T: Show>(permits: &Permits<T>) -> String {
    match permits {
        Permits::Exactly(value) => value.show(),
        Permits::OneOf(values) => values.iter().map(Show::show).collect::<Vec<_>>().join(" or "),
    }
}

impl Show for i64 {
    fn show(&self) -> String {
        self.to_string()
    }
}

impl Show for bool {
    fn show(&self) -> String {
        if *self { "set".into() } else { "0".into() }
    }
}

impl Show for Option<Exception> {
    fn show(&self) -> String {
        self.map_or("none".into(), |exception| exception.name().into())
    }
}

impl Show for expectation::Obj {
    fn show(&self) -> String {
        match self {
            expectation::Obj::Null => "NULL".into(),
            expectation::Obj::Exporter => "the exporter".into(),
            expectation::Obj::Root => "the object it is a view of".into(),
        }
    }
}

impl Show for (expectation::Obj, i64) {
    fn show(&self) -> String {
        format!("{} and {:+}", self.0.show(), self.1)
    }
}

impl Show for Option<Address> {
    fn show(&self) -> String {
        match self {
            Some(Address { block, offset }) => format!("block {block} + {offset}"),
            None => "NULL".into(),
        }
    }
}

impl Show for Place {
    fn show(&self) -> String {
        let address = Some(self.address).show();
        if self.in_rows { format!("rows of {address}") } else { address }
    }
}

impl Show for Option<String> {
    fn show(&self) -> String {
        self.as_ref().map_or("NULL".into(), |text| format!("{text:?}"))
    }
}

impl Show for Vec<i64> {
    fn show(&self) -> String {
        format!("{self:?}")
    }
}

impl Show for Vec<u8> {
    fn show(&self) -> String {
        let each: Vec<_> = self.iter().map(|byte| format!("{byte:02x}")).collect();
        each.join(" ")
    }
}

impl Show for Option<Vec<i64>> {
    fn show(&self) -> String {
        self.as_ref().map_or("NULL".into(), |entries| format!("{entries:?}"))
    }
}
