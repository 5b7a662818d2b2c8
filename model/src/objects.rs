//! # Objects
//!
//! What Python's own exporters offer, edition by edition, and the kinds of object that are written to
//! test with. An object that an edition does not have is answered with the clause that says so.
//! Clauses: `object.*`.
//!
//! `block` is the block of memory that the object owns. Lengths are in bytes unless said otherwise.

use crate::clause::{Clause, clause};
use crate::edition::Edition;
use crate::expectation::Exception;
use crate::exporter::{Exporter, OldSlots, Slot, State};
use crate::layout::{Address, Layout};
use crate::memoryview;

/// An object, or the clause by which the edition does not have it.
pub type Made = Result<Exporter, Clause>;

/// `bytes`, which Python 2 calls `str`: never writable; characters to the old protocol.
pub fn bytes(block: usize, len: i64, edition: Edition) -> Made {
    let layout = row(block, 1, "B", len);
    let old = slots_of(&layout, Slot::Works, Slot::Missing, Slot::Works, Some(1));
    Ok(both(old, layout, true, edition))
}

/// `bytearray`.
pub fn bytearray(block: usize, len: i64, edition: Edition) -> Made {
    absent(clause!("object.bytearray.since-2.7-draft"), edition)?;
    let layout = row(block, 1, "B", len);
    let old = slots_of(&layout, Slot::Works, Slot::Works, Slot::Works, Some(1));
    Ok(both(old, layout, false, edition))
}

/// `array.array` with `len` items. In Python 2 it has the old slots only, and none for characters.
pub fn array(block: usize, format: char, itemsize: i64, len: i64, edition: Edition) -> Made {
    let layout = row(block, itemsize, &format.to_string(), len);
    if edition.has_old_slots() {
        let old = slots_of(&layout, Slot::Works, Slot::Works, Slot::Missing, Some(1));
        return Ok(Exporter { old: Some(old), new: None });
    }
    Ok(Exporter::new_protocol(layout, false))
}

/// `memoryview(base)`: a view of all of `base`, under the new protocol only.
pub fn memoryview(base: Exporter, edition: Edition) -> Made {
    absent(clause!("object.memoryview.since-2.7-draft"), edition)?;
    Ok(memoryview::of(&base))
}

/// `view[start:stop:step]`, in elements of dimension 0, which there is. Steps other than 1 came in 3.3.
pub fn sliced(
    mut view: Exporter,
    (start, stop, step): (Option<i64>, Option<i64>, i64),
    edition: Edition,
) -> Made {
    if step != 1 {
        absent(clause!("object.memoryview.steps-since-3.3"), edition)?;
    }
    if let Some(Layout { start: first, shape, strides, .. }) =
        view.new.as_mut().map(|new| &mut new.layout)
        && let (Some(extent), Some(stride)) = (shape.first_mut(), strides.first_mut())
    {
        let (index, count) = slice_indices(*extent, start, stop, step);
        first.offset = first.offset.saturating_add(index.saturating_mul(*stride));
        *extent = count;
        *stride = stride.saturating_mul(step);
    }
    Ok(view)
}

/// `view.cast(format, shape)`, of contiguous memory.
pub fn cast(
    mut view: Exporter,
    (format, itemsize): (char, i64),
    shape: &[i64],
    edition: Edition,
) -> Made {
    absent(clause!("object.memoryview.cast-since-3.3"), edition)?;
    if let Some(new) = view.new.as_mut() {
        new.layout.format = format.to_string();
        new.layout.itemsize = itemsize;
        new.layout.shape = shape.to_vec();
        new.layout.strides =
            crate::layout::packed_strides(shape, itemsize, crate::layout::Order::C);
    }
    Ok(view)
}

/// `view.release()`.
pub fn released(mut view: Exporter, edition: Edition) -> Made {
    absent(clause!("object.memoryview.release-since-3.2"), edition)?;
    if let Some(new) = view.new.as_mut() {
        new.state = State::Released;
    }
    Ok(view)
}

/// A type of one's own that exports `layout` under the new protocol.
pub fn exporter(layout: Layout, readonly: bool, edition: Edition) -> Made {
    absent(clause!("object.exporter.since-2.7-draft"), edition)?;
    Ok(Exporter::new_protocol(layout, readonly))
}

