//! What is done with a buffer object as if it was a string: the operations of Python's abstract
//! protocols. Each asks for the memory anew.

use alloc::vec::Vec;
use core::cmp::Ordering;
use core::ptr;

use crate::error::Error;
use crate::objects::buffer_object::BufferObject;
use crate::old_protocol::{Segment, Segments, as_read_buffer};

impl BufferObject {
    /// `PySequence_Size`, in bytes.
    ///
    /// # Errors
    ///
    /// Those of [`segment`](Self::segment), here and in all methods below.
    pub fn size(&self) -> Result<isize, Error> {
        self.segment().map(|segment| segment.len)
    }

    /// A copy of all bytes.
    ///
    /// # Errors
    ///
    /// [`Error::NoMemory`].
    pub fn bytes(&self) -> Result<Vec<u8>, Error> {
        copy(self.segment()?)
    }

    /// `PySequence_GetItem`: a byte. A negative index counts from the end.
    ///
    /// # Errors
    ///
    /// [`Error::IndexOutOfRange`].
    pub fn item(&self, index: isize) -> Result<u8, Error> {
        let item = self.segment()?.item(index)?;
        // SAFETY: the byte is part of a segment that was given just now.
        Ok(unsafe { item.ptr.read() })
    }

    /// `PySequence_GetSlice`: a copy of the bytes from one index up to another. Negative ones count from
    /// the end, and what is out of range is cut off.
    ///
    /// # Errors
    ///
    /// [`Error::NoMemory`].
    pub fn slice(&self, start: isize, stop: isize) -> Result<Vec<u8>, Error> {
        copy(self.segment()?.slice(start, stop))
    }

    /// `PySequence_Concat`: its bytes and those of another object, behind each other.
    ///
    /// # Errors
    ///
    /// Those of [`as_read_buffer`] of the other object, but its own exception is handed on;
    /// [`Error::NoMemory`].
    pub fn concat(&self, other: &dyn Segments) -> Result<Vec<u8>, Error> {
        let (mut joined, other) = (self.bytes()?, copy(readable(other)?)?);
        joined.try_reserve_exact(other.len()).map_err(|_| Error::NoMemory)?;
        joined.extend(other);
        Ok(joined)
    }

    /// `PySequence_Repeat`: its bytes, `count` times. Counts below 0 are like 0.
    ///
    /// # Errors
    ///
    /// [`Error::NoMemory`].
    pub fn repeat(&self, count: isize) -> Result<Vec<u8>, Error> {
        let bytes = self.bytes()?;
        let count = if bytes.is_empty() { 0 } else { usize::try_from(count).unwrap_or(0) };
        let mut repeated = Vec::new();
        let len = bytes.len().checked_mul(count).ok_or(Error::NoMemory)?;
        repeated.try_reserve_exact(len).map_err(|_| Error::NoMemory)?;
        (0..count).for_each(|_| repeated.extend_from_slice(&bytes));
        Ok(repeated)
    }

    /// `PyObject_Compare`: by the first byte that differs, then by length.
    ///
    /// # Errors
    ///
    /// [`Error::NoMemory`].
    pub fn compare(&self, other: &BufferObject) -> Result<Ordering, Error> {
        Ok(self.bytes()?.cmp(&other.bytes()?))
    }

    /// `PyObject_Hash`: the same for all that are read-only and have the same bytes. Never -1, which is
    /// an error in C.
    ///
    /// # Errors
    ///
    /// [`Error::NotHashable`] if it can be written to; [`Error::NoMemory`].
    pub fn hash(&self) -> Result<isize, Error> {
        if !self.readonly() {
            return Err(Error::NotHashable);
        }
        // FNV-1a.
        let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        let hash = self.bytes()?.iter().fold(0xcbf2_9ce4_8422_2325, step) as isize;
        Ok(if hash == -1 { -2 } else { hash })
    }

    /// `PySequence_SetItem`: replaces a byte by the only one that `value` has.
    ///
    /// # Errors
    ///
    /// [`Error::NotWriteable`], [`Error::IndexOutOfRange`], those of reading `value` as in
    /// [`concat`](Self::concat), [`Error::AssignmentLength`]; [`Error::NoMemory`]. Then nothing is written.
    pub fn set_item(&self, index: isize, value: &dyn Segments) -> Result<(), Error> {
        self.assign(value, |segment| segment.item(index))
    }

    /// `PySequence_SetSlice`: replaces the bytes of a slice by as many others. The two may overlap.
    ///
    /// # Errors
    ///
    /// As [`set_item`](Self::set_item), without the index.
    pub fn set_slice(&self, start: isize, stop: isize, value: &dyn Segments) -> Result<(), Error> {
        self.assign(value, |segment| Ok(segment.slice(start, stop)))
    }

    fn assign(
        &self,
        value: &dyn Segments,
        place: impl FnOnce(Segment) -> Result<Segment, Error>,
    ) -> Result<(), Error> {
        if self.readonly() {
            return Err(Error::NotWriteable);
        }
        // First a copy: asking for the one segment may change where the other is.
        let value = copy(readable(value)?)?;
        let place = place(self.segment()?)?;
        if value.len() as isize != place.len {
            return Err(Error::AssignmentLength);
        }
        // SAFETY: the segment was given just now, to write, and the copy is nowhere in it.
        unsafe { ptr::copy_nonoverlapping(value.as_ptr(), place.ptr, value.len()) };
        Ok(())
    }
}

impl Segment {
    /// The byte of an index, which may count from the end.
    fn item(self, index: isize) -> Result<Segment, Error> {
        match if index < 0 { index + self.len } else { index } {
            place if (0..self.len).contains(&place) => {
                Ok(Segment { ptr: self.ptr.wrapping_offset(place), len: 1 })
            }
            _ => Err(Error::IndexOutOfRange),
        }
    }

    /// The bytes of a slice, whose ends may count from the end.
    fn slice(self, start: isize, stop: isize) -> Segment {
        let place = |index: isize| {
            let index = if index < 0 { index + self.len } else { index };
            index.clamp(0, self.len)
        };
        let start = place(start);
        let len = (place(stop) - start).max(0);
        Segment { ptr: self.ptr.wrapping_offset(start), len }
    }
}

/// The only segment of an object, to read. What it raises is handed on.
fn readable(object: &dyn Segments) -> Result<Segment, Error> {
    match (object.segment_count(), object.read(0)) {
        (Some(1), Some(Err(error))) => Err(error),
        _ => as_read_buffer(object),
    }
}

/// The bytes of a segment that was given just now.
fn copy(segment: Segment) -> Result<Vec<u8>, Error> {
    let len = usize::try_from(segment.len).map_err(|_| Error::NotReadable)?;
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(len).map_err(|_| Error::NoMemory)?;
    if len > 0 {
        // SAFETY: the segment is valid to read, and there is room for it.
        unsafe {
            ptr::copy_nonoverlapping(segment.ptr, bytes.as_mut_ptr(), len);
            bytes.set_len(len);
        }
    }
    Ok(bytes)
}
