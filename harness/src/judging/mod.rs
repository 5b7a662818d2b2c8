//! # Judging
//!
//! What replies come to by the model.

pub(crate) mod bearing;
pub mod judge;
mod unanswered;
pub mod verdict;
