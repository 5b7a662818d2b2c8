//! # pybuf-harness
//!
//! Runs cases against any implementation of Python's buffer protocols, judges the replies by the
//! model, and reports where they diverge.
//!
//! What goes in: [`call`] and [`object`], made into cases by [`case`] and [`chooser`]. What comes
//! back: [`reply`]. Between them stands an [`implementation`]. Then: [`mod@judge`] asks the model what is
//! expected and holds the replies against it, which comes to a [`verdict`]; [`run`] does so for all
//! cases, for a [`shard`] of them, or in a [`campaign`] for cases that are drawn, and keeps a [`tally`],
//! which [`mod@merge`] can add to others; [`report`], [`certificate`], [`render`] and [`text`] say what came
//! of it, and a [`baseline`] what of it was known before. Which case shows a clause at work, and which one
//! is none of its business, [`witness`] finds out; which clauses no case can put to an implementation, for
//! what that lacks, [`reach`] does. What the model itself says is shown by [`behaviour`], edition by edition,
//! and by [`editions`], which compares two; [`vectors`] writes it down for those who do without us.

pub mod baseline;
mod bearing;
pub mod behaviour;
pub mod call;
pub mod campaign;
pub mod case;
pub mod certificate;
pub mod check;
pub mod chooser;
mod describe;
pub mod editions;
mod facts;
pub mod implementation;
pub mod judge;
pub mod merge;
pub mod object;
#[cfg(feature = "proptest")]
pub mod proptest;
pub mod random;
pub mod reach;
pub mod regression;
pub mod render;
pub mod reply;
pub mod report;
pub mod run;
pub mod schema;
pub mod shard;
mod show;
pub mod shrink;
mod stated;
pub mod statistics;
pub mod tally;
pub mod text;
pub mod vectors;
pub mod verdict;
pub mod witness;
pub mod world;

pub use call::Call;
pub use case::{Case, CaseId, Domain};
pub use implementation::{Capabilities, Implementation};
pub use object::Object;
pub use reply::{Reply, Returned};
pub use report::Report;
pub use run::{Run, conforms};
pub use shard::Shard;
pub use tally::Tally;

/// The model that this harness judges by.
pub use pybuf_model as model;
