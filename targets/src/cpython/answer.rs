//! The interpreter of this process, as an [`Implementation`]: each call goes to the file of its section.

use pybuf_harness::call::Section;
use pybuf_harness::{Call, Capabilities, Implementation, Reply};

use super::embedded::Embedded;

impl Implementation for Embedded {
    fn capabilities(&self) -> Capabilities {
        Capabilities { name: self.name.clone(), lacks: self.lacks.clone() }
    }

    fn begin_case(&mut self) {
        let api = self.python.api;
        // First: a case may end while one is set, and nothing may find it.
        api.take_exception();
        for granted in self.case.views.drain(..).flatten() {
            if !granted.released.get()
                && let Some(release) = api.release()
            {
                // SAFETY: the view was granted, and nobody has released it.
                unsafe { release(granted.view.as_ptr()) };
            }
        }
        self.case.objects.clear();
        self.case.kept.clear();
        api.take_exception();
    }

    fn call(&mut self, call: &Call) -> Reply {
        if call.is_too_large() {
            if call.makes_object() {
                self.case.objects.push(None);
            }
            return Reply::NotMade;
        }
        match call.section() {
            Section::Old => self.old(call),
            Section::Format => self.format(call),
            Section::Memoryview => self.memoryview(call),
            Section::BufferObject => self.buffer_object(call),
            Section::Lifecycle => self.life(call),
            Section::Strides | Section::Pointer | Section::Structure | Section::Copy => {
                self.copy(call)
            }
            Section::Arguments => self.arguments(call),
            _ => self.lending(call),
        }
    }
}
