//! # Objects
//!
//! What Python's own exporters offer, edition by edition, and the kinds of object that are written to
//! test with. Clauses: `object.*`.
//!
//! `block` is the block of memory that the object owns. Lengths are in bytes unless said otherwise.

use pybuf_protocol::object::{Layout as Recipe, Object, OldSlot, Step, native_size};
use pybuf_protocol::{Address, Edition, Exception};

use crate::clause::{Clause, clause};
use crate::exporter::{Exporter, OldSlots, Slot, State};
use crate::layout::{Layout, Order, packed_strides};

/// What the object of a recipe offers to consumers, or the clause by which the edition does not have it.
///
/// # Errors
///
/// Why there can be no such object, in any edition.
pub fn describe(
    object: &Object,
    block: usize,
    edition: Edition,
) -> Result<Result<Exporter, Clause>, String> {
    if let Some(clause) = absent(object, edition) {
        return Ok(Err(clause));
    }
    Ok(Ok(match object {
        Object::Plain => Exporter::none(),
        Object::Bytes { len } => bytes(block, *len, true, edition)?,
        Object::Bytearray { len } => bytes(block, *len, false, edition)?,
        Object::Array { typecode, len } => {
            let itemsize = native_size(*typecode)
                .ok_or_else(|| format!("{typecode:?} is no type code of the suite"))?;
            array(Layout::row(block, itemsize, &typecode.to_string(), length(*len)?), edition)
        }
        Object::Memoryview { len, readonly, steps } => {
            let mut view = bytes(block, *len, *readonly, edition)?.memoryview();
            for step in steps {
                take(step, &mut view)?;
            }
            view
        }
        Object::Exporter { layout, readonly } | Object::Ndarray { layout, readonly } => {
            Exporter::new_protocol(lying(layout, block)?, *readonly)
        }
        Object::Raising { exception } => raising(
            Exception::named(exception)
                .ok_or_else(|| format!("{exception:?} is no exception of the suite"))?,
            edition,
        ),
        Object::Slots { read, write, char, segments, len, raises } => {
            let slots = [(read, OldSlot::Read), (write, OldSlot::Write), (char, OldSlot::Char)];
            let slots = slots.map(|(there, name)| match raises {
                _ if !there => Slot::Missing,
                Some(raising) if *raising == name => Slot::Raises(Exception::ValueError),
                _ => Slot::Works,
            });
            // A count that fails is negative.
            let raising = *raises == Some(OldSlot::Segments);
            let segments = segments.map(|count| if raising { -1 } else { count });
            let layout = Layout::row(block, 1, "B", len.unwrap_or(FIVE));
            let old = OldSlots::over(&layout, slots, segments);
            Exporter { old: Some(old), new: None }
        }
    }))
}

/// How the memory lies that an object lends in the newest edition; `None` if it lends none.
pub fn layout(object: &Object) -> Option<Layout> {
    Some(describe(object, 0, Edition::LATEST).ok()?.ok()?.new?.layout)
}

/// The clause by which an edition does not have an object; `None` if it has it.
fn absent(object: &Object, edition: Edition) -> Option<Clause> {
    let absent = presence(object).into_iter().find(|clause| !clause.holds(edition));
    let too_long = clause!("old.length.int-until-2.2");
    match object {
        Object::Slots { len: Some(len), .. } if i32::try_from(*len).is_err() => {
            absent.or(Some(too_long).filter(|clause| clause.holds(edition)))
        }
        _ => absent,
    }
}

/// The clauses that say which editions have an object. Each of them must hold.
pub fn presence(object: &Object) -> Vec<Clause> {
    let bytearray = clause!("object.bytearray.since-2.7-draft");
    let of_step = |step: &Step| match step {
        Step::Slice { step: 1, .. } => None,
        Step::Slice { .. } => Some(clause!("object.memoryview.steps-since-3.3")),
        Step::Cast { .. } => Some(clause!("object.memoryview.cast-since-3.3")),
        Step::Release => Some(clause!("object.memoryview.release-since-3.2")),
    };
    match object {
        Object::Plain | Object::Bytes { .. } | Object::Array { .. } | Object::Raising { .. } => {
            vec![]
        }
        Object::Bytearray { .. } => vec![bytearray],
        Object::Memoryview { readonly, steps, .. } => {
            let base = (!readonly).then_some(bytearray).into_iter();
            let view = base.chain([clause!("object.memoryview.since-2.7-draft")]);
            view.chain(steps.iter().filter_map(of_step)).collect()
        }
        Object::Exporter { .. } => vec![clause!("object.exporter.since-2.7-draft")],
        Object::Ndarray { .. } => vec![clause!("object.ndarray.since-3.3")],
        Object::Slots { .. } => vec![clause!("object.old-slots.until-2.7")],
    }
}

