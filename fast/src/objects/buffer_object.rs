//! Python 2's buffer objects: a part of another object's memory, or memory of its own, that looks like
//! a string ([`buffer_string`](crate::buffer_string)).
//!
//! ```
//! use pybuf_fast::BufferObject;
//! use std::rc::Rc;
//!
//! let memory = Rc::new(BufferObject::new(5)?);
//! memory.set_slice(0, 5, &BufferObject::copy_of(b"abcde")?)?;
//! let part = BufferObject::from_object(memory.clone(), 1, Some(3))?;
//! assert_eq!(part.slice(0, 2)?, b"bc");
//!
//! // It is a view, not a copy, and cannot itself be written to.
//! memory.set_item(1, &BufferObject::copy_of(b"x")?)?;
//! assert_eq!(part.bytes()?, b"xcd");
//! assert!(part.set_item(0, &*memory).is_err());
//! # Ok::<(), pybuf_fast::Error>(())
//! ```

use alloc::boxed::Box;
use alloc::rc::Rc;
use core::cell::OnceCell;

use super::allocation::Allocation;
use crate::error::Error;
use crate::exporter::{Exporter, Object};
use crate::layout::memory::Memory;
use crate::old_protocol::{Access, Segment, Segments};

/// A buffer object.
///
/// One over an object holds a reference to it, keeps no pointer into it, and asks it anew at each use:
/// to write if it can be written to, to read otherwise. An error of the base is handed on.
pub struct BufferObject {
    source: Source,
    /// In bytes.
    offset: isize,
    /// In bytes; `None` is all that follows.
    size: Option<isize>,
    readonly: bool,
}

enum Source {
    Object(Rc<dyn Segments>),
    /// Somebody else keeps it.
    Memory(Segment),
    Own(Allocation),
}

impl BufferObject {
    /// `PyBuffer_FromObject`: `size` bytes of the base from `offset` on, to read. `None` for the size
    /// is `Py_END_OF_BUFFER`: all that follow. What reaches beyond the base is cut off.
    ///
    /// # Errors
    ///
    /// [`Error::NotReadable`] without the read slot, [`Error::NotSingleSegment`],
    /// [`Error::NegativeOffset`], [`Error::NegativeSize`], in this order.
    pub fn from_object(
        base: Rc<dyn Segments>,
        offset: isize,
        size: Option<isize>,
    ) -> Result<Self, Error> {
        let slot = base.read(0).ok_or(Error::NotReadable).map(drop);
        slot.and_then(|()| Self::over(base, offset, size, true))
    }

    /// `PyBuffer_FromReadWriteObject`: the same, to write.
    ///
    /// # Errors
    ///
    /// [`Error::NotWriteable`] without the write slot, which a read-only buffer object does not have
    /// either; otherwise as [`from_object`](Self::from_object).
    pub fn from_read_write_object(
        base: Rc<dyn Segments>,
        offset: isize,
        size: Option<isize>,
    ) -> Result<Self, Error> {
        let slot = base.write(0).ok_or(Error::NotWriteable).map(drop);
        slot.and_then(|()| Self::over(base, offset, size, false))
    }

    fn over(
        base: Rc<dyn Segments>,
        offset: isize,
        size: Option<isize>,
        readonly: bool,
    ) -> Result<Self, Error> {
        if base.segment_count() != Some(1) {
            return Err(Error::NotSingleSegment);
        }
        if offset < 0 {
            return Err(Error::NegativeOffset);
        }
        if size.is_some_and(|size| size < 0) {
            return Err(Error::NegativeSize);
        }
        Ok(Self { source: Source::Object(base), offset, size, readonly })
    }

    /// `PyBuffer_FromMemory`: `size` bytes at `ptr`, to read.
    ///
    /// # Safety
    ///
    /// They are there, initialised, for as long as the buffer object is. While one of its methods runs,
    /// nobody else writes them.
    ///
    /// # Errors
    ///
    /// [`Error::NegativeSize`], also for `Py_END_OF_BUFFER`: memory has no end of its own.
    pub unsafe fn from_memory(ptr: *const u8, size: isize) -> Result<Self, Error> {
        Self::of_size(size, Source::Memory(Segment { ptr: ptr.cast_mut(), len: size }), true)
    }

    /// `PyBuffer_FromReadWriteMemory`: the same, to write.
    ///
    /// # Safety
    ///
    /// As for [`from_memory`](Self::from_memory). The bytes may be written, too, and while a method
    /// runs, nobody else reads them.
    ///
    /// # Errors
    ///
    /// As for [`from_memory`](Self::from_memory).
    pub unsafe fn from_read_write_memory(ptr: *mut u8, size: isize) -> Result<Self, Error> {
        Self::of_size(size, Source::Memory(Segment { ptr, len: size }), false)
    }

    /// `PyBuffer_New`: `size` bytes of its own, to write. They are 0.
    ///
    /// # Errors
    ///
    /// [`Error::NegativeSize`], [`Error::NoMemory`].
    pub fn new(size: isize) -> Result<Self, Error> {
        let count = usize::try_from(size).map_err(|_| Error::NegativeSize)?;
        Self::of_size(size, Source::Own(Allocation::zeros(count)?), false)
    }

