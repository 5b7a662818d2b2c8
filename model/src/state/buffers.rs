//! # What buffer objects are
//!
//! A part of the memory of another object, taken anew at each use.

use std::collections::BTreeMap;

pub use pybuf_protocol::call::END_OF_BUFFER;
use pybuf_protocol::{Address, Edition, Exception};

use crate::clause::{Clause, clause};
use crate::exporter::{Exporter, NewProtocol, OldSlots, Slot, State};
use crate::layout::Layout;

/// A buffer object.
#[derive(Clone, Debug, PartialEq)]
pub struct BufferObject {
    /// What its base offers. Memory without an object offers all of itself.
    pub base: OldSlots,
    /// From where in the memory of the base, in bytes.
    pub offset: i64,
    /// In bytes, or [`END_OF_BUFFER`].
    pub size: i64,
    /// Whether it cannot be written to.
    pub readonly: bool,
}

/// A row of bytes in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bytes {
    /// Where the first is.
    pub start: Address,
    /// How many there are.
    pub len: i64,
}

/// How a base fails that is asked for memory: with this exception, or if `None` with one that no text
/// tells, or with none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure(pub Option<Exception>);

/// The only segment that a slot gives, or how it fails.
pub(crate) fn segment(old: &OldSlots, slot: Slot) -> Result<Bytes, Failure> {
    match slot {
        _ if old.segments != Some(1) => Err(Failure(Some(Exception::TypeError))),
        Slot::Missing => Err(Failure(Some(Exception::TypeError))),
        Slot::Raises(exception) => Err(Failure(Some(exception))),
        slot if old.fails(slot) => Err(Failure(None)),
        Slot::Works => Ok(Bytes { start: old.start, len: old.len }),
    }
}

impl BufferObject {
    /// Over `size` bytes of memory from the start of `block` on.
    pub fn over_memory(block: usize, size: i64, readonly: bool) -> BufferObject {
        let memory = Layout::row(block, 1, "B", size);
        let base = OldSlots::over(&memory, [Slot::Works; 3], Some(1));
        BufferObject { base, offset: 0, size, readonly }
    }

    /// What it has now, or how the base fails. One that can be written to asks the base for memory to
    /// write, also where it is only read.
    pub fn contents(&self) -> Result<Bytes, Failure> {
        let slot = if self.readonly { self.base.read } else { self.base.write };
        segment(&self.base, slot).map(|_| self.part())
    }

    /// Its part of the base's memory: as much of it as there is.
    fn part(&self) -> Bytes {
        let Address { block, offset } = self.base.start;
        let all = self.base.len.max(0);
        let skipped = self.offset.clamp(0, all);
        let rest = all - skipped;
        let len = if self.size < 0 { rest } else { self.size.min(rest) };
        Bytes { start: Address { block, offset: offset.saturating_add(skipped) }, len }
    }

    /// The clause that says how long it is.
    pub(crate) fn extent(&self) -> Clause {
        let rest = self.base.len.saturating_sub(self.offset);
        if rest < 0 || self.size > rest {
            clause!("buffer-object.contents.beyond-base")
        } else if self.size == END_OF_BUFFER {
            clause!("buffer-object.contents.to-the-end")
        } else {
            clause!("buffer-object.contents.part")
        }
    }

    /// What it offers to consumers in turn. Its type has all slots; they fail where the base has none.
    pub fn exporter(&self, edition: Edition) -> Exporter {
        let handed_on = |slot| match slot {
            Slot::Missing => Slot::Raises(Exception::TypeError),
            slot => slot,
        };
        let Bytes { start, len } = self.part();
        let contents = self.contents();
        let old = OldSlots {
            read: handed_on(self.base.read),
            write: if self.readonly { Slot::Missing } else { self.base.write },
            char: handed_on(self.base.char),
            segments: Some(if contents.is_ok() { 1 } else { -1 }),
            start,
            len: if self.base.len < 0 { self.base.len } else { len },
        };
        let layout = Layout { start, ..Layout::bytes(len) };
        let new = Exporter::new_protocol(layout, self.readonly).new;
        // An interpreter that is told of a failure without an exception makes one of it.
        let raises =
            |Failure(exception)| State::Raises(exception.unwrap_or(Exception::SystemError));
        let state = contents.err().map_or(State::Ready, raises);
        let new = new.map(|new| NewProtocol { state, ..new });
        Exporter { old: Some(old), new: new.filter(|_| edition.has_new_protocol()) }
    }
}

/// What is known of the buffer objects of a case.
#[derive(Default)]
pub(crate) struct BufferObjects {
    /// Those that were made, by their numbers.
    pub(crate) made: BTreeMap<usize, crate::BufferObject>,
    /// The numbers of the objects that they are over.
    pub(crate) bases: BTreeMap<usize, usize>,
    /// The hashes that read-only ones have told, with their bytes.
    pub(crate) hashes: Vec<(Vec<u8>, i64)>,
    /// Whether something was assigned. Then a hash may be one that is remembered from before.
    pub(crate) assigned: bool,
}
