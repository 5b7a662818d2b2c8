//! The functions of the old protocol.

use std::ffi::{c_int, c_void};
use std::ptr;

use pybuf_harness::call::{AsBuffer, Call, Output};
use pybuf_harness::{Reply, Returned};

use super::api::{Api, tested};
use super::case::Made;
use super::embedded::Embedded;
use super::layout::PyObject;
use crate::view::{self, POISONED_POINTER, POISONED_SIZE};

/// `PyObject_AsReadBuffer` and its two like.
type AsBufferFunction =
    unsafe extern "C" fn(*mut PyObject, *mut *const c_void, *mut isize) -> c_int;

/// `PyObject_AsReadBuffer`, with which strings of Python 2 are read, too.
pub(super) fn as_read_buffer(api: &Api) -> Option<AsBufferFunction> {
    tested!(api, PyObject_AsReadBuffer: AsBufferFunction)
}

impl Embedded {
    pub(super) fn old(&mut self, call: &Call) -> Reply {
        let api = self.python.api;
        match call {
            Call::AsCharBuffer(to) => {
                self.as_buffer(tested!(api, PyObject_AsCharBuffer: AsBufferFunction), to)
            }
            Call::AsReadBuffer(to) => self.as_buffer(as_read_buffer(api), to),
            Call::AsWriteBuffer(to) => {
                self.as_buffer(tested!(api, PyObject_AsWriteBuffer: AsBufferFunction), to)
            }
            &Call::CheckReadBuffer { object } => self.check_read_buffer(object),
            Call::SetError { exception } => self.set_error(exception),
            _ => Reply::NotMade,
        }
    }

    fn as_buffer(
        &self,
        function: Option<AsBufferFunction>,
        AsBuffer { object, null }: &AsBuffer,
    ) -> Reply {
        let Some(function) = function else {
            return Reply::NotInEdition;
        };
        let made = match object.map(|number| self.case.object(number)) {
            Some(None) => return Reply::NotMade,
            made => made.flatten(),
        };
        let mut buffer = POISONED_POINTER.cast_const();
        let mut length = POISONED_SIZE;
        let given = |output| *null != Some(output);
        let to_buffer = if given(Output::Buffer) { &raw mut buffer } else { ptr::null_mut() };
        let to_length = if given(Output::Length) { &raw mut length } else { ptr::null_mut() };
        // SAFETY: each pointer is NULL, which these functions refuse, or good.
        let returned = self.observe(made, || unsafe {
            Some(function(Made::pointer(made), to_buffer, to_length).into())
        });
        let nearest = object.and_then(|number| self.case.block_of(number));
        let seen_buffer = view::address(buffer, |it| self.case.locate(it, nearest));
        Reply::Returned(Returned {
            buffer: given(Output::Buffer).then_some(seen_buffer),
            length: given(Output::Length).then_some(view::size(length)),
            ..returned
        })
    }

    fn check_read_buffer(&self, object: usize) -> Reply {
        let function = tested!(
            self.python.api,
            PyObject_CheckReadBuffer: unsafe extern "C" fn(*mut PyObject) -> c_int
        );
        let Some(function) = function else {
            return Reply::NotInEdition;
        };
        let Some(made) = self.case.object(object) else {
            return Reply::NotMade;
        };
        // SAFETY: an object.
        Reply::Returned(
            self.observe(Some(made), || unsafe { Some(function(made.object.as_ptr()).into()) }),
        )
    }

    /// The one call that leaves the exception set, for the next one to find.
    fn set_error(&self, exception: &str) -> Reply {
        let api = self.python.api;
        api.raise(exception, "as told");
        Reply::Returned(Returned { exception: api.pending_exception(), ..Returned::default() })
    }
}
