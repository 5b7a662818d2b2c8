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
//! In reading order: [`edition`], [`flags`], [`layout`], [`exporter`], [`objects`]; then the documented
//! functions, a module a section: [`old`], [`check`], [`request`], [`release`], [`fill`],
//! [`contiguity`], [`strides`], [`mod@pointer`], [`structure`], [`mod@copy`], [`copy_data`],
//! [`mod@format`], [`memoryview`], [`get_contiguous`], [`lifecycle`], [`buffer_object`],
//! [`buffer_string`], [`consistency`] with [`record`]; and what answers are made of: [`expectation`], [`clause`], [`level`].
//!
//! A panic in this crate is a bug in this crate. Of the replies of an implementation it is told only
//! what the text leaves to it and later answers must respect: what `readonly` it told
//! ([`exporter::NewProtocol::told_readonly`]), to whom a view belongs ([`release`], [`lifecycle`]), what is
//! in a copy that may be in either order ([`get_contiguous`]), and the hash of equal bytes
//! ([`buffer_string`]).

pub mod buffer_object;
pub mod buffer_string;
pub mod check;
pub mod clause;
pub mod consistency;
pub mod contiguity;
pub mod copy;
pub mod copy_data;
pub mod edition;
mod exception;
pub mod expectation;
pub mod exporter;
pub mod fill;
pub mod flags;
pub mod format;
pub mod get_contiguous;
pub mod layout;
pub mod level;
pub mod lifecycle;
pub mod memory;
pub mod memoryview;
pub mod objects;
pub mod old;
pub mod pointer;
pub mod record;
pub mod release;
pub mod request;
pub mod strides;
pub mod structure;

pub use buffer_object::BufferObject;
pub use clause::Clause;
pub use edition::Edition;
pub use expectation::{Answer, Expectation, Fact, Outcome, Permits};
pub use exporter::{Exporter, NewProtocol, OldSlots, Slot, State};
pub use flags::Flags;
pub use layout::{Address, Layout};
pub use level::Level;
pub use memory::Memory;
pub use pointer::Place;
