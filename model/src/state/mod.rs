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

pub(crate) use buffers::{BufferObject, Bytes, Failure};
pub(crate) use exporter::{Exporter, NewProtocol, OldSlots, Slot, State};
pub(crate) use layout::{Contiguity, Layout, Order, packed_strides};
pub(crate) use lives::{Kind, Uses};
pub(crate) use memory::{Block, Memory};
