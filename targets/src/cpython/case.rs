//! The objects, blocks and views of a case.

use std::any::Any;
use std::ffi::c_void;
use std::ptr;
use std::rc::Rc;

use pybuf_harness::reply::{Obj, Pointer};

use super::layout::PyObject;
use super::object::Object;
use crate::block::{self, Block};
use crate::counts::{Counts, Moment};
use crate::rows::{self, Rows};
use crate::view::Granted;

/// An object of the case.
pub struct Made {
    pub object: Object,
    /// The object whose memory it is, if it is a view of another.
    pub root: Option<Object>,
    /// Its memory; the block has the number of the object.
    pub block: Block,
    /// The rows that its memory points to, if it does.
    pub rows: Rows,
    /// What was counted of it, if its type is our exporter.
    pub counts: Option<Rc<Counts>>,
    /// What was counted of the exporter that it is a memoryview of.
    pub underneath: Option<Rc<Counts>>,
}

/// What exists. `None` stands for what could not be made, so that numbers stay right.
#[derive(Default)]
pub struct Case {
    pub objects: Vec<Option<Made>>,
    pub views: Vec<Option<Granted>>,
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
    /// That one is tried first as blocks may share memory: there is one `b''` only.
    pub fn locate(&self, address: *const c_void, nearest: Option<(usize, Block)>) -> Pointer {
        let all = (0..).zip(&self.objects);
        let all = all.filter_map(|(number, made)| Some((number, made.as_ref()?.block)));
        block::locate(address, nearest.into_iter().chain(all))
    }

    /// The block of an object.
    pub fn block_of(&self, number: usize) -> Option<(usize, Block)> {
        Some((number, self.made(number)?.block))
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

impl Made {
    pub fn plain(object: Object) -> Self {
        let (block, rows) = (Block::NONE, Rows::default());
        Self { object, root: None, block, rows, counts: None, underneath: None }
    }

    pub fn with_memory(object: Object, start: *const u8, size: usize) -> Self {
        Self { block: Block { start, size }, ..Self::plain(object) }
    }

    /// A memoryview, of an object of the case if it is of one.
    pub fn memoryview(object: Object, of: Option<&Made>) -> Self {
        let root = of.map(|of| of.root.as_ref().unwrap_or(&of.object).name());
        let underneath = of.and_then(Made::counts).cloned();
        Self { root, underneath, ..Self::plain(object) }
    }

    /// NULL for none.
    pub fn pointer(made: Option<&Made>) -> *mut PyObject {
        made.map_or(ptr::null_mut(), |made| made.object.as_ptr())
    }

    /// What its block holds, or the rows that the block points to.
    pub fn contents(&self) -> Vec<u8> {
        let Block { start, size } = self.block;
        // SAFETY: the object lives, and its memory with it.
        unsafe { self.rows.contents().unwrap_or_else(|| rows::bytes(start, size)) }
    }

    /// What was counted of it up to now.
    pub fn moment(&self) -> Moment {
        Moment {
            references: self.object.references(),
            releases: self.counts.as_ref().map(|counts| counts.releases.get()),
            freed: self.counts().map(|counts| counts.freed.get()),
        }
    }

    /// What was counted of the exporter, or of that underneath.
    fn counts(&self) -> Option<&Rc<Counts>> {
        self.underneath.as_ref().or(self.counts.as_ref())
    }
}
