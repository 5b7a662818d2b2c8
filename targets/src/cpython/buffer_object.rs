//! Python 2's buffer objects.

use std::ffi::{c_char, c_int};
use std::ptr;

use pybuf_harness::call::BufferObject as Call;
use pybuf_harness::call::buffer_object::Part;
use pybuf_harness::{Reply, Returned};

use super::api::{FromMemoryFunction, FromObjectFunction};
use super::case::Made;
use super::embedded::Embedded;
use super::layout::{PyBufferObject, PyObject};
use super::object::Object;
use crate::rows::counting;

/// What a call made, if it is one that makes an object.
type Answer = (Reply, Option<Made>);

impl Embedded {
    pub(super) fn buffer_object(&mut self, call: &Call) -> Reply {
        if call.makes_object() {
            let (reply, made) = self.make_buffer_object(call);
            self.case.objects.push(made);
            return reply;
        }
        if self.python.api.PyBuffer_Type.is_none() {
            // Some of these functions are there, but there are no objects for them.
            return Reply::NotInEdition;
        }
        self.use_buffer_object(call).unwrap_or(Reply::NotMade)
    }

    fn make_buffer_object(&mut self, call: &Call) -> Answer {
        let api = self.python.api;
        match *call {
            Call::FromObject(part) => self.over_object(api.PyBuffer_FromObject, part),
            Call::FromReadWriteObject(part) => {
                self.over_object(api.PyBuffer_FromReadWriteObject, part)
            }
            Call::FromMemory { size } => self.over_memory(api.PyBuffer_FromMemory, size),
            Call::FromReadWriteMemory { size } => {
                self.over_memory(api.PyBuffer_FromReadWriteMemory, size)
            }
            Call::New { size } => self.with_memory(size),
            _ => (Reply::NotMade, None),
        }
    }

    fn over_object(&self, function: Option<FromObjectFunction>, part: Part) -> Answer {
        let Some(function) = function else {
            return (Reply::NotInEdition, None);
        };
        let Some(base) = self.case.object(part.base) else {
            return (Reply::NotMade, None);
        };
        let Part { offset, size, .. } = part;
        // SAFETY: an object.
        let (object, returned) = self.object(Some(base), || unsafe {
            function(base.object.as_ptr(), offset as isize, size as isize)
        });
        (Reply::Returned(returned), object.map(Made::plain))
    }

    fn over_memory(&mut self, function: Option<FromMemoryFunction>, size: i64) -> Answer {
        let Some(function) = function else {
            return (Reply::NotInEdition, None);
        };
        let bytes = counting(usize::try_from(size).unwrap_or(0));
        let (start, len) = (bytes.as_ptr().cast_mut().cast(), bytes.len());
        self.case.lent.push(bytes);
        // SAFETY: the memory has that size if it is one, and outlives the objects of the case. What is
        // over memory of a negative size is not used.
        let (object, returned) = self.object(None, || unsafe { function(start, size as isize) });
        (Reply::Returned(returned), object.map(|object| Made::with_memory(object, start, len)))
    }

    fn with_memory(&self, size: i64) -> Answer {
        let Some(function) = self.python.api.PyBuffer_New else {
            return (Reply::NotInEdition, None);
        };
        // SAFETY: takes any number.
        let (object, returned) = self.object(None, || unsafe { function(size as isize) });
        let made = object.map(|object| {
            // SAFETY: a buffer object, whose memory does not move.
            let start = unsafe { (*object.as_ptr().cast::<PyBufferObject>()).b_ptr };
            Made::with_memory(object, start, usize::try_from(size).unwrap_or(0))
        });
        (Reply::Returned(returned), made)
    }

    /// `None` without one of the objects.
    fn use_buffer_object(&self, call: &Call) -> Option<Reply> {
        let api = self.python.api;
        let object = |number| Some(self.case.object(number)?.object.as_ptr());
        let place = |index: i64| index as isize;
        // SAFETY: each function is called on objects that live.
        unsafe {
            match *call {
                Call::Check { object } => self.check_buffer_object(object),
                Call::Size { object: it } => {
                    self.status(it, api.PySequence_Size, |f, it| f(it) as i64)
                }
                Call::GetItem { object: it, index } => {
                    self.string(it, api.PySequence_GetItem, |f, it| f(it, place(index)))
                }
                Call::GetSlice { object: it, start, stop } => {
                    let (start, stop) = (place(start), place(stop));
                    self.string(it, api.PySequence_GetSlice, |f, it| f(it, start, stop))
                }
                Call::Concat { object: it, other } => {
                    let other = object(other)?;
                    self.string(it, api.PySequence_Concat, |f, it| f(it, other))
                }
                Call::Repeat { object: it, count } => {
                    self.string(it, api.PySequence_Repeat, |f, it| f(it, place(count)))
                }
                Call::Compare { object: it, other } => {
                    let other = object(other)?;
                    self.number(it, api.PyObject_Compare, |f, it| f(it, other))
                }
                Call::Hash { object: it } => self.number(it, api.PyObject_Hash, |f, it| f(it)),
                Call::SetItem { object: it, index, value } => {
                    let (index, value) = (place(index), object(value)?);
                    self.status(it, api.PySequence_SetItem, |f, it| f(it, index, value).into())
                }
                Call::SetSlice { object: it, start, stop, value } => {
                    let (start, stop, value) = (place(start), place(stop), object(value)?);
                    self.status(it, api.PySequence_SetSlice, |f, it| {
                        f(it, start, stop, value).into()
                    })
                }
                _ => None,
            }
        }
    }

