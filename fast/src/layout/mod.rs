//! How elements lie in memory.

pub(crate) mod block;
pub mod contiguous;
pub mod memory;
pub mod pointer;
pub(crate) mod slice;
pub mod structure;
