//! Laws that the model must obey, and the notes that it is written from.

mod buffer_object_laws;
mod consistency;
mod copy_laws;
mod extreme_laws;
mod facts;
mod format_laws;
mod laws;
mod memory;
mod memoryview_laws;
mod notes;
mod objects;
mod presence;
mod trying;
