//! Python 2's buffer objects.

use std::ffi::{c_char, c_int, c_long};
use std::ptr;

use pybuf_harness::call::{Call, Part};
use pybuf_harness::{Reply, Returned};

use super::api::tested;
use super::case::Made;
use super::embedded::Embedded;
use super::layout::{PyBufferObject, PyObject, PyTypeObject};
use super::object::Object;
use super::old::as_read_buffer;

/// `PyBuffer_FromObject` and its like.
type FromObject = unsafe extern "C" fn(*mut PyObject, isize, isize) -> *mut PyObject;

type Pointer = *mut PyObject;

/// Functions of an object, and of one to three arguments more.
type Of<R> = unsafe extern "C" fn(*mut PyObject) -> R;
type Of1<A, R> = unsafe extern "C" fn(*mut PyObject, A) -> R;
type Of2<A, B, R> = unsafe extern "C" fn(*mut PyObject, A, B) -> R;
type Of3<A, B, C, R> = unsafe extern "C" fn(*mut PyObject, A, B, C) -> R;

/// What a call made, if it is one that makes an object.
type Answer = (Reply, Option<Made>);

impl Embedded {
    pub(super) fn buffer_object(&mut self, call: &Call) -> Reply {
        if call.makes_object() {
            let (reply, made) = self.make_buffer_object(call);
            self.case.objects.push(made);
            return reply;
        }
        if self.buffer_type().is_none() {
            // Some of these functions are there, but there are no objects for them.
            return Reply::NotInEdition;
        }
        self.use_buffer_object(call).unwrap_or(Reply::NotMade)
    }

    fn make_buffer_object(&mut self, call: &Call) -> Answer {
        let api = self.python.api;
        match *call {
            Call::BufferFromObject(part) => {
                self.over_object(tested!(api, PyBuffer_FromObject: FromObject), part)
            }
            Call::BufferFromReadWriteObject(part) => {
                self.over_object(tested!(api, PyBuffer_FromReadWriteObject: FromObject), part)
            }
            Call::BufferNew { size } => self.with_memory(size),
            _ => self.over_memory(call),
        }
    }

    fn over_object(&self, function: Option<FromObject>, part: Part) -> Answer {
        let Some(function) = function else {
            return (Reply::NotInEdition, None);
        };
        let Some(base) = self.case.object(part.base) else {
            return (Reply::NotMade, None);
        };
        let Part { offset, size, .. } = part;
        // SAFETY: an object.
        let (returned, object) = self.new_object(Some(base), || unsafe {
            function(base.object.as_ptr(), offset as isize, size as isize)
        });
        (Reply::Returned(returned), object.map(Made::plain))
    }

    fn with_memory(&self, size: i64) -> Answer {
        let function = tested!(
            self.python.api,
            PyBuffer_New: unsafe extern "C" fn(isize) -> *mut PyObject
        );
        let Some(function) = function else {
            return (Reply::NotInEdition, None);
        };
        // SAFETY: takes any number.
        let (returned, object) = self.new_object(None, || unsafe { function(size as isize) });
        let made = object.map(|object| {
            // SAFETY: a buffer object, whose memory does not move.
            let start = unsafe { (*object.as_ptr().cast::<PyBufferObject>()).b_ptr };
            Made::with_memory(object, start.cast_const().cast(), usize::try_from(size).unwrap_or(0))
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
                Call::BufferCheck { object } => self.check_buffer_object(object),
                Call::Size { object: it } => {
                    let function = tested!(api, PySequence_Size: Of<isize>);
                    self.status(it, function, |f, it| f(it) as i64)
                }
                Call::GetItem { object: it, index } => {
                    let function = tested!(api, PySequence_GetItem: Of1<isize, Pointer>);
                    self.string(it, function, |f, it| f(it, place(index)))
                }
                Call::GetSlice { object: it, start, stop } => {
                    let function = tested!(api, PySequence_GetSlice: Of2<isize, isize, Pointer>);
                    self.string(it, function, |f, it| f(it, place(start), place(stop)))
                }
                Call::Concat { object: it, other } => {
                    let other = object(other)?;
                    let function = tested!(api, PySequence_Concat: Of1<Pointer, Pointer>);
                    self.string(it, function, |f, it| f(it, other))
                }
                Call::Repeat { object: it, count } => {
                    let function = tested!(api, PySequence_Repeat: Of1<isize, Pointer>);
                    self.string(it, function, |f, it| f(it, place(count)))
                }
                Call::Compare { object: it, other } => {
                    let other = object(other)?;
                    let function = tested!(api, PyObject_Compare: Of1<Pointer, c_int>);
                    self.number(it, function, |f, it| f(it, other))
                }
                Call::Hash { object: it } => {
                    self.number(it, tested!(api, PyObject_Hash: Of<c_long>), |f, it| f(it))
                }
                Call::SetItem { object: it, index, value } => {
                    let value = object(value)?;
                    let function = tested!(api, PySequence_SetItem: Of2<isize, Pointer, c_int>);
                    self.status(it, function, |f, it| f(it, place(index), value).into())
                }
                Call::SetSlice { object: it, start, stop, value } => {
                    let (start, stop, value) = (place(start), place(stop), object(value)?);
                    let function =
                        tested!(api, PySequence_SetSlice: Of3<isize, isize, Pointer, c_int>);
                    self.status(it, function, |f, it| f(it, start, stop, value).into())
                }
                _ => None,
            }
        }
    }

    fn buffer_type(&self) -> Option<*mut PyTypeObject> {
        tested!(self.python.api, type PyBuffer_Type)
    }

    /// What `PyBuffer_Check` is as a macro, the only way it is there.
    fn check_buffer_object(&self, object: usize) -> Option<Reply> {
        self.status(object, self.buffer_type(), |buffer_type, object| {
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
        let read = as_read_buffer(api).map_or(-1, |function| {
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
