//! What can go wrong, one variant a cause, and the Python exception that each one is.

use core::fmt;

/// Why a call failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Writable memory was asked for and the memory is read-only.
    #[error("the memory is read-only")]
    NotWritable,
    /// C's order was asked for, or strides were not, and the memory is not packed in C's order.
    #[error("the memory is not contiguous in C's order")]
    NotCContiguous,
    /// Fortran's order was asked for and the memory is not packed in it.
    #[error("the memory is not contiguous in Fortran's order")]
    NotFortranContiguous,
    /// Packed memory was asked for and the memory is packed in neither order.
    #[error("the memory is contiguous in neither order")]
    NotContiguous,
    /// The memory has pointers to follow and the consumer did not say that it can.
    #[error("the memory cannot be described without suboffsets")]
    NeedsSuboffsets,
    /// A format was asked for without a shape: plain bytes have no format but `"B"`.
    #[error("a format was asked for without a shape")]
    FormatWithoutShape,
    /// More dimensions than [`MAX_NDIM`](crate::MAX_NDIM).
    #[error("more than 64 dimensions")]
    TooManyDimensions,
    /// The exporter's own description of its memory makes no sense.
    #[error("invalid layout: {0}")]
    InvalidLayout(&'static str),
    /// The memoryview has been released.
    #[error("the memoryview is released")]
    Released,
    /// There is no `Py_buffer` to fill.
    #[error("the view is NULL")]
    ViewIsNull,
    /// A memoryview cannot be released, nor a bytearray resized, while views of it are out.
    #[error("views of it are still out")]
    ViewsOut,
    /// There is no memory to be viewed.
    #[error("the memory is NULL")]
    NullMemory,

    /// The object has no buffer interface.
    #[error("the object has no buffer interface")]
    NoProtocol,
    /// A pointer that must not be NULL was. For C interfaces on top of this crate.
    #[error("an argument is NULL")]
    NullArgument,
    /// The flags are exactly `PyBUF_READ` or exactly `PyBUF_WRITE`, which are no requests.
    #[error("PyBUF_READ and PyBUF_WRITE are not requests")]
    BadFlags,
    /// An order that is none of `'C'`, `'F'` and `'A'`. For C interfaces on top of this crate.
    #[error("the order is none of 'C', 'F' and 'A'")]
    BadOrder,

    /// The old protocol cannot give memory to read.
    #[error("not a readable buffer")]
    NotReadable,
    /// The old protocol cannot give memory to write.
    #[error("not a writeable buffer")]
    NotWriteable,
    /// The old protocol cannot give characters.
    #[error("not a character buffer")]
    NotCharacter,
    /// The old protocol's memory is not in exactly one piece.
    #[error("not a single-segment buffer")]
    NotSingleSegment,

    /// A slice with a step of zero.
    #[error("the step of a slice is zero")]
    ZeroStep,
    /// A slice, an index or a reversal along a dimension that a memoryview does not have.
    #[error("the memoryview has no such dimension")]
    NoDimension,
    /// Axes that are not each of the dimensions once.
    #[error("the axes are not a permutation of the dimensions")]
    NotPermutation,
    /// A step of a memoryview that suboffsets cannot describe: what comes behind a pointer can be moved by
    /// its suboffset only, which is never negative, and a dimension stays on its side of a pointer.
    #[error("there is no such view of memory behind pointers")]
    BehindPointers,
    /// A cast of memory that is not packed in C's order.
    #[error("only memory that is contiguous in C's order can be cast")]
    CastNotContiguous,
    /// A cast to elements that together are not as long as the memory.
    #[error("the elements of the cast do not make up the length of the memory")]
    CastLength,
    /// A cast to elements of no bytes, or to no elements along a dimension.
    #[error("the itemsize and the extents of a cast must be positive")]
    CastShape,

    /// A buffer object that starts before its base.
    #[error("the offset is negative")]
    NegativeOffset,
    /// A buffer object of a size that is none.
    #[error("the size is negative")]
    NegativeSize,
    /// An index that has no element, or of a buffer object, no byte.
    #[error("the index is out of range")]
    IndexOutOfRange,
    /// An assignment of more or fewer bytes than are to be replaced.
    #[error("a buffer object cannot change its length")]
    AssignmentLength,
    /// The hash of a buffer object that can be written to.
    #[error("what can be written to has no hash")]
    NotHashable,
    /// Elements are not of the type that they were to be read as, or not in this machine's byte order.
    #[error("the format is not that of the type")]
    ItemDiffers,
    /// Elements do not lie where values of their type can be referred to.
    #[error("the memory is not aligned for the type")]
    Unaligned,
    /// Memory that somebody might write cannot be had as a slice.
    #[error("somebody might write the memory")]
    Mutable,
    /// The length of a packed copy, or of the numbers for an array, is not that of the shape.
    #[error("the length is not that of the view")]
    LengthDiffers,
    /// There is more to copy than there is room for.
    #[error("the destination is too small for the data")]
    DestinationTooSmall,
    /// The destination has no element for each index of the source.
    #[error("the shapes of source and destination do not go together")]
    ShapesDiffer,

    /// A character of a format that is no code, at least not behind that prefix.
    #[error("bad char in the format")]
    FormatCode,
    /// A count at the end of a format, with no code behind it.
    #[error("the format ends with a count")]
    FormatCount,
    /// A size that is larger than an `isize` can be.
    #[error("the size of the format is too large")]
    FormatTooLong,
    /// A format with a character that is not ASCII.
    #[error("the format is not ASCII")]
    FormatNotAscii,
    /// A format that is not UTF-8.
    #[error("the format is not UTF-8")]
    FormatNotUtf8,

    /// There is no memory left.
    #[error("out of memory")]
    NoMemory,
    /// An exception of the exporter's own, passed on.
    #[error("the exporter raised {0}")]
    Raised(Exception),
}

