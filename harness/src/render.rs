//! # Calls as text
//!
//! A case in the words that its reader would write it in: Python for objects, C for calls.

use std::ops::RangeBounds;

use pybuf_protocol::call::About;
use pybuf_protocol::call::text::Names;

use crate::call::Call;
use crate::case::Case;

/// A call of a case, as C would have it.
pub fn call(case: &Case, index: usize) -> String {
    case.calls.get(index).map_or(String::new(), |call| call.in_c(&Made(case)))
}

/// Some calls of a case, one after the other.
pub fn calls(case: &Case, which: impl RangeBounds<usize>) -> String {
    let each = (0..case.calls.len()).filter(|index| which.contains(index));
    each.map(|index| call(case, index)).collect::<Vec<_>>().join("; ")
}

/// Names each object of a case by how it was made.
struct Made<'a>(&'a Case);

impl Names for Made<'_> {
    fn object(&self, number: usize) -> String {
        match self.0.maker(number) {
            Some(Call::Make { object }) => object.to_string(),
            // Nothing is made of what comes after it.
            Some(maker) if !matches!(maker.about(), About::Object(base) if base >= number) => {
                maker.in_c(self)
            }
            _ => format!("object {number}"),
        }
    }
}
