//! # One of all
//!
//! Masks, objects and views to walk through. Beyond those a case can be drawn of anything.

use pybuf_harness::chooser::{Chooser, pick};
use pybuf_harness::object::Object;

use crate::views::Viewed;
use crate::{any, masks, objects, views};

/// One of all masks. Beyond those, any 32 bits.
pub(crate) fn mask(chooser: &mut dyn Chooser) -> i32 {
    let choice = chooser.choose_beyond(masks::COUNT, masks::COUNT + 1);
    masks::numbered(choice).unwrap_or_else(|| any::mask(chooser))
}

/// One of all objects: a choice of the kind, then one within it. Beyond those, anything.
pub(crate) fn object(chooser: &mut dyn Chooser) -> Object {
    match chooser.choose_beyond(9, 10) {
        0 => Object::Plain,
        1 => Object::Bytes { len: *pick(chooser, &[5, 0, 1]) },
        2 => Object::Bytearray { len: *pick(chooser, &[5, 0, 1]) },
        3 => {
            let (typecode, len) = *pick(chooser, &[('i', 3), ('i', 0), ('B', 5), ('d', 2)]);
            Object::Array { typecode, len }
        }
        4 => objects::memoryview(chooser),
        5 => {
            let layout = pick(chooser, &objects::layouts()).clone();
            Object::Exporter { layout, readonly: chooser.choose(2) == 1 }
        }
        6 => {
            let layout = pick(chooser, &objects::layouts_of_ndarray()).clone();
            Object::Ndarray { layout, readonly: chooser.choose(2) == 1 }
        }
        7 => {
            let exception = *pick(chooser, &["BufferError", "ValueError", "MemoryError"]);
            Object::Raising { exception: exception.into() }
        }
        8 => objects::slots(chooser),
        _ => any::object(chooser),
    }
}

/// One of all, read-only ones or writable ones; only those with elements if `elements` says so. Beyond
/// those, anything.
pub(crate) fn viewed(chooser: &mut dyn Chooser, readonly: bool, elements: bool) -> Viewed {
    // An `array.array` is always writable.
    let kinds = if readonly { 4 } else { 5 };
    let kind = chooser.choose_beyond(kinds, kinds + 1);
    if kind == kinds {
        return any::viewed(chooser, readonly, elements);
    }
    let mut all = match kind {
        0 => objects::layouts()
            .into_iter()
            .chain(views::more_layouts())
            .map(|it| Viewed::exporter(it, readonly))
            .collect(),
        1 => {
            let layouts = objects::layouts_of_ndarray();
            layouts.into_iter().map(|it| Viewed::ndarray(it, readonly)).collect()
        }
        2 => views::memoryviews(readonly),
        // Not `bytes` of length 1, which are shared: some of these are written to.
        3 => vec![Viewed::bytes(5, readonly), Viewed::bytes(0, readonly)],
        _ => vec![Viewed::array('i', 3), Viewed::array('d', 2), Viewed::array('B', 0)],
    };
    all.retain(|viewed: &Viewed| !elements || !viewed.shape.contains(&0));
    pick(chooser, &all).clone()
}
