//! An exporter whose memory grows and shrinks, but not under its views.

use alloc::rc::Rc;
use core::cell::{Cell, UnsafeCell};
use core::ffi::c_int;
use core::ptr;

use super::allocation::Allocation;
use super::block::Block;
use crate::error::Error;
use crate::exporter::{Exporter, Object};
use crate::layout::memory::Memory;
use crate::old_protocol::{Segment, Segments};
use crate::view::View;

/// Python's `bytearray`: writable bytes, without a format, that can be resized while none are lent.
///
/// ```
/// use pybuf_fast::flags::PyBUF_SIMPLE;
/// use pybuf_fast::{ByteArray, Error};
///
/// let bytes = ByteArray::new(5)?;
/// let view = bytes.object().view(PyBUF_SIMPLE)?;
/// assert_eq!(bytes.resize(9), Err(Error::ViewsOut));
/// drop(view);
/// bytes.resize(9)?;
/// assert_eq!(bytes.object().view(PyBUF_SIMPLE)?.len(), 9);
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug)]
pub struct ByteArray {
    state: Rc<State>,
    object: Object,
}

#[derive(Debug)]
struct State {
    // Replaced by `resize` alone, which makes sure that nobody looks at it then.
    block: UnsafeCell<Block>,
    /// How often it is held under the old protocol.
    holds: Cell<usize>,
}

impl ByteArray {
    /// Makes one of `len` bytes: 0, 1, 2, ... up to 250 and from 0 again.
    ///
    /// # Errors
    ///
    /// [`Error::NoMemory`].
    pub fn new(len: usize) -> Result<Self, Error> {
        Self::of(Block::bytes(len, false)?)
    }

    /// Makes one with a copy of these bytes.
    ///
    /// ```
    /// use pybuf_fast::ByteArray;
    /// use pybuf_fast::flags::PyBUF_SIMPLE;
    ///
    /// let view = ByteArray::from_bytes(b"abc")?.view(PyBUF_SIMPLE)?;
    /// assert_eq!(view.get::<u8>(&[1])?, b'b');
    /// # Ok::<(), pybuf_fast::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NoMemory`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        Self::of(Block::of(Allocation::copy_of(bytes)?)?)
    }

    fn of(block: Block) -> Result<Self, Error> {
        let state = Rc::new(State { block: UnsafeCell::new(block), holds: Cell::new(0) });
        let object = Object::new(Rc::clone(&state));
        Ok(Self { state, object })
    }

    /// `PyByteArray_Resize`: gives it `len` bytes. Those that it had stay, as many as there is room for;
    /// of what is new no content is promised. The memory may move, even if it shrinks.
    ///
    /// # Errors
    ///
    /// [`Error::ViewsOut`] if there are views of it, or of a buffer object over it, unless it has that
    /// length already;
    /// [`Error::NoMemory`].
    pub fn resize(&self, len: usize) -> Result<(), Error> {
        if len == self.len() {
            return Ok(());
        }
        if self.object.exports() > 0 || self.state.holds.get() > 0 {
            return Err(Error::ViewsOut);
        }
        let block = Block::of(Allocation::zeros(len)?)?;
        let kept = len.min(self.len());
        // SAFETY: both blocks have that many bytes, and they are not the same.
        unsafe { ptr::copy_nonoverlapping(self.start(), block.start(), kept) };
        // SAFETY: no view is out, so nothing points into the old block or at its arrays, but segments, which
        // are valid until now. What `memory` borrows lives no longer than the request that asks for it, which
        // does not come here: it calls nobody but this crate. And the cell is not shared with another thread.
        unsafe { *self.state.block.get() = block };
        Ok(())
    }

    /// The number of bytes.
    pub fn len(&self) -> usize {
        self.state.block().size()
    }

    /// Whether there are no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The first byte. It stays there until it is resized.
    pub fn start(&self) -> *mut u8 {
        self.state.block().start()
    }

    /// Asks for a view, as of any other object.
    ///
    /// # Errors
    ///
    /// Those of [`get_buffer`](crate::get_buffer).
    pub fn view(&self, flags: c_int) -> Result<View, Error> {
        self.object.view(flags)
    }

    /// The bytearray as an object to lend from.
    pub fn object(&self) -> &Object {
        &self.object
    }
}

