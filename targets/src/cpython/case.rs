//! The objects, blocks and views of a case.

use std::any::Any;
use std::cell::Cell;
use std::ffi::c_void;
use std::ptr;
use std::rc::Rc;

use pybuf_harness::reply::{Obj, Pointer};

use super::object::Object;
use super::own::Counts;
use crate::rows::{self, Rows};
use crate::view::View;

/// An object of the case.
pub struct Made {
    pub object: Object,
    /// The object whose memory it is, if it is a view of another.
    pub root: Option<Object>,
    /// Its memory; the block has the number of the object.
    pub block: Option<Block>,
    /// The rows that its memory points to, if it does.
    pub rows: Rows,
    /// What was counted of it, if its type is our exporter.
    pub counts: Option<Rc<Counts>>,
    /// What was counted of the exporter that it is a memoryview of.
    pub underneath: Option<Rc<Counts>>,
}

/// A block of memory.
#[derive(Clone, Copy)]
pub struct Block {
    pub start: *const c_void,
    pub size: usize,
}

/// A view of the case that was granted.
pub struct Granted {
    pub view: View,
    /// Of which object, if of any.
    pub object: Option<usize>,
    /// The memory that it is of, if that was made for it and must be kept.
    pub memory: Option<Box<[u8; 8]>>,
    /// Whether it was released.
    pub released: Cell<bool>,
}

/// What exists. `None` stands for what could not be made, so that numbers stay right.
#[derive(Default)]
pub struct Case {
    pub objects: Vec<Option<Made>>,
    pub views: Vec<Option<Granted>>,
    /// Memory that objects are over without owning it.
    pub lent: Vec<Rc<[Cell<u8>]>>,
    /// Memory that no object owns, which objects and views are over.
    pub kept: Vec<Box<dyn Any>>,
}

impl Case {
    /// An object that the case has not given up.
    pub fn object(&self, number: usize) -> Option<&Made> {
        self.made(number).filter(|made| made.object.is_ours())
    }

    /// Any object, also for its views only.
    pub fn made(&self, number: usize) -> Option<&Made> {
        self.objects.get(number)?.as_ref()
    }

    /// Where an address is. `nearest` is the block that it most likely is in, with its number.
    ///
    /// That one is tried first as blocks may share memory: there is one `b''` only, and the end of a
    /// block may be the start of another.
    pub fn locate(&self, address: *const c_void, nearest: Option<(usize, Block)>) -> Pointer {
        if address.is_null() {
            return Pointer::Null;
        }
        let all = (0..)
            .zip(&self.objects)
            .filter_map(|(number, made)| Some((number, made.as_ref()?.block?)));
        nearest
            .into_iter()
            .chain(all)
            .find_map(|(block, memory)| {
                let offset = memory.offset(address)?;
                Some(Pointer::At { block, offset })
            })
            .unwrap_or(Pointer::Elsewhere)
    }

    /// The block of an object.
    pub fn block_of(&self, number: usize) -> Option<(usize, Block)> {
        Some((number, self.made(number)?.block?))
    }

    /// What `obj` is to an object.
    pub fn identify(&self, obj: *mut c_void, asked: Option<&Made>) -> Obj {
        let is = |object: &Object| object.as_ptr().cast() == obj;
        match asked {
            _ if obj.is_null() => Obj::Null,
            Some(made) if is(&made.object) => Obj::Exporter,
            Some(made) if made.root.as_ref().is_some_and(is) => Obj::Root,
            _ => Obj::Other,
        }
    }
}

impl Granted {
    pub fn new(view: View, object: Option<usize>, memory: Option<Box<[u8; 8]>>) -> Self {
        Self { view, object, memory, released: Cell::new(false) }
    }
}

impl Made {
    /// What its block holds, or the rows that the block points to.
    pub fn contents(&self) -> Vec<u8> {
        let Block { start, size } = self.block.unwrap_or(Block { start: ptr::null(), size: 0 });
        // SAFETY: the object lives, and its memory with it.
        unsafe { self.rows.contents().unwrap_or_else(|| rows::bytes(start.cast(), size)) }
    }

    /// How often its release function was called.
    pub fn releases(&self) -> Option<i64> {
        self.counts.as_ref().map(|counts| counts.releases.get())
    }

    /// What was counted of the exporter, or of that underneath.
    pub fn counts(&self) -> Option<&Rc<Counts>> {
        self.underneath.as_ref().or(self.counts.as_ref())
    }
}

impl Block {
    /// How far an address is behind the start, if it is not behind the end.
    fn offset(self, address: *const c_void) -> Option<i64> {
        let offset = address.addr().checked_sub(self.start.addr())?;
        (offset <= self.size).then_some(offset as i64)
    }
}
