//! # Calls
//!
//! The table of functions: a row a documented function, and a few rows for making objects and what else
//! happens to them. From a row come the variant of [`Call`], its JSON, its text in C, the name that
//! capabilities speak in, what it is about, what it makes or fills, and the clauses of the editions that
//! have it. A new function is a new row here.
//!
//! Calls are plain data: the same value drives an implementation in this process, in a child process and
//! in another language.

mod arguments;
mod limits;
mod table;
pub mod text;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::object::{Kind, Object};
use About::{Nothing, Object as Of, View};
use table::{calls, or};
use text::{Names, access};

pub use arguments::{
    AsBuffer, BEYOND, BareView, Code, END_OF_BUFFER, FillInfo, OF_BUFFER, Output, POISON, Part,
    poisoned, source,
};
pub use limits::LARGEST;
pub use table::{About, Function, Makes, Section};

// In this order: the name in JSON and the arguments; the section that has it; what the call is about;
// `also`, a second object that it takes; `makes` an object or `fills` a view, if it succeeds; `needs`, the
// bytes of memory that the driver provides for it; `feature`, where the name for capabilities is another
// one; `within`, the clauses that say which editions have the function, `if` some arguments are given; the
// arguments in C, or the whole text.
calls! { |names|
    /// Makes the next object of the case.
    Make "make" {
        /// How.
        object: Object,
    } => {
        section Object; about Nothing; makes Makes::Object; needs object.needs(); feature object.kind().feature();
        text format!("make {object}");
    }

    /// `int PyObject_AsCharBuffer(PyObject *obj, const char **buffer, Py_ssize_t *buffer_len)`
    AsCharBuffer "PyObject_AsCharBuffer" (it: AsBuffer) => {
        section Old; about it.about(); within ["old.until-3.12"]; c it.words(names);
    }

    /// `int PyObject_AsReadBuffer(PyObject *obj, const void **buffer, Py_ssize_t *buffer_len)`
    AsReadBuffer "PyObject_AsReadBuffer" (it: AsBuffer) => {
        section Old; about it.about(); within ["old.until-3.12"]; c it.words(names);
    }

    /// `int PyObject_AsWriteBuffer(PyObject *obj, void **buffer, Py_ssize_t *buffer_len)`
    AsWriteBuffer "PyObject_AsWriteBuffer" (it: AsBuffer) => {
        section Old; about it.about(); within ["old.until-3.12"]; c it.words(names);
    }

    /// `int PyObject_CheckReadBuffer(PyObject *o)`
    CheckReadBuffer "PyObject_CheckReadBuffer" {
        /// `o`.
        object: usize,
    } => {
        section Old; about Of(*object); within ["old.until-3.12", "old.check-read.since-2.2"];
        c [names.object(*object)];
    }

    /// `void PyErr_SetString(PyObject *type, const char *message)`: leaves an exception pending for
    /// the next call. Its own reply tells that exception.
    SetError "PyErr_SetString" {
        /// The class of the exception, such as `ValueError`.
        exception: String,
    } => {
        section Old; about Nothing; c [format!("PyExc_{exception}"), "\"\"".into()];
    }

    /// `int PyObject_CheckBuffer(PyObject *obj)`
    CheckBuffer "PyObject_CheckBuffer" {
        /// `obj`.
        object: usize,
    } => {
        section Check; about Of(*object); within ["check.since-2.7-draft"]; c [names.object(*object)];
    }

    /// `int PyObject_GetBuffer(PyObject *obj, Py_buffer *view, int flags)`, on a poisoned `view`.
    GetBuffer "PyObject_GetBuffer" {
        /// `obj`.
        object: usize,
        /// Any bits.
        flags: i32,
    } => {
        section Request; about Of(*object); makes Makes::View; within ["request.since-2.7-draft"];
        c [names.object(*object), names.filled(), text::mask(*flags)];
    }

    /// `void PyBuffer_Release(Py_buffer *view)`. Not to be called for a view that was not granted.
    Release "PyBuffer_Release" {
        /// Which.
        view: usize,
    } => {
        section Release; about View(*view); within ["release.since-2.7-draft"]; c [names.view(*view)];
    }

    /// `void PyBuffer_Release(Py_buffer *view)`, on a copy of the struct; the struct itself is forgotten.
    /// Not to be called for a view that was not granted, or was released.
    ReleaseCopy "PyBuffer_Release of a copy" {
        /// Which.
        view: usize,
    } => {
        section Release; about View(*view); feature "PyBuffer_Release"; within ["release.since-2.7-draft"];
        text format!("PyBuffer_Release(&copy_of_view{view})");
    }

    /// `int PyBuffer_FillInfo(Py_buffer *view, PyObject *exporter, void *buf, Py_ssize_t len,
    /// int readonly, int flags)`, on a poisoned `view`.
    FillInfo "PyBuffer_FillInfo" (it: FillInfo) => {
        // Bytes are what it is about; whose they are makes no difference.
        section Fill; about Nothing; also it.exporter; makes Makes::View; within ["fill.since-2.7-draft"]; c it.words();
    }

    /// `int PyBuffer_IsContiguous(const Py_buffer *view, char order)`, on a struct filled by hand.
    IsContiguous "PyBuffer_IsContiguous" {
        /// The struct. Its other fields: `obj` NULL, `format` NULL, writable.
        view: BareView,
        /// Any character.
        order: char,
    } => {
        section Contiguity; about Nothing; within ["contiguity.since-2.7-draft"]; c [view.to_string(), format!("{order:?}")];
    }

    /// `void PyBuffer_FillContiguousStrides(int ndims, Py_ssize_t *shape, Py_ssize_t *strides,
    /// int itemsize, char order)`, with room for two strides more, all of it poisoned.
    FillContiguousStrides "PyBuffer_FillContiguousStrides" {
        /// In elements.
        shape: Vec<i64>,
        /// In bytes.
        itemsize: i32,
        /// Any character.
        order: char,
    } => {
        section Strides; about Nothing; within ["strides.since-2.7-draft"];
        c [shape.len().to_string(), text::list(shape), "strides".into(), itemsize.to_string(), format!("{order:?}")];
    }

    /// `void *PyBuffer_GetPointer(const Py_buffer *view, const Py_ssize_t *indices)`
    GetPointer "PyBuffer_GetPointer" {
        /// Which.
        view: usize,
        /// One for each dimension.
        indices: Vec<i64>,
    } => {
        section Pointer; about View(*view); within ["pointer.since-2.7-draft"]; c [names.view(*view), text::list(indices)];
    }

    /// `verify_structure(memlen, itemsize, ndim, shape, strides, offset)`, the function that the
    /// documentation gives in Python.
    VerifyStructure "verify_structure" {
        /// The size of the block, in bytes.
        memlen: i64,
        /// In bytes.
        itemsize: i64,
        /// Number of dimensions, given apart from the arrays.
        ndim: i64,
        /// In elements.
        shape: Vec<i64>,
        /// In bytes.
        strides: Vec<i64>,
        /// Of the first element, in bytes from the start of the block.
        offset: i64,
    } => {
        section Structure; about Nothing; within ["structure.since-3.3"];
        c [
            memlen.to_string(), itemsize.to_string(), ndim.to_string(), text::list(shape), text::list(strides),
            offset.to_string(),
        ];
    }

    /// `int PyBuffer_ToContiguous(void *buf, const Py_buffer *src, Py_ssize_t len, char order)`, with
    /// `buf` of `len` bytes and [`BEYOND`] more, each of them [`POISON`].
    ToContiguous "PyBuffer_ToContiguous" {
        /// `src`.
        view: usize,
        /// In bytes.
        len: i64,
        /// Any character.
        order: char,
    } => {
        section Copy; about View(*view); needs *len; within ["copy.since-2.7-draft"];
        c ["buf".into(), names.view(*view), len.to_string(), format!("{order:?}")];
    }

    /// `int PyBuffer_FromContiguous(const Py_buffer *view, const void *buf, Py_ssize_t len,
    /// char order)`, with `buf` of `len` bytes: 200, 201 ... modulo 251.
    FromContiguous "PyBuffer_FromContiguous" {
        /// Which.
        view: usize,
        /// In bytes.
        len: i64,
        /// Any character.
        order: char,
    } => {
        section Copy; about View(*view); needs *len; within ["copy.since-2.7-draft"];
        c [names.view(*view), "buf".into(), len.to_string(), format!("{order:?}")];
    }

    /// `int PyObject_CopyData(PyObject *dest, PyObject *src)`
    CopyData "PyObject_CopyData" {
        /// `dest`.
        dest: usize,
        /// `src`.
        src: usize,
    } => {
        section Copy; about Of(*dest); also Some(*src); within ["copy.since-2.7-draft"];
        c [names.object(*dest), names.object(*src)];
    }

    /// `int PyObject_CopyToObject(PyObject *obj, void *buf, Py_ssize_t len, char fortran)`, with `buf`
    /// as in `FromContiguous`. No interpreter has ever had it.
    CopyToObject "PyObject_CopyToObject" {
        /// `obj`.
        object: usize,
        /// In bytes.
        len: i64,
        /// Any character.
        order: char,
    } => {
        section Copy; about Of(*object); needs *len; within ["copy.to-object.until-2.7"];
        c [names.object(*object), "buf".into(), len.to_string(), format!("{order:?}")];
    }

    /// `Py_ssize_t PyBuffer_SizeFromFormat(const char *format)`
    SizeFromFormat "PyBuffer_SizeFromFormat" {
        /// Any text without NUL.
        format: String,
    } => {
        section Format; about Nothing; within ["format.since-2.7-draft"]; c [format!("{format:?}")];
    }

    /// `PyObject *PyMemoryView_FromObject(PyObject *obj)`
    MemoryviewFromObject "PyMemoryView_FromObject" {
        /// `obj`.
        object: usize,
    } => {
        section Memoryview; about Of(*object); makes Makes::Object; within ["memoryview.from-object.since-2.7-draft"];
        c [names.object(*object)];
    }

    /// `PyObject *PyMemoryView_FromBuffer(const Py_buffer *info)`, on a struct filled by hand over a
    /// block of [`OF_BUFFER`] bytes: 0, 1, 2 ...
    MemoryviewFromBuffer "PyMemoryView_FromBuffer" {
        /// The struct. Its `obj` is NULL.
        view: BareView,
        /// `buf` is NULL.
        buf_null: bool,
        /// In the struct syntax; `None` is NULL.
        format: Option<String>,
        /// Any int.
        readonly: i32,
    } => {
        section Memoryview; about Nothing; makes Makes::Object; needs view.needs(); within ["memoryview.from-buffer.since-2.7"];
        c [
            format!("{view}{}", if *buf_null { ", buf NULL" } else { "" }),
            format!("format {}", format.as_ref().map_or("NULL".into(), |format| format!("{format:?}"))),
            format!("readonly {readonly}"),
        ];
    }

    /// `PyObject *PyMemoryView_FromMemory(char *mem, Py_ssize_t size, int flags)`, over a block of
    /// `size` bytes: 0, 1, 2 ... modulo 251.
    MemoryviewFromMemory "PyMemoryView_FromMemory" {
        /// In bytes.
        size: i64,
        /// `PyBUF_READ`, `PyBUF_WRITE`, or any other.
        flags: i32,
    } => {
        section Memoryview; about Nothing; makes Makes::Object; needs *size; within ["memoryview.from-memory.since-3.3"];
        c ["mem".into(), size.to_string(), access(*flags)];
    }

    /// `PyObject *PyMemoryView_GetContiguous(PyObject *obj, int buffertype, char order)`
    GetContiguous "PyMemoryView_GetContiguous" {
        /// `obj`.
        object: usize,
        /// `PyBUF_READ` or `PyBUF_WRITE`.
        buffertype: i32,
        /// `C`, `F` or `A`.
        order: char,
    } => {
        section Memoryview; about Of(*object); makes Makes::Object; within ["memoryview.contiguous.since-2.7"];
        c [names.object(*object), access(*buffertype), format!("{order:?}")];
    }

    /// `int PyMemoryView_Check(PyObject *obj)`
    MemoryviewCheck "PyMemoryView_Check" {
        /// `obj`.
        object: usize,
    } => {
        section Memoryview; about Of(*object); within ["memoryview.check.since-2.7"]; c [names.object(*object)];
    }

    /// `obj.release()`, the method of Python's memoryview.
    MemoryviewRelease "memoryview.release" {
        /// `obj`.
        object: usize,
    } => {
        section Memoryview; about Of(*object); within ["memoryview.release.since-3.2"];
        text format!("{}.release()", names.object(*object));
    }

    /// `int PyByteArray_Resize(PyObject *bytearray, Py_ssize_t len)`. What is new of the memory is not
    /// looked at.
    Resize "PyByteArray_Resize" {
        /// `bytearray`.
        object: usize,
        /// In bytes.
        len: usize,
    } => {
        section Lifecycle; about Of(*object); needs limits::bytes(*len); within ["lifecycle.resize.since-2.7-draft"];
        c [names.object(*object), len.to_string()];
    }

    /// `void Py_DecRef(PyObject *o)`: the case gives up its own reference, and with it the right to
    /// name the object again.
    Drop "Py_DecRef" {
        /// `o`.
        object: usize,
    } => {
        section Lifecycle; about Of(*object); c [names.object(*object)];
    }

    /// `int PyBuffer_Check(PyObject *p)`
    BufferCheck "PyBuffer_Check" {
        /// `p`.
        object: usize,
    } => {
        section BufferObject; about Of(*object); within ["buffer-object.until-2.7"]; c [names.object(*object)];
    }

    /// `PyObject *PyBuffer_FromObject(PyObject *base, Py_ssize_t offset, Py_ssize_t size)`
    BufferFromObject "PyBuffer_FromObject" (it: Part) => {
        section BufferObject; about Of(it.base); makes Makes::Object; within ["buffer-object.until-2.7"]; c it.words(names);
    }

    /// `PyObject *PyBuffer_FromReadWriteObject(PyObject *base, Py_ssize_t offset, Py_ssize_t size)`
    BufferFromReadWriteObject "PyBuffer_FromReadWriteObject" (it: Part) => {
        section BufferObject; about Of(it.base); makes Makes::Object; within ["buffer-object.until-2.7"]; c it.words(names);
    }

    /// `PyObject *PyBuffer_FromMemory(void *ptr, Py_ssize_t size)`, over a block of `size` bytes, none
    /// if it is negative: 0, 1, 2 ... modulo 251.
    BufferFromMemory "PyBuffer_FromMemory" {
        /// In bytes.
        size: i64,
    } => {
        section BufferObject; about Nothing; makes Makes::Object; needs *size; within ["buffer-object.until-2.7"];
        c ["ptr".into(), size.to_string()];
    }

    /// `PyObject *PyBuffer_FromReadWriteMemory(void *ptr, Py_ssize_t size)`, over such a block.
    BufferFromReadWriteMemory "PyBuffer_FromReadWriteMemory" {
        /// In bytes.
        size: i64,
    } => {
        section BufferObject; about Nothing; makes Makes::Object; needs *size; within ["buffer-object.until-2.7"];
        c ["ptr".into(), size.to_string()];
    }

    /// `PyObject *PyBuffer_New(Py_ssize_t size)`. What its memory holds at first means nothing.
    BufferNew "PyBuffer_New" {
        /// In bytes.
        size: i64,
    } => {
        section BufferObject; about Nothing; makes Makes::Object; within ["buffer-object.until-2.7"]; c [size.to_string()];
    }

    /// `Py_ssize_t PySequence_Size(PyObject *o)`
    Size "PySequence_Size" {
        /// `o`.
        object: usize,
    } => {
        section BufferObject; about Of(*object); within ["buffer-object.until-2.7"]; c [names.object(*object)];
    }

    /// `PyObject *PySequence_GetItem(PyObject *o, Py_ssize_t i)`
    GetItem "PySequence_GetItem" {
        /// `o`.
        object: usize,
        /// From the start, or if it is negative from the end.
        index: i64,
    } => {
        section BufferObject; about Of(*object); within ["buffer-object.until-2.7"]; c [names.object(*object), index.to_string()];
    }

    /// `PyObject *PySequence_GetSlice(PyObject *o, Py_ssize_t i1, Py_ssize_t i2)`
    GetSlice "PySequence_GetSlice" {
        /// `o`.
        object: usize,
        /// First byte.
        start: i64,
        /// First byte not taken.
        stop: i64,
    } => {
        section BufferObject; about Of(*object); within ["buffer-object.until-2.7"];
        c [names.object(*object), start.to_string(), stop.to_string()];
    }

    /// `PyObject *PySequence_Concat(PyObject *o1, PyObject *o2)`
    Concat "PySequence_Concat" {
        /// `o1`.
        object: usize,
        /// `o2`.
        other: usize,
    } => {
        section BufferObject; about Of(*object); also Some(*other); within ["buffer-object.until-2.7"];
        c [names.object(*object), names.object(*other)];
    }

    /// `PyObject *PySequence_Repeat(PyObject *o, Py_ssize_t count)`
    Repeat "PySequence_Repeat" {
        /// `o`.
        object: usize,
        /// Any number.
        count: i64,
    } => {
        section BufferObject; about Of(*object); within ["buffer-object.until-2.7"]; c [names.object(*object), count.to_string()];
    }

    /// `int PyObject_Compare(PyObject *o1, PyObject *o2)`
    Compare "PyObject_Compare" {
        /// `o1`.
        object: usize,
        /// `o2`.
        other: usize,
    } => {
        section BufferObject; about Of(*object); also Some(*other); within ["buffer-object.until-2.7"];
        c [names.object(*object), names.object(*other)];
    }

    /// `long PyObject_Hash(PyObject *o)`
    Hash "PyObject_Hash" {
        /// `o`.
        object: usize,
    } => {
        section BufferObject; about Of(*object); within ["buffer-object.until-2.7"]; c [names.object(*object)];
    }

    /// `int PySequence_SetItem(PyObject *o, Py_ssize_t i, PyObject *v)`
    SetItem "PySequence_SetItem" {
        /// `o`.
        object: usize,
        /// From the start, or if it is negative from the end.
        index: i64,
        /// `v`.
        value: usize,
    } => {
        section BufferObject; about Of(*object); also Some(*value); within ["buffer-object.until-2.7"];
        c [names.object(*object), index.to_string(), names.object(*value)];
    }

    /// `int PySequence_SetSlice(PyObject *o, Py_ssize_t i1, Py_ssize_t i2, PyObject *v)`
    SetSlice "PySequence_SetSlice" {
        /// `o`.
        object: usize,
        /// First byte.
        start: i64,
        /// First byte not set.
        stop: i64,
        /// `v`.
        value: usize,
    } => {
        section BufferObject; about Of(*object); also Some(*value); within ["buffer-object.until-2.7"];
        c [names.object(*object), start.to_string(), stop.to_string(), names.object(*value)];
    }

    /// `int PyArg_ParseTuple(PyObject *args, const char *format, ...)`, of a tuple that holds the object
    /// alone, with a format of one code, by a program that defines `PY_SSIZE_T_CLEAN`. A code that ends in
    /// `*` fills a poisoned view. The value is 0 for C's true, and -1 for false.
    ParseTuple "PyArg_ParseTuple" {
        /// What `args` holds.
        object: usize,
        /// `format`.
        code: Code,
    } => {
        section Arguments; about Of(*object); makes code.makes();
        within ["arguments.views.since-2.7-draft" if code.fills_view(), "arguments.y.since-3.2" if code.is_of_python_3()];
        c code.words(names, *object);
    }
}

