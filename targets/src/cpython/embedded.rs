//! The interpreter of this process, with a case in it.

use std::collections::BTreeMap;

use pybuf_harness::Returned;

use super::case::{Case, Made};
use super::make::Version;
use super::own::Types;
use super::parent::interpreter::Interpreter;
use super::python::{OpenError, Python};

/// CPython, loaded into this process. It may crash: see [`Interpreter::open`].
pub struct Embedded {
    pub(super) python: Python,
    pub(super) version: Version,
    pub(super) case: Case,
    pub(super) types: Types,
    pub(super) name: String,
    pub(super) lacks: BTreeMap<String, String>,
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
            lacks.insert("verify_structure".to_owned(), reason.to_owned());
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

    /// Acts on an object, if on any, and sees what changes.
    pub(super) fn observe(
        &self,
        object: Option<&Made>,
        act: impl FnOnce() -> Option<i64>,
    ) -> Returned {
        let count = || object.map(Made::moment).unwrap_or_default();
        let before = count();
        let value = act();
        // An exception may hold references, so it goes first.
        let exception = self.python.api.take_exception();
        Returned { value, exception, ..count().since(before) }
    }
}
