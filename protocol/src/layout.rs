//! # Layout
//!
//! Where things are: addresses are symbolic, a block and an offset in it; no pointer is real.

use serde::{Deserialize, Serialize};

/// `PyBUF_MAX_NDIM`, since 3.3: the most dimensions that an exporter may have, and that a consumer
/// should be able to deal with.
pub const MAX_NDIM: usize = 64;

/// A place in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Address {
    /// Which block of memory.
    pub block: usize,
    /// In bytes from its start.
    pub offset: i64,
}
