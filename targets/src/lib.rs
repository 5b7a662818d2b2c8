//! # pybuf-targets
//!
//! What connects implementations of Python's buffer protocols to the harness.
//!
//! - [`Process`] runs any driver, a program in any language that speaks the [`protocol`], and turns
//!   its crashes and endless loops into replies;
//! - [`worker`] is the other end of that protocol, for drivers in Rust;
//! - [`model`] is the reference model, in this process;
//! - [`fast`] is the embedded fast implementation, in this process;
//! - [`cpython`] finds real interpreters and opens each in a worker;
//! - [`check`] asks an object in such an interpreter for buffers in every way;
//! - [`Exec`] is the command that starts a driver of anyone's;
//! - [`mod@smoke`] finds what is wrong with a driver;
//! - [`Target`] is any of these, by the name that the command line has for it.
//!
//! Numbers of a case have 64 bits and are passed on as C's `Py_ssize_t`, so this crate is for machines on
//! which that has as many.
//!
//! ```no_run
//! use pybuf_harness::{Call, Implementation, Object};
//!
//! pybuf_targets::serve_if_worker(); // First thing in `main`: workers are this program, run again.
//! let mut python = pybuf_targets::cpython::find("3.12")?.open(pybuf_targets::Process::DEFAULT_LIMIT)?;
//! python.begin_case();
//! python.call(&Call::Make { object: Object::Bytes { len: 3 } });
//! println!("{:?}", python.call(&Call::GetBuffer { object: 0, flags: 0 }));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(not(target_pointer_width = "64"))]
compile_error!("numbers of a case have 64 bits, and so must Py_ssize_t");

mod bare;
mod block;
mod buffer;
pub mod check;
mod child;
mod counts;
pub mod cpython;
pub mod exec;
pub mod fast;
pub mod model;
pub mod process;
pub mod protocol;
mod rows;
pub mod smoke;
mod strides;
mod target;
mod view;
pub mod worker;

pub use exec::Exec;
pub use process::Process;
pub use target::{Target, TargetError};
pub use worker::{serve, serve_if_worker};