    /// What `PyBuffer_Check` is as a macro, the only way it is there.
    fn check_buffer_object(&self, object: usize) -> Option<Reply> {
        self.status(object, self.python.api.PyBuffer_Type, |buffer_type, object| {
            // SAFETY: an object.
            let object_type = unsafe { (*object).ob_type };
            i64::from(object_type == buffer_type)
        })
    }

    /// A call that returns a number, a negative one for an error.
    fn status<F>(
        &self,
        object: usize,
        function: Option<F>,
        call: impl FnOnce(F, *mut PyObject) -> i64,
    ) -> Option<Reply> {
        let made = self.case.object(object)?;
        Some(match function {
            None => Reply::NotInEdition,
            Some(function) => Reply::Returned(
                self.observe(Some(made), || Some(call(function, made.object.as_ptr()))),
            ),
        })
    }

    /// A call that returns any number: an error is told by the exception alone.
    fn number<F, N: Into<i64>>(
        &self,
        object: usize,
        function: Option<F>,
        call: impl FnOnce(F, *mut PyObject) -> N,
    ) -> Option<Reply> {
        Some(match self.status(object, function, |f, it| call(f, it).into())? {
            Reply::Returned(returned) => {
                let failed = returned.exception.is_some();
                let number = returned.value.filter(|_| !failed);
                let value = Some(if failed { -1 } else { 0 });
                Reply::Returned(Returned { value, number, ..returned })
            }
            reply => reply,
        })
    }

    /// A call that returns a string, or an object with bytes.
    fn string<F>(
        &self,
        object: usize,
        function: Option<F>,
        call: impl FnOnce(F, *mut PyObject) -> *mut PyObject,
    ) -> Option<Reply> {
        let made = self.case.object(object)?;
        let Some(function) = function else {
            return Some(Reply::NotInEdition);
        };
        let mut bytes = None;
        let returned = self.observe(Some(made), || {
            // SAFETY: a new reference, or NULL.
            let result =
                unsafe { Object::own(self.python.api, call(function, made.object.as_ptr())) };
            bytes = result.as_ref().and_then(|result| self.bytes_of(result));
            Some(status(&result))
        });
        Some(Reply::Returned(Returned { bytes, ..returned }))
    }

    /// A call that returns a new object, and that.
    fn object(
        &self,
        about: Option<&Made>,
        call: impl FnOnce() -> *mut PyObject,
    ) -> (Option<Object>, Returned) {
        let mut object = None;
        let returned = self.observe(about, || {
            // SAFETY: a new reference, or NULL.
            object = unsafe { Object::own(self.python.api, call()) };
            Some(status(&object))
        });
        (object, returned)
    }

    /// The bytes of a string, or of another object that can be read.
    fn bytes_of(&self, object: &Object) -> Option<Vec<u8>> {
        let api = self.python.api;
        let (mut start, mut len) = (ptr::null_mut::<c_char>(), 0);
        // SAFETY: an object, and places for what is returned, which lives as long as the object.
        unsafe {
            let object = object.as_ptr();
            let mut failed = (api.PyBytes_AsStringAndSize)(object, &raw mut start, &raw mut len);
            if failed != 0 {
                api.take_exception();
                failed = self.read_buffer(object, &mut start, &mut len);
            }
            let len = usize::try_from(len).ok().filter(|_| failed == 0)?;
            let bytes = start.cast_const().cast::<u8>();
            Some(if len == 0 { vec![] } else { std::slice::from_raw_parts(bytes, len).to_vec() })
        }
    }

    /// # Safety
    ///
    /// An object.
    unsafe fn read_buffer(
        &self,
        object: *mut PyObject,
        start: &mut *mut c_char,
        len: &mut isize,
    ) -> c_int {
        let api = self.python.api;
        let mut memory = ptr::null();
        let read = api.PyObject_AsReadBuffer.map_or(-1, |function| {
            // SAFETY: left to the caller; places for what is returned.
            unsafe { function(object, &raw mut memory, len) }
        });
        api.take_exception();
        *start = memory.cast_mut().cast();
        read
    }
}

/// 0 for an object, -1 for NULL.
fn status(object: &Option<Object>) -> i64 {
    if object.is_some() { 0 } else { -1 }
}
