//! # Exporters
//!
//! What an object offers to consumers: nothing, Python 2's slots, the new protocol, or both.

use crate::layout::{Address, Layout};
use pybuf_protocol::Exception;

/// An object, as far as consumers of buffers are concerned.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Exporter {
    /// The slots of the old protocol; only Python 2 has them.
    pub old: Option<OldSlots>,
    /// The new protocol.
    pub new: Option<NewProtocol>,
}

/// `bf_getreadbuffer`, `bf_getwritebuffer`, `bf_getcharbuffer` and `bf_getsegcount`.
#[derive(Clone, Debug, PartialEq)]
pub struct OldSlots {
    /// Memory to read.
    pub read: Slot,
    /// Memory to write.
    pub write: Slot,
    /// Memory to read as characters.
    pub char: Slot,
    /// The number of segments; `None` without the slot.
    pub segments: Option<i64>,
    /// Where segment 0 is.
    pub start: Address,
    /// Its length in bytes.
    pub len: i64,
}

/// One of the slots that hand out memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// The type does not have it.
    Missing,
    /// It hands out the memory.
    Works,
    /// It raises.
    Raises(Exception),
}

/// What an exporter has to offer under the new protocol.
#[derive(Clone, Debug, PartialEq)]
pub struct NewProtocol {
    /// Its memory, in full.
    pub layout: Layout,
    /// Whether the memory may not be written to.
    pub readonly: bool,
    /// Whether it is in a state to export.
    pub state: State,
    /// Whether it is a view of another object, the root, that a request may be passed on to.
    pub is_view: bool,
    /// Whether its type has a release function, `bf_releasebuffer`.
    pub has_release: bool,
    /// What consumers that did not ask to write have been told of `readonly`, if there were any: the
    /// answer is free, but must not change.
    pub told_readonly: Option<bool>,
}

/// Whether an exporter is in a state to export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is.
    Ready,
    /// It was, and has been released: it has nothing left to offer.
    Released,
    /// It answers each request with this exception and sets `view->obj` to NULL.
    Raises(Exception),
}

impl OldSlots {
    /// Slots to read, write and read characters that hand out all memory of a layout.
    pub(crate) fn over(
        layout: &Layout,
        [read, write, char]: [Slot; 3],
        segments: Option<i64>,
    ) -> OldSlots {
        OldSlots { read, write, char, segments, start: layout.start, len: layout.len() }
    }

    /// Whether a slot is there and fails: it raises, or tells a negative length.
    pub fn fails(&self, slot: Slot) -> bool {
        match slot {
            Slot::Missing => false,
            Slot::Works => self.len < 0,
            Slot::Raises(_) => true,
        }
    }
}

impl Exporter {
    /// An object without any buffer protocol.
    pub fn none() -> Exporter {
        Exporter::default()
    }

    /// What the memoryview of an object exports: all that the object does under the new protocol.
    pub fn memoryview(&self) -> Exporter {
        let new =
            self.new.clone().map(|new| NewProtocol { is_view: true, has_release: true, ..new });
        Exporter { old: None, new }
    }

    /// An exporter of `layout` under the new protocol only, of a type with a release function.
    pub fn new_protocol(layout: Layout, readonly: bool) -> Exporter {
        let state = State::Ready;
        let (is_view, has_release, told_readonly) = (false, true, None);
        let new = NewProtocol { layout, readonly, state, is_view, has_release, told_readonly };
        Exporter { old: None, new: Some(new) }
    }

    /// The same, of a type without a release function.
    pub fn without_release(mut self) -> Exporter {
        if let Some(new) = &mut self.new {
            new.has_release = false;
        }
        self
    }
}
