//! What is made over a block of memory that no object owns: memoryviews and buffer objects.

use std::ffi::{c_char, c_int, c_void};

use pybuf_harness::Reply;
use pybuf_harness::call::Call;

use super::api::tested;
use super::case::Made;
use super::embedded::Embedded;
use super::layout::PyObject;
use super::memoryview::over;
use crate::block::Block;
use crate::rows::counting;

/// `PyBuffer_FromMemory` and its like.
type FromMemory = unsafe extern "C" fn(*mut c_void, isize) -> *mut PyObject;

/// `PyMemoryView_FromMemory`.
type ViewFromMemory = unsafe extern "C" fn(*mut c_char, isize, c_int) -> *mut PyObject;

impl Embedded {
    /// The reply to a call that makes such an object, and the object.
    pub(super) fn over_memory(&mut self, call: &Call) -> (Reply, Option<Made>) {
        let api = self.python.api;
        match *call {
            Call::MemoryviewFromMemory { size, flags } => self.view_over_memory(
                tested!(api, PyMemoryView_FromMemory: ViewFromMemory),
                size,
                flags,
            ),
            Call::BufferFromMemory { size } => {
                self.buffer_over_memory(tested!(api, PyBuffer_FromMemory: FromMemory), size)
            }
            Call::BufferFromReadWriteMemory { size } => self
                .buffer_over_memory(tested!(api, PyBuffer_FromReadWriteMemory: FromMemory), size),
            _ => (Reply::NotMade, None),
        }
    }

    fn view_over_memory(
        &mut self,
        function: Option<ViewFromMemory>,
        size: i64,
        flags: c_int,
    ) -> (Reply, Option<Made>) {
        let Some(function) = function else {
            return (Reply::NotInEdition, None);
        };
        let block = self.keep(size);
        let start = block.start.cast_mut().cast();
        // SAFETY: the bytes are kept until the case is over. Of a negative size nothing is read.
        let (returned, view) =
            self.new_object(None, || unsafe { function(start, size as isize, flags) });
        (Reply::Returned(returned), over(block, view))
    }

    fn buffer_over_memory(
        &mut self,
        function: Option<FromMemory>,
        size: i64,
    ) -> (Reply, Option<Made>) {
        let Some(function) = function else {
            return (Reply::NotInEdition, None);
        };
        let block = self.keep(size);
        let start = block.start.cast_mut().cast();
        // SAFETY: the memory has that size if it is one, and outlives the objects of the case. What is
        // over memory of a negative size is not used.
        let (returned, object) =
            self.new_object(None, || unsafe { function(start, size as isize) });
        let made = object.map(|object| Made::with_memory(object, block.start, block.size));
        (Reply::Returned(returned), made)
    }

    /// Counting bytes, as many as `size` if that is not negative, which are kept until the case is over.
    fn keep(&mut self, size: i64) -> Block {
        let bytes = counting(usize::try_from(size).unwrap_or(0));
        let block = Block { start: bytes.as_ptr().cast(), size: bytes.len() };
        self.case.kept.push(Box::new(bytes));
        block
    }
}
