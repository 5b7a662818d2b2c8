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

/// An object with the slots of the old protocol. `None` means that the slot is missing.
///
/// A get slot is called with segment 0 only, and sometimes only to see whether it is there.
///
/// # Safety
///
/// A segment is valid to read, and one from [`write`](Self::write) to write, until the object is
/// changed or dropped.
pub unsafe trait Segments {
    /// A segment to read from.
    fn read(&self, segment: isize) -> Option<Result<Segment, Error>>;

    /// A segment to write to.
    fn write(&self, segment: isize) -> Option<Result<Segment, Error>>;

    /// A segment of characters.
    fn char(&self, segment: isize) -> Option<Result<Segment, Error>>;

    /// How many segments there are; negative is a failure.
    fn segment_count(&self) -> Option<isize>;
}

/// `PyObject_AsCharBuffer`: the only segment, as characters to read.
///
/// # Errors
///
/// [`Error::NotSingleSegment`], or [`Error::NotCharacter`] if a slot is missing or fails.
pub fn as_char_buffer(object: &dyn Segments) -> Result<Segment, Error> {
    only_segment(object, object.char(0), Error::NotCharacter)
}

/// `PyObject_AsReadBuffer`: the only segment, as bytes to read.
///
/// # Errors
///
/// [`Error::NotSingleSegment`], or [`Error::NotReadable`] if a slot is missing or fails.
pub fn as_read_buffer(object: &dyn Segments) -> Result<Segment, Error> {
    only_segment(object, object.read(0), Error::NotReadable)
}

/// `PyObject_AsWriteBuffer`: the only segment, as bytes to write.
///
/// # Errors
///
/// [`Error::NotSingleSegment`], or [`Error::NotWriteable`] if a slot is missing or fails.
pub fn as_write_buffer(object: &dyn Segments) -> Result<Segment, Error> {
    only_segment(object, object.write(0), Error::NotWriteable)
}

/// `PyObject_CheckReadBuffer`: whether there is a slot to read with and exactly one segment.
///
/// Whether reading would succeed is another question: only the slot's presence counts.
pub fn check_read_buffer(object: &dyn Segments) -> bool {
    object.read(0).is_some() && object.segment_count() == Some(1)
}

/// What the slot gave, provided that it is all there is. A missing slot weighs more than a wrong
/// count, and a wrong count more than a slot that failed.
fn only_segment(
    object: &dyn Segments,
    slot: Option<Result<Segment, Error>>,
    failure: Error,
) -> Result<Segment, Error> {
    match (slot, object.segment_count()) {
        (None, _) | (_, None) => Err(failure),
        (Some(Ok(segment)), Some(1)) if segment.len >= 0 => Ok(segment),
        (Some(_), Some(1)) => Err(failure),
        (Some(_), Some(_)) => Err(Error::NotSingleSegment),
    }
}
