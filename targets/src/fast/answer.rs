//! The fast implementation, as an [`Implementation`]: each call goes to the file of its section.

use pybuf_harness::call::{Call, Section};
use pybuf_harness::reply::Reply;
use pybuf_harness::{Capabilities, Implementation};
use pybuf_model::{Edition, presence};

use super::buffer_object;
use super::state::Fast;

impl Fast {
    /// Whether the edition has the function. Objects are another matter.
    fn has(&self, call: &Call) -> bool {
        let fits = self.edition >= Edition::V2_5 || buffer_object::has_ints(call);
        presence::absent(call, self.edition).is_none() && fits
    }

    fn answer(&mut self, call: &Call) -> Reply {
        match call.section() {
            Section::Format => self.format(call),
            Section::Memoryview => self.memoryview(call),
            Section::BufferObject => self.buffer_object(call),
            Section::Lifecycle => self.life(call),
            Section::Strides | Section::Pointer | Section::Structure | Section::Copy => {
                self.copy(call)
            }
            _ => self.lending(call),
        }
    }
}

impl Implementation for Fast {
    fn capabilities(&self) -> Capabilities {
        let name = concat!("pybuf-fast ", env!("CARGO_PKG_VERSION")).into();
        let errors_are_values = "errors are values here, and none is ever pending";
        let arguments = "arguments of Python functions are the interpreter's";
        let lacks = [("PyErr_SetString", errors_are_values), ("PyArg_ParseTuple", arguments)];
        Capabilities { name, lacks: lacks.map(|(what, why)| (what.into(), why.into())).into() }
    }

    fn begin_case(&mut self) {
        for granted in self.views.drain(..).flatten() {
            // SAFETY: the view was granted and is not copied; a second release does nothing.
            unsafe { pybuf_fast::release(granted.view.as_ptr().cast()) };
        }
        self.objects.clear();
        self.kept.clear();
    }

    fn call(&mut self, call: &Call) -> Reply {
        let reply = if call.is_too_large() {
            Reply::NotMade
        } else if self.has(call) {
            return self.answer(call);
        } else {
            Reply::NotInEdition
        };
        if call.makes_object() {
            self.objects.push(None);
        }
        reply
    }
}

impl Drop for Fast {
    fn drop(&mut self) {
        self.begin_case();
    }
}