impl State {
    fn block(&self) -> &Block {
        // SAFETY: `resize` replaces it, and holds no such reference when it does: see there.
        unsafe { &*self.block.get() }
    }
}

// SAFETY: the block keeps the promises, and is not replaced while views are out.
unsafe impl Exporter for State {
    fn memory(&self) -> Result<Memory<'_>, Error> {
        self.block().memory()
    }
}

// SAFETY: the block keeps the promises until it is replaced, which is a change of the bytearray, and not
// made while it is held.
unsafe impl Segments for ByteArray {
    fn read(&self, segment: isize) -> Option<Result<Segment, Error>> {
        self.state.block().read(segment)
    }

    fn write(&self, segment: isize) -> Option<Result<Segment, Error>> {
        self.state.block().write(segment)
    }

    fn char(&self, segment: isize) -> Option<Result<Segment, Error>> {
        self.state.block().char(segment)
    }

    fn segment_count(&self) -> Option<isize> {
        self.state.block().segment_count()
    }

    fn hold(&self) {
        self.state.holds.set(self.state.holds.get() + 1);
    }

    unsafe fn let_go(&self) {
        self.state.holds.set(self.state.holds.get().saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flags::{PyBUF_FULL, PyBUF_SIMPLE};
    use crate::memoryview::MemoryView;
    use alloc::vec::Vec;

    fn contents(bytes: &ByteArray) -> Vec<u8> {
        // SAFETY: the offsets are inside.
        (0..bytes.len()).map(|offset| unsafe { bytes.start().add(offset).read() }).collect()
    }

    #[test]
    fn resized_it_keeps_its_bytes_and_lends_the_new_length() -> Result<(), Error> {
        let bytes = ByteArray::new(3)?;
        // SAFETY: inside, and nobody else looks.
        unsafe { bytes.start().write(77) };
        bytes.resize(100)?;
        assert_eq!(contents(&bytes)[..3], [77, 1, 2]);
        let view = bytes.view(PyBUF_FULL)?;
        assert_eq!((view.shape(), view.buf()), (Some(&[100][..]), bytes.start()));
        drop(view);
        bytes.resize(2)?;
        assert_eq!(contents(&bytes), [77, 1]);
        assert!(!bytes.is_empty());
        bytes.resize(0)?;
        assert!(bytes.is_empty());
        Ok(())
    }

    #[test]
    fn it_is_not_resized_under_its_views() -> Result<(), Error> {
        let bytes = ByteArray::new(3)?;
        let (first, second) = (bytes.view(PyBUF_SIMPLE)?, bytes.view(PyBUF_SIMPLE)?);
        assert_eq!(bytes.resize(4), Err(Error::ViewsOut));
        assert_eq!(bytes.resize(3), Ok(()), "it has that length");
        drop(first);
        assert_eq!(bytes.resize(4), Err(Error::ViewsOut));
        drop(second);
        assert_eq!(bytes.resize(4), Ok(()));
        Ok(())
    }

    #[test]
    fn it_is_not_resized_under_its_memoryviews() -> Result<(), Error> {
        let bytes = ByteArray::new(3)?;
        let memoryview = MemoryView::from_object(bytes.object())?;
        let view = memoryview.view(PyBUF_SIMPLE)?;
        assert_eq!(bytes.resize(4), Err(Error::ViewsOut));
        drop(memoryview);
        assert_eq!(bytes.resize(4), Err(Error::ViewsOut));
        drop(view);
        assert_eq!(bytes.resize(4), Ok(()));
        Ok(())
    }
}
