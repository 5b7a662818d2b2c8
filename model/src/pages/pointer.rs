//! # Where an element is
//!
//! The documentation of suboffsets gives a function in C that walks to an element, dimension by
//! dimension: `get_item_pointer`. `PyBuffer_GetPointer` is that function for a view.

use pybuf_protocol::reply::Pointer;
use pybuf_protocol::{Address, Call, Edition, Field, Flags, Value};

use crate::clause::{Clause, clause};
use crate::machine::{Expected, Machine};
use crate::memory::{POINTER, row_size};
use crate::rules::{Answer, Expectation, Outcome, Says};
use crate::state::Layout;

/// A place in a block, or in the rows that the pointers in a block point to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// From the start of the block or, in its rows, from the start of the first row.
    pub address: Address,
    /// Whether it is in the rows, which are numbered one behind the other.
    pub in_rows: bool,
}

impl From<Place> for Value<'_> {
    fn from(Place { address: Address { block, offset }, in_rows }: Place) -> Self {
        Value::Pointer(match in_rows {
            true => Pointer::InRows { block, offset },
            false => Pointer::At { block, offset },
        })
    }
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
    let succeeds = clause!("pointer.always-succeeds");
    let mut answer = Answer::of(Outcome::Success, succeeds)
        .on_success(succeeds, Field::Exception.null())
        .on_success(clause!("pointer.keeps-nothing"), Field::References.is(0))
        .on_success(clause!("pointer.keeps-nothing"), Field::Releases.is(0));
    for (clause, places) in places(layout, indices) {
        answer = answer.on_success(clause, Field::Pointer.one_of(places));
    }
    answer.in_edition(edition)
}

/// Where the element may be by each clause alone; none where no address can be.
fn places(layout: &Layout, indices: &[i64]) -> Vec<(Clause, Vec<Place>)> {
    let Some(place) = get_item_pointer(layout, indices) else { return vec![] };
    let suboffset = clause!("pointer.suboffset");
    let mut negative = layout.suboffsets.iter().flatten().filter(|it| **it < 0).peekable();
    if layout.is_indirect() && negative.peek().is_some() {
        // Each clause permits the mistakes with suboffsets that are not its own.
        let mut added = place;
        added.address.offset =
            negative.fold(place.address.offset, |sum, it| sum.saturating_add(*it));
        let not_followed = walk(layout, indices, |_| None);
        let nothing_added = walk(layout, indices, |suboffset| (suboffset >= 0).then_some(0));
        let others = [not_followed, nothing_added].into_iter().flatten();
        let mut by_negative = vec![place];
        by_negative.extend(others.filter(|other| *other != place));
        return vec![
            (suboffset, vec![place, added]),
            (clause!("pointer.negative-suboffset"), by_negative),
        ];
    }
    let clause = match () {
        () if layout.is_indirect() => suboffset,
        () if layout.ndim() == 0 => clause!("pointer.scalar"),
        () => clause!("pointer.strides"),
    };
    vec![(clause, vec![place])]
}

impl Machine {
    /// What is expected of a call of this page.
    pub(crate) fn expect_pointer(&self, call: &Call) -> Option<Expected> {
        let Call::GetPointer { view, indices } = call else { return None };
        Some(self.expect_of_view(*view, |viewed| {
            let Some((object, asked)) = viewed else {
                let scalar = Layout { shape: vec![], strides: vec![], ..Layout::bytes(0) };
                return Ok(get_pointer(&scalar, &[], self.edition));
            };
            let layout = &object.layout;
            let inside = |(index, extent): (&i64, &i64)| (0..*extent).contains(index);
            if layout.ndim() > 0 && !asked.whole().contains(Flags::STRIDES) {
                return Err("the view has no strides".into());
            }
            if layout.ndim() != indices.len() as i64
                || !indices.iter().zip(&layout.shape).all(inside)
            {
                return Err("there is no such element".into());
            }
            Ok(get_pointer(layout, indices, self.edition))
        }))
    }
}
