//! # Vectors
//!
//! All cases of a domain in an edition, with the replies that are permitted, as a file: for
//! implementers who do without us. What a file means to them is told by [`README`]; its form by
//! [`schema()`].
//!
//! What is expected of a call may depend on replies to the calls before it. In a file it is what is
//! expected given the example replies, which are the model's own; [`parts`] says which other replies it
//! holds for as well. Expectations are written as the model has them.

mod file;
mod rerun;

pub use file::{Expectation, FORMAT, NoCase, README, Vector, Vectors, schema};
pub use rerun::{ByFile, Disagreement, parts};
