//! # CPython, the real one
//!
//! Finds the interpreters of this machine, from 2.7 on, and runs each in a process of its own, where
//! its shared library is loaded and its functions are called by name. Nothing of Python is needed to
//! build this.
//!
//! In reading order: the parent's side is `parent`; the rest runs in the worker:
//! the C API (`layout`, `api`, `object`, `request`, `python`), our own types (`own`), what there is in a case
//! (`case`, `make`), the interpreter with a case in it (`embedded`), the calls by section (`calls`, `old`,
//! `copy`, `format`, `memoryview`, `buffer_object`, `arguments`, `life`), and the one place that they are called from (`answer`).

mod answer;
mod api;
mod arguments;
mod buffer_object;
mod calls;
mod case;
mod copy;
mod embedded;
mod format;
mod layout;
mod life;
mod make;
mod memory;
mod memoryview;
mod object;
mod old;
mod own;
mod parent;
mod python;
mod request;

pub use parent::discover::{
    Error, Found, Listing, active_interpreter, default_interpreter, discover, find, find_any,
};
pub use parent::interpreter::{Interpreter, Reason};

pub(crate) use embedded::Embedded;