impl Call {
    /// Whether it needs a block of more than [`LARGEST`] bytes. No case has such a call:
    /// implementations answer it with [`Reply::NotMade`](crate::Reply::NotMade). What a function would
    /// have to get for itself, as `PyBuffer_New` does, is its own business.
    pub fn is_too_large(&self) -> bool {
        self.needs() > LARGEST
    }

    /// The section of the documentation that has the function.
    pub fn section(&self) -> Section {
        self.function().section
    }

    /// Whether it makes the next object of the case, if it succeeds.
    pub fn makes_object(&self) -> bool {
        self.makes() == Makes::Object
    }

    /// Whether it fills the next view of the case, if it succeeds.
    pub fn fills_view(&self) -> bool {
        self.makes() == Makes::View
    }
}

/// The functions of a section, by the names of [`Call::feature`].
pub fn functions(section: Section) -> impl Iterator<Item = &'static str> {
    let of_it = FUNCTIONS.iter().filter(move |it| it.section == section && !it.renamed);
    of_it.map(|function| function.name)
}

/// Everything that an implementation may support or lack, by the names of [`Call::feature`].
pub fn features() -> impl Iterator<Item = &'static str> {
    let functions = FUNCTIONS.iter().filter(|function| !function.renamed);
    let kinds = Kind::ALL.into_iter().map(Kind::feature);
    kinds.chain(functions.map(|function| function.name))
}
