//! The argument codes that take buffers. `PyArg_ParseTuple` is called as by a function of an extension
//! module that has one parameter.

use std::ffi::{CStr, c_char, c_int};

use pybuf_harness::call::Code;
use pybuf_harness::{Call, Reply, Returned};

use super::api::tested;
use super::case::Made;
use super::embedded::Embedded;
use super::layout::PyObject;
use super::make::Version;
use super::object::Object;
use crate::view::{self, Granted, POISONED_POINTER, POISONED_SIZE, View};

/// `PyArg_ParseTuple`, whose further arguments are what the format makes them.
type ParseTupleFunction = unsafe extern "C" fn(*mut PyObject, *const c_char, ...) -> c_int;

impl Embedded {
    /// Parses a tuple of one object by one code.
    pub(super) fn arguments(&mut self, call: &Call) -> Reply {
        let &Call::ParseTuple { object, code } = call else { return Reply::NotMade };
        let (reply, granted) = self.parse(object, code);
        if code.fills_view() {
            self.case.views.push(granted);
        }
        reply
    }

    fn parse(&self, object: usize, code: Code) -> (Reply, Option<Granted>) {
        let (format, since) = format(code);
        let Some(function) = self.parse_tuple().filter(|_| self.version >= since) else {
            return (Reply::NotInEdition, None);
        };
        let Some(made) = self.case.object(object) else {
            return (Reply::NotMade, None);
        };
        let Some(arguments) = self.python.api.tuple(vec![Some(made.object.share())]) else {
            return (Reply::NotMade, None);
        };
        let parse = Parse { function, format, object, made, arguments };
        if code.fills_view() { self.to_view(parse) } else { (self.to_pointer(parse), None) }
    }

    /// `PyArg_ParseTuple` as an extension module finds it. The headers make it another function if
    /// PY_SSIZE_T_CLEAN is defined, as it must be for lengths that are a `Py_ssize_t`; since 3.13 they
    /// always are.
    fn parse_tuple(&self) -> Option<ParseTupleFunction> {
        let api = self.python.api;
        match self.version < (3, 13) {
            true => tested!(api, symbol _PyArg_ParseTuple_SizeT: ParseTupleFunction),
            false => tested!(api, PyArg_ParseTuple: ParseTupleFunction),
        }
    }

    fn to_view(&self, parse: Parse<'_>) -> (Reply, Option<Granted>) {
        let Parse { function, format, object, made, arguments } = parse;
        let view = View::poisoned();
        // SAFETY: a tuple, and a format of one code, which takes a view to be filled.
        let returned = self.observe(Some(made), || unsafe {
            Some(as_status(function(arguments.as_ptr(), format.as_ptr(), view.as_ptr())))
        });
        let granted = Granted::new(view, Some(object), None);
        self.filled(returned, Some(made), granted, self.case.block_of(object))
    }

    fn to_pointer(&self, parse: Parse<'_>) -> Reply {
        let Parse { function, format, object, made, arguments } = parse;
        let mut buffer = POISONED_POINTER.cast_const();
        let mut length = POISONED_SIZE;
        // SAFETY: a tuple, and a format of one code, which takes a place for a pointer and, from the
        // function that is called, one for a `Py_ssize_t`.
        let returned = self.observe(Some(made), || unsafe {
            let (to_buffer, to_length) = (&raw mut buffer, &raw mut length);
            Some(as_status(function(arguments.as_ptr(), format.as_ptr(), to_buffer, to_length)))
        });
        let nearest = self.case.block_of(object);
        Reply::Returned(Returned {
            buffer: Some(view::address(buffer, |it| self.case.locate(it, nearest))),
            length: Some(view::size(length)),
            ..returned
        })
    }
}

/// One call, but for the places that it writes to.
struct Parse<'a> {
    function: ParseTupleFunction,
    /// One code.
    format: &'static CStr,
    /// Its number.
    object: usize,
    made: &'a Made,
    /// A tuple of the object. It is made before references are counted and goes afterwards.
    arguments: Object,
}

/// The format of one code, and since when the code is there.
fn format(code: Code) -> (&'static CStr, Version) {
    match code {
        Code::ViewOfBytes => (c"y*", (3, 0)),
        Code::View => (c"s*", (2, 6)),
        Code::ViewOrNone => (c"z*", (2, 6)),
        Code::WritableView => (c"w*", (2, 6)),
        Code::PointerToBytes => (c"y#", (3, 0)),
        Code::Pointer => (c"s#", (1, 5)),
    }
}

/// True for success and false for failure, as the other functions would say it.
fn as_status(parsed: c_int) -> i64 {
    if parsed == 0 { -1 } else { 0 }
}
