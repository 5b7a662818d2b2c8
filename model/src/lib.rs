//! # pybuf-model
//!
//! What the documentation of Python's C buffer protocols permits, edition by edition, in the simplest
//! Rust that can say it.
//!
//! A documented function is a function here. It takes a description of the object it is called on
//! (never the object), its arguments and the edition, and answers with the *set* of replies that the
//! text permits, each part of it tied to a clause of `SPEC_NOTES.md`:
//!
//! ```
//! use pybuf_model::{Edition, Exporter, Flags, Layout, request};
//!
//! let bytes = Exporter::new_protocol(Layout::bytes(5), true);
//! let answer = request::get_buffer(&bytes, Flags::WRITABLE, Edition::V3_12);
//! assert_eq!(answer.outcomes()[0].clause.id(), "request.writable.refused-on-readonly");
//! ```
//!
//! In reading order: [`notes`], what `SPEC_NOTES.md` says of clauses and editions; [`rules`], what an
//! answer is made of; [`state`], what objects and memory are to the model; [`pages`], a page for each
//! section of the documentation: what is expected of its calls, and what their replies decide; and
//! [`machine`], which turns the pages into a program that can be asked and run.
//!
//! A panic in this crate is a bug in this crate. Of the replies of an implementation it is told only
//! what the text leaves to it and later answers must respect: what `readonly` it told
//! ([`exporter::NewProtocol::told_readonly`]), to whom a view belongs ([`release`], [`lifecycle`]), what is
//! in a copy that may be in either order ([`get_contiguous`]), and the hash of equal bytes
//! ([`buffer_string`]).

pub mod machine;
pub mod notes;
pub mod pages;
pub mod rules;
pub mod state;

pub use notes::{clause, edition, severity};
pub use pages::{
    arguments, buffer_object, buffer_string, check, consistency, contiguity, copy, copy_data, fill,
    format, get_contiguous, lifecycle, memoryview, memoryview_of_memory, old, pointer, release,
    request, strides, structure,
};
pub use rules::{expectation, fact, presence};
pub use state::{buffers, exporter, layout, lives, memory, objects};

pub use buffers::BufferObject;
pub use clause::Clause;
pub use expectation::{Answer, Expectation, Outcome};
pub use exporter::{Exporter, NewProtocol, OldSlots, Slot, State};
pub use fact::{Fact, Permits, Says};
pub use layout::Layout;
pub use machine::{Expected, Machine};
pub use memory::Memory;
pub use pybuf_protocol::{Address, Edition, Exception, Flags, Level, flags, level};
pub use severity::Severity;
