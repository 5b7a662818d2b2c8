//! # Judging
//!
//! What replies come to by the model.

pub mod judge;
pub(crate) mod shared;
pub mod verdict;
