//! Exporters with memory of their own.

mod allocation;
pub mod array;
pub mod block;
pub mod buffer_object;
pub mod buffer_string;
pub mod bytearray;
mod placement;
