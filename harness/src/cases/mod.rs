//! # Cases
//!
//! Cases: how they are made of choices, all of them or random ones; regressions; and how a case is shrunk.

pub mod case;
pub mod chooser;
#[cfg(feature = "proptest")]
pub mod proptest;
pub mod random;
pub mod regression;
pub mod shrink;
