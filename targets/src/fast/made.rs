//! What an object of a case is here.

use std::ffi::c_void;
use std::rc::Rc;

use pybuf_fast::flags::PyBUF_FULL_RO;
use pybuf_fast::{BufferObject, ByteArray, MemoryView, Object, Segments};
use pybuf_model::Edition;

use super::exporters::Slots;
use crate::block::Block;
use crate::counts::{Counts, Moment};
use crate::rows::{self, Rows};

/// An object of the case.
pub(super) struct Made {
    /// What answers requests, if it takes part in the new protocol.
    pub new: Option<Object>,
    /// What answers under the old protocol: perhaps with no slot at all.
    pub old: Rc<dyn Segments>,
    /// Which object it is a view of. No reference: it may go while this is here.
    pub root: Option<*const c_void>,
    /// Its memory.
    pub block: Block,
    /// The rows that its memory points to, if it does.
    pub rows: Rows,
    /// What was counted of its own exporter.
    pub counts: Option<Rc<Counts>>,
    /// What was counted of the exporter that it is a memoryview of.
    pub underneath: Option<Rc<Counts>>,
    /// What it can do besides lending.
    pub also: Also,
    /// Owns the memory, also of objects that do not take part in the new protocol.
    pub memory: Option<Object>,
    /// It, if it is a buffer object.
    pub buffer: Option<Rc<BufferObject>>,
    /// Whether the case has not given it up.
    pub held: bool,
    /// Whether it tells of more memory than there is. Then nobody may look at it.
    pub hollow: bool,
}

/// What an object can do besides lending.
pub(super) enum Also {
    Nothing,
    /// It can be released.
    Memoryview(MemoryView),
    /// It can be resized.
    Bytearray(Rc<ByteArray>),
}

impl Made {
    /// A buffer object: with old slots, and with the new protocol as soon as there is one, as since
    /// CPython 2.7.4.
    pub fn buffer_object(object: BufferObject, block: Block, edition: Edition) -> Made {
        let buffer = Rc::new(object);
        let memory = buffer.object();
        let new = (edition >= Edition::V2_7Draft).then(|| memory.clone());
        let old = Rc::clone(&buffer) as Rc<dyn Segments>;
        Made { new, old, block, memory: Some(memory), buffer: Some(buffer), ..Made::plain() }
    }

    /// What was counted of it up to now.
    pub fn moment(&self) -> Moment {
        Moment {
            references: self.counted().map(|object| object.reference_count() as i64),
            releases: self.counts.as_ref().map(|counts| counts.releases.get()),
            freed: self.counts().map(|counts| counts.freed.get()),
        }
    }

    /// What counts the references to it.
    pub fn counted(&self) -> Option<&Object> {
        self.new.as_ref().or(self.memory.as_ref())
    }

    /// What was counted of the exporter, or of that underneath.
    fn counts(&self) -> Option<&Rc<Counts>> {
        self.underneath.as_ref().or(self.counts.as_ref())
    }

    /// Gives up all references to it. What is left only tells where it was.
    pub fn give_up(&mut self) {
        (self.new, self.memory, self.buffer, self.also) = (None, None, None, Also::Nothing);
        self.old = Rc::new(Slots::none());
        self.held = false;
    }

    /// A memoryview, of an object if it is of one.
    pub fn memoryview(view: MemoryView, of: Option<&Made>) -> Made {
        let new = Some(view.object().clone());
        let is = |of: &Made| of.root.or(of.new.as_ref().map(Object::as_ptr));
        let (root, underneath) = (of.and_then(is), of.and_then(Made::counts).cloned());
        let also = Also::Memoryview(view);
        let hollow = of.is_some_and(|of| of.hollow);
        Made { new, root, underneath, also, hollow, ..Made::plain() }
    }

    /// What its block holds, or the rows that the block points to; nothing if it is a memoryview that was
    /// released, and with it the only hold on the memory.
    pub fn contents(&self) -> Vec<u8> {
        let view = match &self.also {
            Also::Memoryview(memoryview) if self.memory.is_none() => {
                Some(memoryview.view(PyBUF_FULL_RO))
            }
            _ => None,
        };
        if let Some(Err(_)) = view {
            return Vec::new();
        }
        // SAFETY: the object has its memory, or holds what has it, or there is a view of it.
        unsafe {
            let rows = self.rows.contents();
            rows.unwrap_or_else(|| rows::bytes(self.block.start, self.block.size))
        }
    }

    /// Without any protocol.
    pub fn plain() -> Made {
        let block = Block::NONE;
        let old = Rc::new(Slots::none());
        let rows = Rows::default();
        let (counts, underneath, also) = (None, None, Also::Nothing);
        Made {
            new: None,
            old,
            root: None,
            block,
            rows,
            counts,
            underneath,
            also,
            memory: None,
            buffer: None,
            held: true,
            hollow: false,
        }
    }
}
