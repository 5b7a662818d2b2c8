//! # Where an element is
//!
//! The documentation of suboffsets gives a function in C that walks to an element, dimension by
//! dimension: `get_item_pointer`. `PyBuffer_GetPointer` is that function for a view.

use crate::clause::clause;
use crate::edition::Edition;
use crate::expectation::{Answer, Expectation, Fact, Outcome, Permits::Exactly};
use crate::layout::{Address, Layout};
use crate::memory::{POINTER, row_size};

/// A place in a block, or in the rows that the pointers in a block point to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// From the start of the block or, in its rows, from the start of the first row.
    pub address: Address,
    /// Whether it is in the rows, which are numbered one behind the other.
    pub in_rows: bool,
}

/// `get_item_pointer`: where the element of these indices is, one index a dimension. `None` with too
/// many indices, or where no address can be.
pub fn get_item_pointer(layout: &Layout, indices: &[i64]) -> Option<Place> {
    let mut place = Place { address: layout.start, in_rows: false };
    for (dimension, index) in indices.iter().enumerate() {
        let step = layout.strides.get(dimension)?.checked_mul(*index)?;
        let offset = place.address.offset.checked_add(step)?;
        let suboffset = match &layout.suboffsets {
            Some(suboffsets) => *suboffsets.get(dimension)?,
            None => -1,
        };
        place.address.offset = offset;
        if suboffset >= 0 {
            // The pointers lie one behind the other, and so do the rows in our numbering.
            let row = (offset / POINTER).checked_mul(row_size(layout))?;
            place.address.offset = row.checked_add(suboffset)?;
            place.in_rows = true;
        }
    }
    Some(place)
}

/// `PyBuffer_GetPointer`, of a view of `layout` with its strides, and of an element that there is.
/// Clauses: `pointer.*`.
pub fn get_pointer(layout: &Layout, indices: &[i64], edition: Edition) -> Expectation {
    let since = clause!("pointer.since-2.7-draft");
    if since.holds(edition) {
        return Expectation::not_in_edition(since);
    }
    let succeeds = clause!("pointer.always-succeeds");
    let some_negative = layout.suboffsets.iter().flatten().any(|&suboffset| suboffset < 0);
    let clause = match () {
        () if layout.is_indirect() && some_negative => clause!("pointer.negative-suboffset"),
        () if layout.is_indirect() => clause!("pointer.suboffset"),
        () if layout.ndim() == 0 => clause!("pointer.scalar"),
        () => clause!("pointer.strides"),
    };
    let answer = Answer::of(Outcome::Success, succeeds)
        .on_success(succeeds, Fact::Raises(Exactly(None)))
        .on_success(clause!("pointer.keeps-nothing"), Fact::References(Exactly(0)))
        .on_success(clause!("pointer.keeps-nothing"), Fact::Releases(Exactly(0)));
    let answer = match get_item_pointer(layout, indices) {
        Some(place) => answer.on_success(clause, Fact::Element(Exactly(place))),
        None => answer,
    };
    answer.in_edition(edition).into()
}
