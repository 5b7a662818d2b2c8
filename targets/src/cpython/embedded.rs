//! The interpreter of this process, as an [`Implementation`].

use std::collections::BTreeMap;

use pybuf_harness::{Call, Capabilities, Implementation, Object as Recipe, Reply, Returned};

use super::case::{Case, Made};
use super::copy::VERIFY_STRUCTURE;
use super::interpreter::Interpreter;
use super::make::make;
use super::own::Types;
use super::python::{OpenError, Python};
use super::version::{self, Version};

/// CPython, loaded into this process. It may crash: see [`Interpreter::open`].
pub struct Embedded {
    pub(super) python: Python,
    pub(super) version: Version,
    pub(super) case: Case,
    name: String,
    types: Types,
    lacks: BTreeMap<String, String>,
}

impl Embedded {
    /// Loads the interpreter, which can be done once in a process.
    pub fn open(interpreter: &Interpreter) -> Result<Self, OpenError> {
        let python = Python::open(interpreter)?;
        let (major, minor, _) = interpreter.version;
        let version = (major, minor);
        let mut lacks = BTreeMap::new();
        if version >= (3, 3) && !python.ask(c"has_ndarray") {
            let reason = "this installation has no module _testbuffer";
            lacks.insert("make ndarray".to_owned(), reason.to_owned());
        }
        if version >= (3, 3) && !python.ask(c"has_verify_structure") {
            let reason = "this installation has no module test.test_buffer, where that function is";
            lacks.insert(VERIFY_STRUCTURE.to_owned(), reason.to_owned());
        }
        if version < (3, 0) {
            let reason = "of an object that refuses it destroys what it has not initialised; that is \
                          not asked, the rest is";
            lacks.insert("PyMemoryView_GetContiguous".to_owned(), reason.to_owned());
        }
        Ok(Self {
            types: Types::new(python.api, major < 3),
            python,
            version,
            case: Case::default(),
            name: format!("CPython {}", interpreter.version_text),
            lacks,
        })
    }

    /// Whether it was declared that it cannot do something.
    pub(super) fn lacks(&self, feature: &str) -> bool {
        self.lacks.contains_key(feature)
    }

    fn make(&mut self, recipe: &Recipe) -> Reply {
        let (made, reply) = if !version::has(self.version, recipe) {
            (None, Reply::NotInEdition)
        } else if let Recipe::Ndarray { .. } = recipe
            && self.lacks("make ndarray")
        {
            (None, Reply::Unsupported)
        } else {
            let made = make(&self.python, &mut self.types, recipe);
            let returned =
                Returned { exception: self.python.api.take_exception(), ..Returned::default() };
            (made, Reply::Returned(returned))
        };
        self.case.objects.push(made);
        reply
    }

    /// Acts on an object, if on any, and sees what changes.
    pub(super) fn observe(
        &self,
        object: Option<&Made>,
        act: impl FnOnce() -> Option<i64>,
    ) -> Returned {
        let count = || object.map(|made| (made.object.references(), made.releases()));
        let is_freed = || Some(object?.counts()?.freed.get());
        let (references_before, releases_before) = count().unwrap_or_default();
        let was_freed = is_freed();
        let value = act();
        // An exception may hold references, so it goes first.
        let exception = self.python.api.take_exception();
        let (references, releases) = count().unwrap_or_default();
        let change = |after: Option<i64>, before: Option<i64>| Some(after? - before?);
        Returned {
            value,
            exception,
            references: change(references, references_before),
            releases: change(releases, releases_before),
            freed: is_freed().zip(was_freed).map(|(now, before)| now && !before),
            ..Returned::default()
        }
    }
}

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
                && let Some(release) = api.PyBuffer_Release
            {
                // SAFETY: the view was granted, and nobody has released it.
                unsafe { release(granted.view.as_ptr()) };
            }
        }
        self.case.objects.clear();
        self.case.lent.clear();
        self.case.kept.clear();
        api.take_exception();
    }

    fn call(&mut self, call: &Call) -> Reply {
        let api = self.python.api;
        if call.is_too_large() {
            if call.makes_object() {
                self.case.objects.push(None);
            }
            return Reply::NotMade;
        }
        match call {
            Call::Make { object } => self.make(object),
            Call::AsCharBuffer(to) => self.as_buffer(api.PyObject_AsCharBuffer, to),
            Call::AsReadBuffer(to) => self.as_buffer(api.PyObject_AsReadBuffer, to),
            Call::AsWriteBuffer(to) => self.as_buffer(api.PyObject_AsWriteBuffer, to),
            &Call::CheckReadBuffer { object } => self.check_read_buffer(object),
            &Call::CheckBuffer { object } => self.check_buffer(object),
            &Call::GetBuffer { object, flags } => self.get_buffer(object, flags),
            &Call::Release { view } => self.release(view),
            &Call::ReleaseCopy { view } => self.release_copy(view),
            Call::FillInfo(arguments) => self.fill_info(arguments),
            Call::IsContiguous { view, order } => self.is_contiguous(view, *order),
            Call::SizeFromFormat { format } => self.size_from_format(format),
            Call::Copy(call) => self.copy(call),
            Call::Memoryview(call) => self.memoryview(call),
            Call::BufferObject(call) => self.buffer_object(call),
            Call::SetError { .. } | Call::Resize { .. } | Call::Drop { .. } => self.life(call),
        }
    }
}
