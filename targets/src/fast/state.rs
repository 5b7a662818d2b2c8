//! The objects, memory and views of a case.

use std::cell::Cell;
use std::ffi::c_void;
use std::ptr;
use std::rc::Rc;

use pybuf_fast::Object;
use pybuf_harness::reply::{Obj, Pointer, Seen};
use pybuf_model::Edition;

use super::made::Made;
use crate::block::{self, Block};
use crate::buffer::{Py_buffer, assert_layout};
use crate::rows::counting;
use crate::view::Granted;

// The pointers to views that are passed to it are cast.
assert_layout!(pybuf_fast::Py_buffer);

/// The fast implementation, as of an edition.
pub struct Fast {
    pub(super) edition: Edition,
    pub(super) objects: Vec<Option<Made>>,
    pub(super) views: Vec<Option<Granted>>,
    /// Memory that no object owns, until the case is over.
    pub(super) kept: Vec<Rc<[Cell<u8>]>>,
}

/// The struct as the fast implementation declares it.
pub(super) fn as_fast(view: &Py_buffer) -> &pybuf_fast::Py_buffer {
    // SAFETY: both declarations have the same fields at the same offsets.
    unsafe { &*ptr::from_ref(view).cast() }
}

impl Fast {
    /// With the functions and objects that `edition` has.
    pub fn of(edition: Edition) -> Fast {
        Fast { edition, objects: Vec::new(), views: Vec::new(), kept: Vec::new() }
    }

    /// A block of so many bytes that no object owns, kept until the case is over.
    pub(super) fn keep(&mut self, size: usize) -> Block {
        let bytes = counting(size);
        let block = Block { start: bytes.as_ptr().cast(), size };
        self.kept.push(bytes);
        block
    }

    /// An object that the case has not given up.
    pub(super) fn object(&self, number: usize) -> Option<&Made> {
        self.made(number).filter(|made| made.held)
    }

    /// An object that the case has not given up, and that has all the memory that it tells of.
    pub(super) fn solid(&self, number: usize) -> Option<&Made> {
        self.object(number).filter(|made| !made.hollow)
    }

    /// Any object, also for its views only.
    pub(super) fn made(&self, number: usize) -> Option<&Made> {
        self.objects.get(number)?.as_ref()
    }

    /// A view of an object whose memory is there: it was asked for and not released.
    pub(super) fn lent(&self, view: usize) -> Option<(&pybuf_fast::Py_buffer, usize, &Made)> {
        let granted = self.views.get(view)?.as_ref()?;
        let object = granted.lent_by()?;
        let made = self.made(object).filter(|made| !made.hollow)?;
        // SAFETY: the view was granted, and nobody writes to it while this is borrowed.
        Some((unsafe { &*granted.view.as_ptr().cast() }, object, made))
    }

    /// What `view->obj` is to the object that was asked.
    pub(super) fn obj(&self, obj: Seen<*mut c_void>, object: Option<usize>) -> Seen<Obj> {
        let Seen::Is(obj) = obj else { return Seen::Untouched };
        let made = object.and_then(|object| self.made(object));
        let is = |other: Option<*const c_void>| other == Some(obj.cast_const());
        Seen::Is(match made {
            _ if obj.is_null() => Obj::Null,
            Some(made) if is(made.counted().map(Object::as_ptr)) => Obj::Exporter,
            Some(made) if is(made.root) => Obj::Root,
            _ => Obj::Other,
        })
    }

    /// In which block of the case an address is. `nearest` is tried first, then the blocks of objects
    /// that are there, then those of the others: where memory was freed there may be a new block.
    pub(super) fn locate(
        &self,
        address: *const c_void,
        nearest: Option<(usize, Block)>,
    ) -> Pointer {
        let all = || (0..).zip(&self.objects).filter_map(|(it, made)| Some((it, made.as_ref()?)));
        let held = |held| all().filter(move |(_, made)| made.held == held);
        let blocks = held(true).chain(held(false)).map(|(number, made)| (number, made.block));
        block::locate(address, nearest.into_iter().chain(blocks))
    }

    /// The block of an object, with its number.
    pub(super) fn block_of(&self, number: usize) -> Option<(usize, Block)> {
        Some((number, self.made(number)?.block))
    }
}
