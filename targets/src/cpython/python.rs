//! An initialised interpreter, and the Python code that helps to make objects in it.

use std::error::Error;
use std::ffi::{CStr, CString};
use std::path::{Path, PathBuf};
use std::ptr;

use libloading::Library;

use super::api::Api;
use super::layout::PyObject;
use super::object::Object;
use super::parent::interpreter::{Interpreter, Reason};

const OBJECTS: &str = include_str!("objects.py");

/// `Py_file_input`: what is run are statements.
const FILE_INPUT: i32 = 257;

/// Why an interpreter cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(transparent)]
    NoLibrary(#[from] Reason),
    #[error("cannot load {} ({cause}): is it whole, and built for this machine?", library.display())]
    Library { library: PathBuf, cause: String },
    #[error("{} has no function `{function}`: is it CPython's?", library.display())]
    Function { library: PathBuf, function: &'static str },
    #[error(
        "{} is of version {found}, but {} of {expected}: reinstall one of them",
        library.display(), executable.display()
    )]
    Version { library: PathBuf, found: String, executable: PathBuf, expected: String },
    #[error(
        "{} raises {exception} where our Python code is run: is its standard library complete?",
        library.display()
    )]
    Code { library: PathBuf, exception: String },
}

/// The interpreter of this process.
pub struct Python {
    pub api: &'static Api,
    /// The dictionary that `objects.py` was run in; the interpreter owns it.
    globals: *mut PyObject,
}

impl Python {
    /// Loads and initialises it, which can be done once in a process and on one thread.
    pub fn open(interpreter: &Interpreter) -> Result<Self, OpenError> {
        let path = interpreter.library()?;
        let library = || path.to_owned();
        // SAFETY: the caller vouches for the library: the parent took the name from the interpreter
        // itself. CPython's does nothing when it is loaded, and it is never unloaded.
        let api = unsafe {
            let loaded = load(path)
                .map_err(|cause| OpenError::Library { library: library(), cause: told(&cause) })?;
            Api::new(loaded)
                .map_err(|function| OpenError::Function { library: library(), function })?
        };
        let api: &'static Api = Box::leak(Box::new(api));
        check_version(api, interpreter, path)?;
        // SAFETY: nobody has initialised it yet. 0: our signal handlers stay.
        unsafe { (api.Py_InitializeEx)(0) };
        run_objects(api).map(|globals| Self { api, globals }).ok_or_else(|| OpenError::Code {
            library: library(),
            exception: api.take_exception().unwrap_or_default(),
        })
    }

    /// The answer of a function of `objects.py` that tells yes or no.
    pub fn ask(&self, function: &CStr) -> bool {
        // SAFETY: an object.
        self.call(function, vec![])
            .is_some_and(|it| unsafe { (self.api.PyObject_IsTrue)(it.as_ptr()) == 1 })
    }

    pub fn none(&self) -> Option<Object> {
        self.call(c"none", vec![])
    }

    /// Calls a function of `objects.py`. `None`: an exception is set.
    pub fn call(&self, function: &CStr, arguments: Vec<Option<Object>>) -> Option<Object> {
        let arguments = self.api.tuple(arguments)?;
        // SAFETY: the reference to the function is borrowed from the dictionary, which keeps it.
        unsafe {
            let function = (self.api.PyDict_GetItemString)(self.globals, function.as_ptr());
            let result = (self.api.PyObject_CallObject)(function, arguments.as_ptr());
            Object::own(self.api, result)
        }
    }
}

/// Loads the library so that extension modules find its symbols, as they do in the interpreter.
#[cfg(unix)]
unsafe fn load(path: &Path) -> Result<Library, libloading::Error> {
    use libloading::os::unix::{self, RTLD_GLOBAL, RTLD_NOW};
    // SAFETY: left to the caller.
    let library = unsafe { unix::Library::open(Some(path), RTLD_NOW | RTLD_GLOBAL) };
    library.map(Library::from)
}

#[cfg(windows)]
unsafe fn load(path: &Path) -> Result<Library, libloading::Error> {
    // SAFETY: left to the caller.
    unsafe { Library::new(path) }
}

/// What the system's loader said, if it did.
fn told(error: &libloading::Error) -> String {
    error.source().map_or_else(|| error.to_string(), ToString::to_string)
}

/// A program may be linked statically and have a library of another version beside it.
fn check_version(api: &Api, interpreter: &Interpreter, library: &Path) -> Result<(), OpenError> {
    // SAFETY: may be called before initialisation, and gives a C string that stays.
    let found = unsafe { CStr::from_ptr((api.Py_GetVersion)()) }.to_string_lossy();
    let found = found.split_whitespace().next().unwrap_or_default();
    if found == interpreter.version_text {
        return Ok(());
    }
    Err(OpenError::Version {
        library: library.to_owned(),
        found: found.to_owned(),
        executable: interpreter.executable.clone(),
        expected: interpreter.version_text.clone(),
    })
}

/// Runs `objects.py` in `__main__`, and returns the dictionary of that.
fn run_objects(api: &'static Api) -> Option<*mut PyObject> {
    let code = CString::new(OBJECTS).ok()?;
    // SAFETY: the module and its dictionary are borrowed, and stay as long as the interpreter.
    unsafe {
        let main = (api.PyImport_AddModule)(c"__main__".as_ptr());
        if main.is_null() {
            return None;
        }
        let globals = (api.PyModule_GetDict)(main);
        let ran =
            (api.PyRun_StringFlags)(code.as_ptr(), FILE_INPUT, globals, globals, ptr::null_mut());
        Object::own(api, ran).map(|_| globals)
    }
}
