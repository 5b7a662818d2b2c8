//! The functions of an interpreter, by name: those that we need ourselves are looked up when it is loaded, those
//! that are tested where they are called.

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::marker::PhantomData;

use libloading::Library;
use pybuf_harness::call::FUNCTIONS;

use super::layout::{PyObject, PyTypeObject};

/// A function that is tested, with the type that it has in C, or a pointer to a type; `None` in a version without
/// it. To look it up takes far less time than the pipe that the call came through.
macro_rules! tested {
    ($api:expr, type $name:ident) => {
        tested!(@ $api, $name: *mut $crate::cpython::layout::PyTypeObject)
    };
    // What the headers make of a documented name.
    ($api:expr, symbol $name:ident: $signature:ty) => {
        tested!(@ $api, $name: $signature)
    };
    ($api:expr, $name:ident: $signature:ty) => {{
        // A name with a mistake in it would be that of a function which no version has.
        const { assert!($crate::cpython::api::is_documented(stringify!($name))) };
        tested!(@ $api, $name: $signature)
    }};
    (@ $api:expr, $name:ident: $type:ty) => {{
        let api: &$crate::cpython::api::Api = $api;
        // SAFETY: the type is that of CPython's headers, of all versions that declare this name.
        #[allow(unused_unsafe, reason = "what is called may be looked up where that is unsafe")]
        let symbol = unsafe { api.tested::<$type>(stringify!($name)) };
        symbol
    }};
}
pub(super) use tested;

/// Whether it is the name of a function of the table.
pub(super) const fn is_documented(name: &str) -> bool {
    let mut row = 0;
    while row < FUNCTIONS.len() {
        if same(FUNCTIONS[row].name.as_bytes(), name.as_bytes()) {
            return true;
        }
        row += 1;
    }
    false
}

/// `==` of slices, which no constant can ask for.
const fn same(mut one: &[u8], mut other: &[u8]) -> bool {
    while let ([first, rest @ ..], [second, others @ ..]) = (one, other) {
        if *first != *second {
            return false;
        }
        (one, other) = (rest, others);
    }
    one.is_empty() && other.is_empty()
}

/// Declares [`Api`]. A function may have another name in Python 2, given behind a `|`.
macro_rules! api {
    ($($needed:ident $(| $two:ident)?: $signature:ty,)*) => {
        /// One loaded interpreter. There is one a process, it is initialised once and never ended.
        ///
        /// It is used on the thread that initialised it only, which holds the interpreter's lock for
        /// good: this is what makes calling its functions sound, and why it is not `Sync`.
        #[allow(non_snake_case)]
        pub struct Api {
            library: Library,
            one_thread: PhantomData<*const ()>,
            $(pub $needed: $signature,)*
        }

        impl Api {
            /// # Safety
            ///
            /// The library is CPython's.
            ///
            /// # Errors
            ///
            /// The name of a function that it lacks.
            pub unsafe fn new(library: Library) -> Result<Self, &'static str> {
                // SAFETY: the signatures are those of CPython's headers, of all versions.
                unsafe {
                    Ok(Self {
                        $($needed: symbol(&library, stringify!($needed))
                            $(.or_else(|| symbol(&library, stringify!($two))))?
                            .ok_or(stringify!($needed))?,)*
                        one_thread: PhantomData,
                        library,
                    })
                }
            }
        }
    };
}

