//! # State
//!
//! What the things of a case are to the model: objects by what they offer, how elements lie, what memory
//! holds, who keeps whom alive.

pub mod buffers;
pub mod exporter;
pub mod layout;
pub mod lives;
pub mod memory;
pub mod objects;
