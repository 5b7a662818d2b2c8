//! # The embedded fast implementation
//!
//! Connects `pybuf-fast` to the harness. It knows no editions; this adapter lends it the interface of
//! one: which functions there are, whether objects have old slots, and so on.
//!
//! In reading order: what an object is (`exporters`, `made`, `objects`), a case (`state`), the calls by section
//! (`calls`, `copy`, `format`, `memoryview`, `buffer_object`, `life`, all with `observe`), and the one place that
//! they are called from (`answer`).

mod answer;
mod buffer_object;
mod calls;
mod copy;
mod exporters;
mod format;
mod life;
mod made;
mod memory;
mod memoryview;
mod objects;
mod observe;
mod state;

pub use state::Fast;