/// How many bytes an object with old slots has.
const FIVE: i64 = 5;

fn length(len: usize) -> Result<i64, String> {
    i64::try_from(len).map_err(|_| format!("{len} is too long"))
}

/// `bytes`, which Python 2 calls `str`, never writable; and `bytearray`. Characters to the old protocol.
fn bytes(block: usize, len: usize, readonly: bool, edition: Edition) -> Result<Exporter, String> {
    let layout = Layout::row(block, 1, "B", length(len)?);
    let write = if readonly { Slot::Missing } else { Slot::Works };
    let old = OldSlots::over(&layout, [Slot::Works, write, Slot::Works], Some(1));
    let object = both(old, layout, readonly, edition);
    // Nothing has to be done when memory is released that never changes.
    Ok(if readonly { object.without_release() } else { object })
}

/// `array.array`. In Python 2 it has the old slots only, and none for characters.
fn array(layout: Layout, edition: Edition) -> Exporter {
    if edition.has_old_slots() {
        let old = OldSlots::over(&layout, [Slot::Works, Slot::Works, Slot::Missing], Some(1));
        return Exporter { old: Some(old), new: None };
    }
    Exporter::new_protocol(layout, false)
}

/// What is done with a memoryview.
fn take(step: &Step, view: &mut Exporter) -> Result<(), String> {
    let Some(new) = view.new.as_mut() else { return Ok(()) };
    let Layout { start, shape, strides, .. } = &mut new.layout;
    match step {
        Step::Slice { step: 0, .. } => return Err("the step of a slice cannot be 0".into()),
        Step::Slice { start: from, stop, step } => {
            // Of dimension 0.
            let (Some(extent), Some(stride)) = (shape.first_mut(), strides.first_mut()) else {
                return Err("a scalar cannot be sliced".into());
            };
            let (index, count) = slice_indices(*extent, *from, *stop, *step);
            start.offset = start.offset.saturating_add(index.saturating_mul(*stride));
            *extent = count;
            *stride = stride.saturating_mul(*step);
        }
        Step::Cast { format, shape } => {
            let itemsize = native_size(*format)
                .ok_or_else(|| format!("{format:?} is no format of the suite"))?;
            new.layout.format = format.to_string();
            new.layout.itemsize = itemsize;
            new.layout.shape = shape.clone();
            new.layout.strides = packed_strides(shape, itemsize, Order::C);
        }
        Step::Release => new.state = State::Released,
    }
    Ok(())
}

/// A type of one's own each of whose slots raises.
fn raising(exception: Exception, edition: Edition) -> Exporter {
    let layout = Layout::row(0, 1, "B", 0);
    let old = OldSlots::over(&layout, [Slot::Raises(exception); 3], Some(1));
    let mut object = both(old, layout, false, edition);
    if let Some(new) = object.new.as_mut() {
        new.state = State::Raises(exception);
    }
    object.without_release()
}

/// The layout of a recipe.
fn lying(recipe: &Recipe, block: usize) -> Result<Layout, String> {
    let ndim = recipe.shape.len();
    let suboffsets = recipe.suboffsets.as_ref().map_or(ndim, Vec::len);
    if recipe.strides.len() != ndim || suboffsets != ndim {
        return Err("shape, strides and suboffsets differ in length".into());
    }
    let offset = i64::try_from(recipe.offset).map_err(|_| "the offset is too large".to_owned())?;
    Ok(Layout {
        start: Address { block, offset },
        itemsize: recipe.itemsize,
        format: recipe.format.clone(),
        shape: recipe.shape.clone(),
        strides: recipe.strides.clone(),
        suboffsets: recipe.suboffsets.clone(),
    })
}

/// An object with old slots while there are such, and with the new protocol as soon as there is.
fn both(old: OldSlots, layout: Layout, readonly: bool, edition: Edition) -> Exporter {
    let new = Exporter::new_protocol(layout, readonly).new;
    Exporter {
        old: edition.has_old_slots().then_some(old),
        new: new.filter(|_| edition.has_new_protocol()),
    }
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
