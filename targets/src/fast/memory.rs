//! What is made over a block of memory that no object owns: memoryviews and buffer objects.

use pybuf_fast::flags::PyBUF_WRITE;
use pybuf_fast::{BufferObject, MemoryView};
use pybuf_harness::call::Call;
use pybuf_harness::reply::Returned;

use super::made::Made;
use super::memoryview::over;
use super::observe::status;
use super::state::Fast;

/// The size of the memory that a call makes a buffer object of, in bytes; 0 for others.
pub(super) fn size(call: &Call) -> i64 {
    match *call {
        Call::BufferFromMemory { size } | Call::BufferFromReadWriteMemory { size } => size,
        _ => 0,
    }
}

impl Fast {
    /// What came of a call that makes such an object, and the object; `None` of another call.
    pub(super) fn over_memory(&mut self, call: &Call) -> Option<(Returned, Option<Made>)> {
        match *call {
            Call::MemoryviewFromMemory { size, flags } => {
                let block = self.keep(usize::try_from(size).unwrap_or(0));
                let (start, readonly) = (block.start.cast_mut(), flags != PyBUF_WRITE);
                // SAFETY: the bytes are kept until the case is over.
                let view = unsafe { MemoryView::from_memory(start, size as isize, readonly) };
                Some(over(block, view))
            }
            Call::BufferFromMemory { size } => Some(self.buffer(size, true)),
            Call::BufferFromReadWriteMemory { size } => Some(self.buffer(size, false)),
            _ => None,
        }
    }

    /// A buffer object over a block that is made for it.
    fn buffer(&mut self, size: i64, readonly: bool) -> (Returned, Option<Made>) {
        let block = self.keep(usize::try_from(size).unwrap_or(0));
        let start = block.start.cast_mut();
        // SAFETY: the bytes are as many as `size` if that is not negative, and kept until the case is over.
        let object = unsafe {
            match readonly {
                true => BufferObject::from_memory(start, size as isize),
                false => BufferObject::from_read_write_memory(start, size as isize),
            }
        };
        let made = object.map(|object| Made::buffer_object(object, block, self.edition));
        (status(&made, Returned::default()), made.ok())
    }
}
