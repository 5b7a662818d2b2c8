//! The old protocol of Python 2: memory in segments, and a slot for each use of it.
//!
//! The functions fail with TypeError, whatever the cause, as documented. (CPython 2.7 lets an
//! exporter's own exception through.) [`compat`](crate::compat) has what Python 3 left of them.

use crate::error::Error;

/// A piece of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The first byte.
    pub ptr: *mut u8,
    /// The number of bytes. Negative is no segment at all.
    pub len: isize,
}

/// What a segment is asked for: each has a slot of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Bytes to read.
    Read,
    /// Bytes to write.
    Write,
    /// Characters to read.
    Char,
}

/// An object with the slots of the old protocol. `None` means that the slot is missing.
///
/// A get slot is called with segment 0 only, and sometimes only to see whether it is there.
///
/// # Safety
///
/// A segment is initialised and valid to read, and one from [`write`](Self::write) to write, until the
/// object is changed or dropped, and at least from [`hold`](Self::hold) to [`let_go`](Self::let_go).
/// While one of this crate's functions runs that is given the object, nobody else changes it or writes
/// to its memory: that goes for the methods here, too.
pub unsafe trait Segments {
    /// A segment to read from.
    fn read(&self, segment: isize) -> Option<Result<Segment, Error>>;

    /// A segment to write to.
    fn write(&self, segment: isize) -> Option<Result<Segment, Error>>;

    /// A segment of characters.
    fn char(&self, segment: isize) -> Option<Result<Segment, Error>>;

    /// How many segments there are; negative is a failure.
    fn segment_count(&self) -> Option<isize>;

    /// The only segment. Provided, for those who can tell without asking each slot by itself.
    ///
    /// # Errors
    ///
    /// [`Error::NotSingleSegment`]; [`Error::NotReadable`], [`Error::NotWriteable`] or
    /// [`Error::NotCharacter`] without that slot or if its segment is none; the slot's own.
    fn only_segment(&self, access: Access) -> Result<Segment, Error> {
        if self.segment_count() != Some(1) {
            return Err(Error::NotSingleSegment);
        }
        let segment = access.slot(self).unwrap_or(Err(access.missing()))?;
        if segment.len < 0 { Err(access.missing()) } else { Ok(segment) }
    }

    /// From here on the segments stay where they are and keep their extent. May be called again, and
    /// is undone by as many calls of [`let_go`](Self::let_go). Provided for those that never change.
    fn hold(&self) {}

    /// Undoes one [`hold`](Self::hold).
    ///
    /// # Safety
    ///
    /// One of the caller's own, and not undone before.
    unsafe fn let_go(&self) {}
}

impl Access {
    /// Calls the slot.
    fn slot<S: Segments + ?Sized>(self, object: &S) -> Option<Result<Segment, Error>> {
        match self {
            Self::Read => object.read(0),
            Self::Write => object.write(0),
            Self::Char => object.char(0),
        }
    }

    /// What it is to have no such slot.
    fn missing(self) -> Error {
        match self {
            Self::Read => Error::NotReadable,
            Self::Write => Error::NotWriteable,
            Self::Char => Error::NotCharacter,
        }
    }
}

/// `PyObject_AsCharBuffer`: the only segment, as characters to read.
///
/// # Errors
///
/// [`Error::NotSingleSegment`], or [`Error::NotCharacter`] if a slot is missing or fails.
pub fn as_char_buffer(object: &dyn Segments) -> Result<Segment, Error> {
    as_buffer(object, Access::Char)
}

/// `PyObject_AsReadBuffer`: the only segment, as bytes to read.
///
/// # Errors
///
/// [`Error::NotSingleSegment`], or [`Error::NotReadable`] if a slot is missing or fails.
pub fn as_read_buffer(object: &dyn Segments) -> Result<Segment, Error> {
    as_buffer(object, Access::Read)
}

/// `PyObject_AsWriteBuffer`: the only segment, as bytes to write.
///
/// # Errors
///
/// [`Error::NotSingleSegment`], or [`Error::NotWriteable`] if a slot is missing or fails.
pub fn as_write_buffer(object: &dyn Segments) -> Result<Segment, Error> {
    as_buffer(object, Access::Write)
}

/// `PyObject_CheckReadBuffer`: whether there is a slot to read with and exactly one segment.
///
/// Whether reading would succeed is another question: only the slot's presence counts.
pub fn check_read_buffer(object: &dyn Segments) -> bool {
    object.read(0).is_some() && object.segment_count() == Some(1)
}

/// What the slot gives, provided that it is all there is. A missing slot weighs more than a wrong
/// count, and a wrong count more than a slot that fails. The count is asked for first, as in CPython,
/// so that the segment is as fresh as can be.
fn as_buffer(object: &dyn Segments, access: Access) -> Result<Segment, Error> {
    let count = object.segment_count();
    match (access.slot(object), count) {
        (None, _) | (_, None) => Err(access.missing()),
        (Some(Ok(segment)), Some(1)) if segment.len >= 0 => Ok(segment),
        (Some(_), Some(1)) => Err(access.missing()),
        (Some(_), Some(_)) => Err(Error::NotSingleSegment),
    }
}
