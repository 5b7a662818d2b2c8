//! # CPython, the real one
//!
//! Finds the interpreters of this machine, from 2.7 on, and runs each in a process of its own, where
//! its shared library is loaded and its functions are called by name. Nothing of Python is needed to
//! build this.
//!
//! In reading order: the parent's side is `interpreter` and `discover`; the rest runs in the worker:
//! the C API (`layout`, `api`, `object`, `python`), our own types (`own`, `slots`), what there is in a
//! case (`version`, `case`, `make`), and the calls (`embedded`, `calls`; `copy`, `format`,
//! `memoryview`, `buffer_object` and `life` for their sections).

mod api;
mod buffer_object;
mod calls;
mod case;
mod copy;
mod discover;
mod embedded;
mod format;
mod interpreter;
mod layout;
mod life;
mod make;
mod memoryview;
mod object;
mod own;
mod python;
mod slots;
mod version;

pub use discover::{
    Error, Found, Listing, active_interpreter, default_interpreter, discover, find, find_any,
};
pub use interpreter::{Interpreter, Reason};

pub(crate) use embedded::Embedded;
