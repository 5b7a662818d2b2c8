//! # Where an element is
//!
//! The documentation of suboffsets gives a function in C that walks to an element, dimension by
//! dimension: `get_item_pointer`. `PyBuffer_GetPointer` is that function for a view.

use crate::clause::{Clause, clause};
use crate::edition::Edition;
use crate::expectation::{Answer, Expectation, Fact, Outcome, Permits, Permits::Exactly};
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
    walk(layout, indices, |suboffset| (suboffset >= 0).then_some(suboffset))
}

/// Where one comes to who follows a pointer for some suboffsets, and then adds so many bytes.
fn walk(layout: &Layout, indices: &[i64], followed: impl Fn(i64) -> Option<i64>) -> Option<Place> {
    let mut place = Place { address: layout.start, in_rows: false };
    for (dimension, index) in indices.iter().enumerate() {
        let step = layout.strides.get(dimension)?.checked_mul(*index)?;
        let offset = place.address.offset.checked_add(step)?;
        let suboffset = match &layout.suboffsets {
            Some(suboffsets) => *suboffsets.get(dimension)?,
            None => -1,
        };
        place.address.offset = offset;
        if let Some(bytes) = followed(suboffset) {
            // The pointers lie one behind the other, and so do the rows in our numbering.
            let row = (offset / POINTER).checked_mul(row_size(layout))?;
            place.address.offset = row.checked_add(bytes)?;
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
    let mut answer = Answer::of(Outcome::Success, succeeds)
        .on_success(succeeds, Fact::Raises(Exactly(None)))
        .on_success(clause!("pointer.keeps-nothing"), Fact::References(Exactly(0)))
        .on_success(clause!("pointer.keeps-nothing"), Fact::Releases(Exactly(0)));
    for (clause, places) in places(layout, indices) {
        answer = answer.on_success(clause, Fact::Element(places));
    }
    answer.in_edition(edition).into()
}

/// Where the element may be by each clause alone; none where no address can be.
fn places(layout: &Layout, indices: &[i64]) -> Vec<(Clause, Permits<Place>)> {
    let Some(place) = get_item_pointer(layout, indices) else { return vec![] };
    let suboffset = clause!("pointer.suboffset");
    let negative: Vec<i64> =
        layout.suboffsets.iter().flatten().copied().filter(|it| *it < 0).collect();
    if layout.is_indirect() && !negative.is_empty() {
        // Each clause permits the mistakes with suboffsets that are not its own.
        let mut added = place;
        negative.iter().for_each(|it| {
            added.address.offset = added.address.offset.saturating_add(*it);
        });
        let not_followed = walk(layout, indices, |_| None);
        let nothing_added = walk(layout, indices, |suboffset| (suboffset >= 0).then_some(0));
        let others = [not_followed, nothing_added].into_iter().flatten();
        let mut by_negative = vec![place];
        by_negative.extend(others.filter(|other| *other != place));
        return vec![
            (suboffset, Permits::OneOf(vec![place, added])),
            (clause!("pointer.negative-suboffset"), Permits::OneOf(by_negative)),
        ];
    }
    let clause = match () {
        () if layout.is_indirect() => suboffset,
        () if layout.ndim() == 0 => clause!("pointer.scalar"),
        () => clause!("pointer.strides"),
    };
    vec![(clause, Exactly(place))]
}
