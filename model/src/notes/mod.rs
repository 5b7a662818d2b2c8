//! # The notes
//!
//! What `SPEC_NOTES.md` says, which is compiled in.

pub mod clause;
pub mod edition;
pub mod severity;
