//! # Behaviour
//!
//! What the model expects of all calls of a domain in an edition, kind by kind: what snapshots are made
//! of. [`outcomes`] and [`replies`] write it down in two tables, each a page at most, in which a change
//! of one rule changes few lines.

mod calls;
mod checksum;
mod lines;
mod masks;
mod outcomes;
mod replies;

pub use calls::Behaviour;
pub use outcomes::outcomes;
pub use replies::replies;
