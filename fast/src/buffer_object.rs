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
use alloc::vec::Vec;
use core::cell::Cell;

use crate::error::Error;
use crate::old_protocol::{Segment, Segments};

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
    Own(Box<[Cell<u8>]>),
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
        let mut own = Vec::new();
        own.try_reserve_exact(count).map_err(|_| Error::NoMemory)?;
        own.resize(count, Cell::new(0));
        Self::of_size(size, Source::Own(own.into_boxed_slice()), false)
    }

    /// A read-only buffer object with a copy of these bytes.
    ///
    /// # Errors
    ///
    /// [`Error::NoMemory`].
    pub fn copy_of(bytes: &[u8]) -> Result<Self, Error> {
        let mut own = Vec::new();
        own.try_reserve_exact(bytes.len()).map_err(|_| Error::NoMemory)?;
        own.extend(bytes.iter().copied().map(Cell::new));
        Self::of_size(bytes.len() as isize, Source::Own(own.into_boxed_slice()), true)
    }

    fn of_size(size: isize, source: Source, readonly: bool) -> Result<Self, Error> {
        let size = if size < 0 { Err(Error::NegativeSize) } else { Ok(Some(size)) };
        size.map(|size| Self { source, offset: 0, size, readonly })
    }

    /// Whether it cannot be written to.
    pub fn readonly(&self) -> bool {
        self.readonly
    }

    /// Where the memory is now, and how long it is.
    ///
    /// # Errors
    ///
    /// [`Error::NotSingleSegment`], [`Error::NotReadable`], [`Error::NotWriteable`], or the base's own.
    pub fn segment(&self) -> Result<Segment, Error> {
        match self.readonly {
            true => self.part_of(|base| base.read(0), Error::NotReadable),
            false => self.part_of(|base| base.write(0), Error::NotWriteable),
        }
    }

    /// The part of what a slot of the base gives; `missing` if it has none.
    fn part_of(
        &self,
        slot: impl Fn(&dyn Segments) -> Option<Result<Segment, Error>>,
        missing: Error,
    ) -> Result<Segment, Error> {
        let all = match &self.source {
            Source::Memory(segment) => *segment,
            Source::Own(bytes) => {
                Segment { ptr: bytes.as_ptr().cast_mut().cast(), len: bytes.len() as isize }
            }
            Source::Object(base) if base.segment_count() != Some(1) => {
                return Err(Error::NotSingleSegment);
            }
            Source::Object(base) => match slot(&**base).unwrap_or(Err(missing))? {
                Segment { len: ..0, .. } => return Err(missing),
                segment => segment,
            },
        };
        let offset = self.offset.min(all.len);
        let rest = all.len - offset;
        let len = self.size.map_or(rest, |size| size.min(rest));
        Ok(Segment { ptr: all.ptr.wrapping_offset(offset), len })
    }
}

// SAFETY: a segment is part of one of the base, of memory that the maker vouches for, or of its own,
// which stays where it is; one to write comes from the write slot or can be written to.
unsafe impl Segments for BufferObject {
    fn read(&self, _segment: isize) -> Option<Result<Segment, Error>> {
        Some(self.part_of(|base| base.read(0), Error::NotReadable))
    }

    fn write(&self, _segment: isize) -> Option<Result<Segment, Error>> {
        (!self.readonly).then(|| self.part_of(|base| base.write(0), Error::NotWriteable))
    }

    fn char(&self, _segment: isize) -> Option<Result<Segment, Error>> {
        Some(self.part_of(|base| base.char(0), Error::NotCharacter))
    }

    /// 1, or -1 where the base has no memory to give.
    fn segment_count(&self) -> Option<isize> {
        Some(if self.segment().is_ok() { 1 } else { -1 })
    }
}
