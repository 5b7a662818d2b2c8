//! The C functions of memoryviews.

use std::any::Any;
use std::ffi::{CString, c_char, c_int};
use std::ptr;

use pybuf_fast::flags::{PyBUF_FULL, PyBUF_FULL_RO, PyBUF_WRITE};
use pybuf_harness::call::{BareView, Call, OF_BUFFER};
use pybuf_harness::reply::{Pointer, Seen};
use pybuf_harness::{Reply, Returned};

use super::api::tested;
use super::case::Made;
use super::embedded::Embedded;
use super::layout::PyObject;
use super::object::Object;
use crate::bare::Bare;
use crate::block::Block;
use crate::buffer::Py_buffer;
use crate::rows::{self, counting};
use crate::view::View;

impl Embedded {
    pub(super) fn memoryview(&mut self, call: &Call) -> Reply {
        let (reply, made) = match call {
            Call::MemoryviewFromObject { object } => self.of_object(*object),
            Call::MemoryviewFromBuffer { view, buf_null, format, readonly } => {
                self.of_struct(view, *buf_null, format.as_deref(), *readonly)
            }
            Call::GetContiguous { object, buffertype, order } => {
                self.get_contiguous(*object, *buffertype, *order)
            }
            Call::MemoryviewCheck { object } => (self.check(*object), None),
            Call::MemoryviewRelease { object } => (self.release_memoryview(*object), None),
            _ => self.over_memory(call),
        };
        if call.makes_object() {
            self.case.objects.push(made);
        }
        reply
    }

    /// Calls a function that returns a new object, which is about one of the case if about any.
    pub(super) fn new_object(
        &self,
        about: Option<&Made>,
        function: impl FnOnce() -> *mut PyObject,
    ) -> (Returned, Option<Object>) {
        let mut object = None;
        let returned = self.observe(about, || {
            // SAFETY: NULL, or a new reference.
            object = unsafe { Object::own(self.python.api, function()) };
            Some(if object.is_some() { 0 } else { -1 })
        });
        (returned, object)
    }

    fn of_object(&self, object: usize) -> (Reply, Option<Made>) {
        let function = tested!(
            self.python.api,
            PyMemoryView_FromObject: unsafe extern "C" fn(*mut PyObject) -> *mut PyObject
        );
        let Some(function) = function else {
            return (Reply::NotInEdition, None);
        };
        let Some(made) = self.case.object(object) else {
            return (Reply::NotMade, None);
        };
        // SAFETY: an object.
        let (returned, view) =
            self.new_object(Some(made), || unsafe { function(made.object.as_ptr()) });
        (Reply::Returned(returned), view.map(|view| Made::memoryview(view, Some(made))))
    }

    fn of_struct(
        &mut self,
        view: &BareView,
        buf_null: bool,
        format: Option<&str>,
        readonly: c_int,
    ) -> (Reply, Option<Made>) {
        let function = tested!(
            self.python.api,
            PyMemoryView_FromBuffer: unsafe extern "C" fn(*const Py_buffer) -> *mut PyObject
        );
        let Some(function) = function else {
            return (Reply::NotInEdition, None);
        };
        let Ok(format) = format.map(CString::new).transpose() else {
            return (Reply::NotMade, None);
        };
        if !view.has_whole_arrays() {
            return (Reply::NotMade, None);
        }
        let bytes = counting(OF_BUFFER);
        let bare = Bare::new(view);
        let start = bytes.as_ptr().cast_mut();
        let info = View::of(Py_buffer {
            buf: if buf_null { ptr::null_mut() } else { start.cast() },
            readonly,
            format: format.as_ref().map_or(ptr::null(), |format| format.as_ptr()),
            ..bare.buffer()
        });
        // SAFETY: arrays that are there have an entry for each dimension; some versions keep the pointers
        // to them and to the format, so they are kept, as the bytes are, until the case is over.
        let (returned, made) = self.new_object(None, || unsafe { function(info.as_ptr()) });
        let kept: [Box<dyn Any>; 3] = [Box::new(bytes), Box::new(bare), Box::new(format)];
        self.case.kept.extend(kept);
        let block = Block { start: start.cast_const().cast(), size: OF_BUFFER };
        (Reply::Returned(returned), over(block, made))
    }