    /// A read-only buffer object with a copy of these bytes.
    ///
    /// # Errors
    ///
    /// [`Error::NoMemory`].
    pub fn copy_of(bytes: &[u8]) -> Result<Self, Error> {
        let own = Allocation::copy_of(bytes)?;
        Self::of_size(bytes.len() as isize, Source::Own(own), true)
    }

    fn of_size(size: isize, source: Source, readonly: bool) -> Result<Self, Error> {
        let size = if size < 0 { Err(Error::NegativeSize) } else { Ok(Some(size)) };
        size.map(|size| Self { source, offset: 0, size, readonly })
    }

    /// Whether it cannot be written to.
    pub fn readonly(&self) -> bool {
        self.readonly
    }

    /// It as an exporter of plain bytes: those that it has at the time of a request. The base is held
    /// while views are out.
    pub fn object(self: &Rc<Self>) -> Object {
        Object::new(Lent { object: Rc::clone(self), shapes: Shapes::default() })
    }

    /// Where the memory is now, and how long it is.
    ///
    /// # Errors
    ///
    /// [`Error::NotSingleSegment`], [`Error::NotReadable`], [`Error::NotWriteable`], or the base's own.
    pub fn segment(&self) -> Result<Segment, Error> {
        self.part(self.access())
    }

    /// How it asks its base.
    fn access(&self) -> Access {
        if self.readonly { Access::Read } else { Access::Write }
    }

    /// Its part of the only segment of the base.
    fn part(&self, access: Access) -> Result<Segment, Error> {
        let all = match &self.source {
            Source::Memory(segment) => *segment,
            Source::Own(own) => Segment { ptr: own.start().as_ptr(), len: own.size() as isize },
            Source::Object(base) => base.only_segment(access)?,
        };
        let offset = self.offset.min(all.len);
        let rest = all.len - offset;
        let len = self.size.map_or(rest, |size| size.min(rest));
        Ok(Segment { ptr: all.ptr.wrapping_offset(offset), len })
    }

    fn base(&self) -> Option<&dyn Segments> {
        match &self.source {
            Source::Object(base) => Some(&**base),
            Source::Memory(_) | Source::Own(_) => None,
        }
    }
}

// SAFETY: a segment is part of one of the base, of memory that the maker vouches for, or of its own,
// which stays where it is; one to write comes from the write slot or can be written to. Only what the
// base has can change, and that is held there.
unsafe impl Segments for BufferObject {
    fn read(&self, _segment: isize) -> Option<Result<Segment, Error>> {
        Some(self.part(Access::Read))
    }

    fn write(&self, _segment: isize) -> Option<Result<Segment, Error>> {
        (!self.readonly).then(|| self.part(Access::Write))
    }

    fn char(&self, _segment: isize) -> Option<Result<Segment, Error>> {
        Some(self.part(Access::Char))
    }

    /// 1, or -1 where the base has no memory to give.
    fn segment_count(&self) -> Option<isize> {
        Some(if self.segment().is_ok() { 1 } else { -1 })
    }

    /// Asks the base once where count and slot come to the same: else the questions would double with
    /// each buffer object over a buffer object.
    fn only_segment(&self, access: Access) -> Result<Segment, Error> {
        let counted = self.segment().map_err(|_| Error::NotSingleSegment)?;
        match access {
            Access::Write if self.readonly => Err(Error::NotWriteable),
            access if access == self.access() => Ok(counted),
            access => self.part(access),
        }
    }

    fn hold(&self) {
        self.base().into_iter().for_each(Segments::hold);
    }

    unsafe fn let_go(&self) {
        // SAFETY: left to the caller.
        self.base().into_iter().for_each(|base| unsafe { base.let_go() });
    }
}

/// A buffer object under the new protocol.
struct Lent {
    object: Rc<BufferObject>,
    shapes: Shapes,
}

// SAFETY: a segment is valid, and while views are out it is held. Shapes stay as long as this.
unsafe impl Exporter for Lent {
    fn memory(&self) -> Result<Memory<'_>, Error> {
        let Segment { ptr, len } = self.object.segment()?;
        Ok(Memory {
            buf: ptr,
            readonly: self.object.readonly,
            itemsize: 1,
            format: None,
            shape: self.shapes.of(len),
            strides: &[1],
            suboffsets: None,
        })
    }

    fn granted(&self) {
        self.object.hold();
    }

    fn released(&self) {
        // SAFETY: only an `Object` knows this exporter, and it releases what it has granted.
        unsafe { self.object.let_go() };
    }
}

/// Shapes of one dimension, each of them once. They stay, as views may point at them.
#[derive(Default)]
struct Shapes {
    first: [isize; 1],
    others: OnceCell<Box<Shapes>>,
}

impl Shapes {
    /// That of `len` elements.
    fn of(&self, len: isize) -> &[isize; 1] {
        let mut shapes = self;
        while shapes.first != [len] {
            let others = || Box::new(Shapes { first: [len], others: OnceCell::new() });
            shapes = shapes.others.get_or_init(others);
        }
        &shapes.first
    }
}
