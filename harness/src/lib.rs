//! # pybuf-harness
//!
//! Runs cases against any implementation of Python's buffer protocols, judges the replies by the
//! model, and reports where they diverge.
//!
//! The folders show the way of the data: [`cases`] are chosen and run against an [`implementation`];
//! [`judging`] compares the replies with what the model permits; [`running`] does so for all cases, or a
//! shard of them, or random ones, and counts; [`reporting`] says what came of it, and what of it was known
//! before. [`check`] judges a single object by its own answers, and reports in the same way. [`review`]
//! shows what the model itself says, for those who review a change of the documentation, and [`vectors`]
//! writes it down for those who do without this crate.

pub mod cases;
pub mod check;
pub mod implementation;
pub mod judging;
pub mod render;
pub mod reporting;
pub mod review;
pub mod running;
pub mod schema;
pub mod vectors;

#[cfg(feature = "proptest")]
pub use cases::proptest;
pub use cases::{case, chooser, random, regression, shrink};
pub use judging::{judge, verdict};
pub use reporting::{baseline, finding, message, report, severity, words};
pub use review::{behaviour, editions, reach, witness};
pub use running::{campaign, certificate, merge, run, shard, statistics, tally};

pub use case::{Case, CaseId, Domain};
pub use implementation::{Capabilities, Implementation};
pub use report::Report;
pub use run::{Run, conforms};
pub use shard::Shard;
pub use tally::Tally;

/// The model that this harness judges by.
pub use pybuf_model as model;
pub use pybuf_protocol as protocol;
pub use pybuf_protocol::text;
pub use pybuf_protocol::{Call, Object, Reply, Returned, call, object, reply};
