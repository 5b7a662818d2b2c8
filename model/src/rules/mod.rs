//! # Rules
//!
//! What is permitted: facts, rules that say them by a clause, and which editions have a function at all.

pub mod expectation;
pub mod fact;
pub mod presence;

pub(crate) use expectation::{Answer, Expectation, Outcome, Rule};
pub(crate) use fact::{Fact, Says};
