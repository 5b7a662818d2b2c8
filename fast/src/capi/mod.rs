//! # The C interface
//!
//! What `include/pybuf.h` declares: the functions of this crate with CPython's signatures, and `pybuf_`
//! for the `Py` of their names. The header is made from these modules; `examples/c` shows how it is
//! used.
//!
//! Views are [`Py_buffer`](crate::Py_buffer) itself. What needs nothing but a view (contiguity, copies
//! to and from packed bytes, where an element is) takes the view of any CPython 3 as it is; what needs
//! an object takes one of this crate.
//!
//! Functions fail as CPython's do, with -1 or NULL, and leave behind why: see [`error`]. An argument
//! that must not be NULL and is, is such a failure (SystemError), and no crash. What cannot be seen
//! from here is left to the caller: that pointers which are not NULL point at what they say, and are
//! used by one thread at a time; objects never leave the thread that made them. No function panics; if
//! one did, the process would abort, as it does when a function of a C++ exporter throws: those have the
//! ABI "C-unwind", and nothing gets past the functions here, which have the ABI "C".

#![allow(non_camel_case_types, non_snake_case)]

pub mod compat;
pub mod copy;
pub mod error;
mod handle;
pub mod layout;
pub mod memoryview;
pub mod object;
pub mod old;
pub mod request;