/// CPython's own exporter for tests, `_testbuffer.ndarray`.
pub fn ndarray(layout: Layout, readonly: bool, edition: Edition) -> Made {
    absent(clause!("object.ndarray.since-3.3"), edition)?;
    Ok(Exporter::new_protocol(layout, readonly))
}

/// A type of one's own each of whose slots raises.
pub fn raising(exception: Exception, edition: Edition) -> Made {
    let layout = row(0, 1, "B", 0);
    let raises = Slot::Raises(exception);
    let old = slots_of(&layout, raises, raises, raises, Some(1));
    let mut object = both(old, layout, false, edition);
    if let Some(new) = object.new.as_mut() {
        new.state = State::Raises(exception);
    }
    Ok(object)
}

/// A type of one's own with old slots only, which say that there are `len` bytes. A negative length
/// is a failure.
pub fn slots(
    block: usize,
    [read, write, char]: [Slot; 3],
    segments: Option<i64>,
    len: i64,
    edition: Edition,
) -> Made {
    absent(clause!("object.old-slots.until-2.7"), edition)?;
    if i32::try_from(len).is_err() {
        absent(clause!("old.length.int-until-2.2"), edition)?;
    }
    let layout = row(block, 1, "B", len);
    let old = slots_of(&layout, read, write, char, segments);
    Ok(Exporter { old: Some(old), new: None })
}

fn row(block: usize, itemsize: i64, format: &str, len: i64) -> Layout {
    Layout {
        start: Address { block, offset: 0 },
        itemsize,
        format: format.into(),
        shape: vec![len],
        strides: vec![itemsize],
        suboffsets: None,
    }
}

fn slots_of(
    layout: &Layout,
    read: Slot,
    write: Slot,
    char: Slot,
    segments: Option<i64>,
) -> OldSlots {
    OldSlots { read, write, char, segments, start: layout.start, len: layout.len() }
}

/// An object with old slots while there are such, and with the new protocol as soon as there is.
fn both(old: OldSlots, layout: Layout, readonly: bool, edition: Edition) -> Exporter {
    let new = Exporter::new_protocol(layout, readonly).new;
    Exporter {
        old: edition.has_old_slots().then_some(old),
        new: new.filter(|_| edition.has_new_protocol()),
    }
}

/// Fails by a clause that says in which editions something is not there.
fn absent(clause: Clause, edition: Edition) -> Result<(), Clause> {
    if clause.holds(edition) { Err(clause) } else { Ok(()) }
}

/// The first index and the number of the elements that a Python slice takes of `len`. `step` is not 0.
fn slice_indices(len: i64, start: Option<i64>, stop: Option<i64>, step: i64) -> (i64, i64) {
    // Backwards, the places to stand on are -1 (before all elements) to len - 1.
    let (low, high) = if step < 0 { (-1, len - 1) } else { (0, len) };
    let from_start = |index: i64| if index < 0 { index.saturating_add(len) } else { index };
    let place = |index: i64| from_start(index).clamp(low, high);
    let (from, to) = if step < 0 { (high, low) } else { (low, high) };
    let (first, end) = (start.map_or(from, place), stop.map_or(to, place));
    let span = if step < 0 { first - end } else { end - first };
    let count = if span <= 0 { 0 } else { (span - 1) / step.saturating_abs() + 1 };
    (first, count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_are_pythons() {
        assert_eq!(slice_indices(6, None, None, 2), (0, 3));
        assert_eq!(slice_indices(6, None, None, -1), (5, 6));
        assert_eq!(slice_indices(6, Some(-2), None, 1), (4, 2));
        assert_eq!(slice_indices(6, Some(0), Some(0), 2), (0, 0));
        assert_eq!(slice_indices(6, Some(9), Some(-9), -2), (5, 3));
        assert_eq!(slice_indices(0, None, None, -1), (-1, 0));
    }

    #[test]
    fn a_stepped_view_starts_at_its_first_element() {
        let base = bytearray(0, 6, Edition::V3_12).and_then(|b| memoryview(b, Edition::V3_12));
        let view = base.and_then(|view| sliced(view, (None, None, -2), Edition::V3_12));
        let layout = view.expect("3.12 has it").new.expect("a view exports").layout;
        assert_eq!((layout.start.offset, layout.shape[0], layout.strides[0]), (5, 3, -2));
    }
}