impl Error {
    /// The class of the exception that Python would see.
    pub const fn exception(&self) -> Exception {
        match self {
            Self::NotWritable
            | Self::NotCContiguous
            | Self::NotFortranContiguous
            | Self::NotContiguous
            | Self::NeedsSuboffsets
            | Self::FormatWithoutShape
            | Self::TooManyDimensions
            | Self::InvalidLayout(_)
            // CPython raises ValueError here, where the documents promise BufferError.
            | Self::Released
            | Self::ViewIsNull
            | Self::ViewsOut
            | Self::Unaligned
            | Self::Mutable
            | Self::DestinationTooSmall
            | Self::ShapesDiffer => Exception::BufferError,
            Self::NoProtocol
            | Self::NotReadable
            | Self::NotWriteable
            | Self::NotCharacter
            | Self::NotSingleSegment
            | Self::NoDimension
            | Self::CastNotContiguous
            | Self::CastLength
            | Self::ItemDiffers
            | Self::AssignmentLength
            | Self::NotHashable => Exception::TypeError,
            Self::ZeroStep
            | Self::BadOrder
            | Self::CastShape
            | Self::LengthDiffers
            | Self::NotPermutation
            | Self::BehindPointers
            | Self::NegativeOffset
            | Self::NegativeSize
            | Self::NullMemory => Exception::ValueError,
            Self::IndexOutOfRange => Exception::IndexError,
            Self::NullArgument | Self::BadFlags => Exception::SystemError,
            // The struct module's own.
            Self::FormatCode | Self::FormatCount | Self::FormatTooLong => Exception::Other("error"),
            Self::FormatNotAscii => Exception::Other("UnicodeEncodeError"),
            Self::FormatNotUtf8 => Exception::Other("UnicodeDecodeError"),
            Self::NoMemory => Exception::MemoryError,
            Self::Raised(exception) => *exception,
        }
    }
}

/// The class of a Python exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exception {
    /// A request that the exporter cannot grant.
    BufferError,
    /// An object that does not support what was asked of it.
    TypeError,
    /// An argument of the right type with a wrong value.
    ValueError,
    /// A mistake of the calling C code.
    SystemError,
    /// An allocation that failed.
    MemoryError,
    /// An index that nothing is at.
    IndexError,
    /// Any other class, by its name.
    Other(&'static str),
}

impl Exception {
    /// The name of the class, as Python spells it, without its module.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::BufferError => "BufferError",
            Self::TypeError => "TypeError",
            Self::ValueError => "ValueError",
            Self::SystemError => "SystemError",
            Self::MemoryError => "MemoryError",
            Self::IndexError => "IndexError",
            Self::Other(name) => name,
        }
    }
}

impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn causes_have_the_class_that_the_documents_promise() {
        let table = [
            (Error::NotWritable, "BufferError"),
            (Error::NotCContiguous, "BufferError"),
            (Error::TooManyDimensions, "BufferError"),
            (Error::InvalidLayout("overflow"), "BufferError"),
            (Error::Released, "BufferError"),
            (Error::ViewIsNull, "BufferError"),
            (Error::NoProtocol, "TypeError"),
            (Error::NotReadable, "TypeError"),
            (Error::NotWriteable, "TypeError"),
            (Error::NotCharacter, "TypeError"),
            (Error::NotSingleSegment, "TypeError"),
            (Error::NullArgument, "SystemError"),
            (Error::BadFlags, "SystemError"),
            (Error::ZeroStep, "ValueError"),
            (Error::BadOrder, "ValueError"),
            (Error::NegativeOffset, "ValueError"),
            (Error::IndexOutOfRange, "IndexError"),
            (Error::NotHashable, "TypeError"),
            (Error::ItemDiffers, "TypeError"),
            (Error::Mutable, "BufferError"),
            (Error::NotPermutation, "ValueError"),
            (Error::NoMemory, "MemoryError"),
            (Error::FormatCount, "error"),
            (Error::FormatNotAscii, "UnicodeEncodeError"),
            (Error::Raised(Exception::Other("OSError")), "OSError"),
        ];
        for (error, name) in table {
            assert_eq!(error.exception().name(), name, "{error}");
        }
    }

    #[test]
    fn an_exporters_own_exception_is_named() {
        let error = Error::Raised(Exception::Other("UnicodeEncodeError"));
        assert_eq!(error.to_string(), "the exporter raised UnicodeEncodeError");
    }
}
