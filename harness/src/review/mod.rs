//! # Review
//!
//! What the model says, edition by edition, for those who review a change of it.

pub mod behaviour;
pub mod editions;
pub mod reach;
pub mod witness;
