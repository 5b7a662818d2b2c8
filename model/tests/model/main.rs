//! Laws that the model must obey, and the notes that it is written from.

mod buffer_object_laws;
mod copy_laws;
mod extreme_laws;
mod facts;
mod format_laws;
mod laws;
mod memoryview_laws;
mod notes;
mod presence;
mod trying;