api! {
    Py_InitializeEx: unsafe extern "C" fn(c_int),
    Py_GetVersion: unsafe extern "C" fn() -> *const c_char,
    Py_IncRef: unsafe extern "C" fn(*mut PyObject),
    Py_DecRef: unsafe extern "C" fn(*mut PyObject),

    PyErr_Occurred: unsafe extern "C" fn() -> *mut PyTypeObject,
    PyErr_Clear: unsafe extern "C" fn(),
    PyErr_SetString: unsafe extern "C" fn(*mut PyObject, *const c_char),

    PyImport_AddModule: unsafe extern "C" fn(*const c_char) -> *mut PyObject,
    PyModule_GetDict: unsafe extern "C" fn(*mut PyObject) -> *mut PyObject,
    PyDict_GetItemString: unsafe extern "C" fn(*mut PyObject, *const c_char) -> *mut PyObject,
    PyRun_StringFlags: unsafe extern "C" fn(
        *const c_char, c_int, *mut PyObject, *mut PyObject, *mut c_void) -> *mut PyObject,
    PyObject_CallObject: unsafe extern "C" fn(*mut PyObject, *mut PyObject) -> *mut PyObject,
    PyObject_IsTrue: unsafe extern "C" fn(*mut PyObject) -> c_int,

    PyLong_FromLongLong: unsafe extern "C" fn(i64) -> *mut PyObject,
    PyLong_AsVoidPtr: unsafe extern "C" fn(*mut PyObject) -> *mut c_void,
    PyTuple_New: unsafe extern "C" fn(isize) -> *mut PyObject,
    PyTuple_SetItem: unsafe extern "C" fn(*mut PyObject, isize, *mut PyObject) -> c_int,
    PyBytes_FromStringAndSize | PyString_FromStringAndSize:
        unsafe extern "C" fn(*const c_char, isize) -> *mut PyObject,
    PyBytes_AsString | PyString_AsString:
        unsafe extern "C" fn(*mut PyObject) -> *mut c_char,
    PyBytes_AsStringAndSize | PyString_AsStringAndSize:
        unsafe extern "C" fn(*mut PyObject, *mut *mut c_char, *mut isize) -> c_int,
    // In Python 2 this name has UCS2 or UCS4 in it, so that `str` is taken, as it should be.
    PyUnicode_FromStringAndSize | PyString_FromStringAndSize:
        unsafe extern "C" fn(*const c_char, isize) -> *mut PyObject,
    PyByteArray_FromStringAndSize:
        unsafe extern "C" fn(*const c_char, isize) -> *mut PyObject,
    PyByteArray_AsString: unsafe extern "C" fn(*mut PyObject) -> *mut c_char,

    PyType_Ready: unsafe extern "C" fn(*mut PyTypeObject) -> c_int,
    _PyObject_New: unsafe extern "C" fn(*mut PyTypeObject) -> *mut PyObject,
    PyObject_Free: unsafe extern "C" fn(*mut c_void),
}

impl Api {
    /// Sets an exception of a builtin class, of `NameError` if there is no such class.
    pub fn raise(&self, class: &str, message: &str) {
        let message = CString::new(message).unwrap_or_default();
        let class = self.exception(class).or_else(|| self.exception("NameError"));
        if let Some(class) = class {
            // SAFETY: a class, and a C string.
            unsafe { (self.PyErr_SetString)(class, message.as_ptr()) };
        }
    }

    /// A builtin exception class. The reference is the interpreter's.
    pub fn exception(&self, class: &str) -> Option<*mut PyObject> {
        // SAFETY: the C API has a variable for each of them, filled when it is initialised.
        unsafe {
            symbol::<*mut *mut PyObject>(&self.library, &format!("PyExc_{class}")).map(|it| *it)
        }
    }

    /// The class of the exception that is set, without the module.
    pub fn pending_exception(&self) -> Option<String> {
        // SAFETY: without arguments; the class is borrowed, and looked at before it is let go. What is
        // set is a class with a name.
        unsafe {
            let class = (self.PyErr_Occurred)();
            if class.is_null() {
                return None;
            }
            let name = CStr::from_ptr((*class).tp_name).to_string_lossy();
            name.rsplit('.').next().map(str::to_owned)
        }
    }

    /// What [`tested!`] looks up.
    ///
    /// # Safety
    ///
    /// `T` is the type of that symbol in every version that has it.
    pub unsafe fn tested<T: Copy>(&self, name: &str) -> Option<T> {
        // SAFETY: left to the caller.
        unsafe { symbol(&self.library, name) }
    }

    /// Clears the exception that is set, and tells its class, without the module.
    pub fn take_exception(&self) -> Option<String> {
        let name = self.pending_exception();
        // SAFETY: without arguments.
        unsafe { (self.PyErr_Clear)() };
        name
    }
}

/// A function, or a pointer to a variable.
///
/// # Safety
///
/// `T` is its type.
unsafe fn symbol<T: Copy>(library: &Library, name: &str) -> Option<T> {
    // SAFETY: the caller vouches for the type. An `Api` owns the library and is never dropped once its
    // functions are handed out.
    unsafe { library.get::<T>(name).ok().map(|symbol| *symbol) }
}
