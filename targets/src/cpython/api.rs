//! The functions of an interpreter, by name.

use std::ffi::{CStr, CString, c_char, c_int, c_long, c_void};
use std::marker::PhantomData;

use libloading::Library;
use pybuf_fast::Py_buffer;

use super::layout::{PyObject, PyTypeObject};

/// `PyObject_AsReadBuffer` and its two like.
pub type AsBufferFunction =
    unsafe extern "C" fn(*mut PyObject, *mut *const c_void, *mut isize) -> c_int;

/// `PyBuffer_FromObject` and its like.
pub type FromObjectFunction = unsafe extern "C" fn(*mut PyObject, isize, isize) -> *mut PyObject;

/// `PyBuffer_FromMemory` and its like.
pub type FromMemoryFunction = unsafe extern "C" fn(*mut c_void, isize) -> *mut PyObject;

/// Declares [`Api`]. A function may have another name in Python 2, given behind a `|`.
macro_rules! api {
    (
        needed { $($needed:ident $(| $two:ident)?: $signature:ty,)* }
        tested { $($tested:ident: $tested_signature:ty,)* }
    ) => {
        /// One loaded interpreter. There is one a process, it is initialised once and never ended.
        ///
        /// It is used on the thread that initialised it only, which holds the interpreter's lock for
        /// good: this is what makes calling its functions sound, and why it is not `Sync`.
        #[allow(non_snake_case)]
        pub struct Api {
            library: Library,
            one_thread: PhantomData<*const ()>,
            $(pub $needed: $signature,)*
            $(pub $tested: Option<$tested_signature>,)*
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
                        $($tested: symbol(&library, stringify!($tested)),)*
                        one_thread: PhantomData,
                        library,
                    })
                }
            }
        }
    };
}

api! {
    needed {
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
    tested {
        PyObject_AsCharBuffer: AsBufferFunction,
        PyObject_AsReadBuffer: AsBufferFunction,
        PyObject_AsWriteBuffer: AsBufferFunction,
        PyObject_CheckReadBuffer: unsafe extern "C" fn(*mut PyObject) -> c_int,
        PyObject_CheckBuffer: unsafe extern "C" fn(*mut PyObject) -> c_int,
        PyObject_GetBuffer: unsafe extern "C" fn(*mut PyObject, *mut Py_buffer, c_int) -> c_int,
        PyBuffer_Release: unsafe extern "C" fn(*mut Py_buffer),
        PyBuffer_FillInfo: unsafe extern "C" fn(
            *mut Py_buffer, *mut PyObject, *mut c_void, isize, c_int, c_int) -> c_int,
        PyBuffer_IsContiguous: unsafe extern "C" fn(*const Py_buffer, c_char) -> c_int,
        PyBuffer_SizeFromFormat: unsafe extern "C" fn(*const c_char) -> isize,
        PyBuffer_ToContiguous:
            unsafe extern "C" fn(*mut c_void, *const Py_buffer, isize, c_char) -> c_int,
        PyBuffer_FromContiguous:
            unsafe extern "C" fn(*const Py_buffer, *const c_void, isize, c_char) -> c_int,
        PyObject_CopyData: unsafe extern "C" fn(*mut PyObject, *mut PyObject) -> c_int,
        PyObject_CopyToObject:
            unsafe extern "C" fn(*mut PyObject, *const c_void, isize, c_char) -> c_int,
        PyBuffer_GetPointer:
            unsafe extern "C" fn(*const Py_buffer, *const isize) -> *mut c_void,
        PyBuffer_FillContiguousStrides:
            unsafe extern "C" fn(c_int, *mut isize, *mut isize, c_int, c_char),

        PyMemoryView_Type: *mut PyTypeObject,
        PyMemoryView_FromObject: unsafe extern "C" fn(*mut PyObject) -> *mut PyObject,
        PyMemoryView_FromBuffer: unsafe extern "C" fn(*const Py_buffer) -> *mut PyObject,
        PyMemoryView_FromMemory:
            unsafe extern "C" fn(*mut c_char, isize, c_int) -> *mut PyObject,
        PyMemoryView_GetContiguous:
            unsafe extern "C" fn(*mut PyObject, c_int, c_char) -> *mut PyObject,

        PyBuffer_Type: *mut PyTypeObject,
        PyBuffer_FromObject: FromObjectFunction,
        PyBuffer_FromReadWriteObject: FromObjectFunction,
        PyBuffer_FromMemory: FromMemoryFunction,
        PyBuffer_FromReadWriteMemory: FromMemoryFunction,
        PyBuffer_New: unsafe extern "C" fn(isize) -> *mut PyObject,
        PySequence_Size: unsafe extern "C" fn(*mut PyObject) -> isize,
        PySequence_GetItem: unsafe extern "C" fn(*mut PyObject, isize) -> *mut PyObject,
        PySequence_GetSlice: unsafe extern "C" fn(*mut PyObject, isize, isize) -> *mut PyObject,
        PySequence_Concat: unsafe extern "C" fn(*mut PyObject, *mut PyObject) -> *mut PyObject,
        PySequence_Repeat: unsafe extern "C" fn(*mut PyObject, isize) -> *mut PyObject,
        PyObject_Compare: unsafe extern "C" fn(*mut PyObject, *mut PyObject) -> c_int,
        PyObject_Hash: unsafe extern "C" fn(*mut PyObject) -> c_long,
        PySequence_SetItem: unsafe extern "C" fn(*mut PyObject, isize, *mut PyObject) -> c_int,
        PySequence_SetSlice: unsafe extern "C" fn(
            *mut PyObject, isize, isize, *mut PyObject) -> c_int,

        PyByteArray_Type: *mut PyTypeObject,
        PyByteArray_Resize: unsafe extern "C" fn(*mut PyObject, isize) -> c_int,
    }
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