    fn get_contiguous(
        &self,
        object: usize,
        buffertype: c_int,
        order: char,
    ) -> (Reply, Option<Made>) {
        let function = tested!(
            self.python.api,
            PyMemoryView_GetContiguous: unsafe extern "C" fn(*mut PyObject, c_int, c_char) -> *mut PyObject
        );
        let Some(function) = function else {
            return (Reply::NotInEdition, None);
        };
        let Some(made) = self.case.object(object) else {
            return (Reply::NotMade, None);
        };
        if self.version < (3, 0) && !self.grants(&made.object, buffertype) {
            return (Reply::Unsupported, None);
        }
        let (returned, view) = self.new_object(Some(made), || {
            // SAFETY: an object; order and type are documented ones.
            unsafe { function(made.object.as_ptr(), buffertype, order as c_char) }
        });
        let Some(view) = view else {
            return (Reply::Returned(returned), None);
        };
        let Some((block, bytes)) = self.memory_of(&view) else {
            self.python.api.take_exception();
            return (Reply::Returned(returned), Some(Made::memoryview(view, None)));
        };
        let (begins, made) = match self.case.locate(block.start.cast(), self.case.block_of(object))
        {
            Pointer::Elsewhere => {
                let own = self.case.objects.len();
                (Pointer::At { block: own, offset: 0 }, over(block, Some(view)))
            }
            begins => (begins, Some(Made::memoryview(view, Some(made)))),
        };
        let buffer = Some(Seen::Is(begins));
        (Reply::Returned(Returned { buffer, bytes, ..returned }), made)
    }

    /// Whether an object grants what `PyMemoryView_GetContiguous` of 2.7 asks it for. If it does not, the
    /// function destroys a memoryview of which half the fields were never set: what comes of that
    /// depends on what was in memory before, and shows in later calls if at all.
    fn grants(&self, object: &Object, buffertype: c_int) -> bool {
        let flags = if buffertype == PyBUF_WRITE { PyBUF_FULL } else { PyBUF_FULL_RO };
        let granted = self.python.api.look(object, flags, |_| ()).is_some();
        self.python.api.take_exception();
        granted
    }

    /// The memory of a memoryview, and what is in it if it is contiguous. A view is asked for and given
    /// back; there is no function that would tell.
    fn memory_of(&self, memoryview: &Object) -> Option<(Block, Option<Vec<u8>>)> {
        let is_contiguous = self.python.api.is_contiguous()?;
        self.python.api.look(memoryview, PyBUF_FULL_RO, |view| {
            // SAFETY: the view was granted; of contiguous memory all bytes are there.
            unsafe {
                let Py_buffer { buf, len, .. } = *view.as_ptr();
                let block = Block {
                    start: buf.cast_const().cast(),
                    size: usize::try_from(len).unwrap_or(0),
                };
                let contiguous = is_contiguous(view.as_ptr(), b'A' as c_char) != 0;
                (block, contiguous.then(|| rows::bytes(block.start, block.size)))
            }
        })
    }

    /// `PyMemoryView_Check` is a macro.
    fn check(&self, object: usize) -> Reply {
        let kind = tested!(self.python.api, type PyMemoryView_Type);
        let Some(kind) = kind else {
            return Reply::NotInEdition;
        };
        let Some(made) = self.case.object(object) else {
            return Reply::NotMade;
        };
        // SAFETY: an object, whose type is only compared.
        let is = unsafe { (*made.object.as_ptr()).ob_type == kind };
        Reply::Returned(Returned { value: Some(is.into()), ..Returned::default() })
    }

    fn release_memoryview(&self, object: usize) -> Reply {
        if self.version < (3, 2) {
            return Reply::NotInEdition;
        }
        let Some(made) = self.case.object(object) else {
            return Reply::NotMade;
        };
        let releases = || Some(made.underneath.as_ref()?.releases.get());
        let before = releases();
        let returned = self.observe(Some(made), || {
            let released = self.python.call(c"release_memoryview", vec![Some(made.object.share())]);
            Some(if released.is_some() { 0 } else { -1 })
        });
        let releases = releases().zip(before).map(|(now, before)| now - before);
        Reply::Returned(Returned { releases, ..returned })
    }
}

/// A memoryview of memory of its own.
pub(super) fn over(block: Block, view: Option<Object>) -> Option<Made> {
    Some(Made { block, ..Made::memoryview(view?, None) })
}
