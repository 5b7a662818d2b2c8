//! What else happens to objects: memory changes its size, references go.

use std::ffi::c_int;

use pybuf_harness::{Call, Reply};

use super::api::tested;
use super::embedded::Embedded;
use super::layout::PyObject;
use crate::block::Block;

impl Embedded {
    pub(super) fn life(&mut self, call: &Call) -> Reply {
        match call {
            Call::Resize { object, len } => self.resize(*object, *len),
            Call::Drop { object } => self.give_up(*object),
            _ => Reply::NotMade,
        }
    }

    fn resize(&mut self, object: usize, len: usize) -> Reply {
        let api = self.python.api;
        let function =
            tested!(api, PyByteArray_Resize: unsafe extern "C" fn(*mut PyObject, isize) -> c_int);
        let kind = tested!(api, type PyByteArray_Type);
        let (Some(function), Some(kind)) = (function, kind) else {
            return Reply::NotInEdition;
        };
        let Some(made) = self.case.object(object) else {
            return Reply::NotMade;
        };
        let bytearray = made.object.as_ptr();
        // SAFETY: an object, whose type is only compared.
        if unsafe { (*bytearray).ob_type } != kind {
            return Reply::NotMade;
        }
        // SAFETY: a bytearray.
        let returned =
            self.observe(Some(made), || unsafe { Some(function(bytearray, len as isize).into()) });
        if let (Some(0), Some(Some(made))) = (returned.value, self.case.objects.get_mut(object)) {
            // SAFETY: a bytearray.
            let start = unsafe { (api.PyByteArray_AsString)(bytearray) };
            made.block = Block { start: start.cast_const().cast(), size: len };
        }
        Reply::Returned(returned)
    }

    fn give_up(&self, object: usize) -> Reply {
        let Some(made) = self.case.object(object) else {
            return Reply::NotMade;
        };
        Reply::Returned(self.observe(Some(made), || {
            made.object.give_up();
            None
        }))
    }
}
