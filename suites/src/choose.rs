//! # One of all
//!
//! Masks, objects and views to walk through. Beyond those a case can be drawn of anything.

use pybuf_harness::chooser::{Chooser, pick};
use pybuf_harness::object::{Kind, Object};

use crate::views::Viewed;
use crate::{any, masks, objects, views};

/// One of all masks. Beyond those, any 32 bits.
pub(crate) fn mask(chooser: &mut dyn Chooser) -> i32 {
    let choice = chooser.choose_beyond(masks::COUNT, masks::COUNT + 1);
    masks::numbered(choice).unwrap_or_else(|| any::mask(chooser))
}

/// One of all objects: a choice of the kind, then one within it. Beyond those, anything.
pub(crate) fn object(chooser: &mut dyn Chooser) -> Object {
    let Some(kind) = chooser.choose_kind(&Kind::ALL) else { return any::object(chooser) };
    match kind {
        Kind::Plain => Object::Plain,
        Kind::Bytes => Object::Bytes { len: *pick(chooser, &[5, 0, 1]) },
        Kind::Bytearray => Object::Bytearray { len: *pick(chooser, &[5, 0, 1]) },
        Kind::Array => {
            let (typecode, len) = *pick(chooser, &[('i', 3), ('i', 0), ('B', 5), ('d', 2)]);
            Object::Array { typecode, len }
        }
        Kind::Memoryview => objects::memoryview(chooser),
        Kind::Exporter => {
            let layout = pick(chooser, &objects::layouts()).clone();
            Object::Exporter { layout, readonly: chooser.choose(2) == 1 }
        }
        Kind::Ndarray => {
            let layout = pick(chooser, &objects::layouts_of_ndarray()).clone();
            Object::Ndarray { layout, readonly: chooser.choose(2) == 1 }
        }
        Kind::Raising => {
            let exception = *pick(chooser, &["BufferError", "ValueError", "MemoryError"]);
            Object::Raising { exception: exception.into() }
        }
        Kind::Slots => objects::slots(chooser),
    }
}

/// One of all, read-only ones or writable ones; only those with elements if `elements` says so. Beyond
/// those, anything.
pub(crate) fn viewed(chooser: &mut dyn Chooser, readonly: bool, elements: bool) -> Viewed {
    use Kind::{Array, Bytearray, Bytes, Exporter, Memoryview, Ndarray, Plain, Raising, Slots};
    let kinds: &[Kind] = match readonly {
        true => &[Bytes, Memoryview, Exporter, Ndarray],
        false => &[Bytearray, Array, Memoryview, Exporter, Ndarray],
    };
    let Some(kind) = chooser.choose_kind(kinds) else {
        return any::viewed(chooser, readonly, elements);
    };
    let mut all = match kind {
        Exporter => objects::layouts()
            .into_iter()
            .chain(views::more_layouts())
            .map(|it| Viewed::exporter(it, readonly))
            .collect(),
        Ndarray => {
            let layouts = objects::layouts_of_ndarray();
            layouts.into_iter().map(|it| Viewed::ndarray(it, readonly)).collect()
        }
        Memoryview => views::memoryviews(readonly),
        Array => vec![Viewed::array('i', 3), Viewed::array('d', 2), Viewed::array('B', 0)],
        // Not `bytes` of length 1, which are shared: some of these are written to.
        Bytes | Bytearray => vec![Viewed::bytes(5, readonly), Viewed::bytes(0, readonly)],
        Plain | Raising | Slots => vec![],
    };
    all.retain(|viewed: &Viewed| !elements || !viewed.shape.contains(&0));
    pick(chooser, &all).clone()
}
