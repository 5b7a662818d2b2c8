//! # pybuf-faults
//!
//! Wrong implementations: the fast one, or the model where that lacks the function, with one change each,
//! named after what it does, which breaks one clause. A suite that does not catch them is worth nothing.
//!
//! The faults are listed by the family of the clause that they break, in a module for each. Those that
//! were seen in the wild say where; the others say in a few words who would make such a mistake.

mod change;
mod elements;
mod fault;
mod faulty;
mod past;

mod arguments;
mod buffer_object;
mod check;
mod contiguity;
mod copy;
mod fill;
mod format;
mod lifecycle;
mod memoryview;
mod old;
mod pointer;
mod release;
mod request;
mod strides;
mod structure;

pub use fault::{Change, Fault};
pub use past::Past;

/// All faults, by the section of the documentation that they are about.
pub fn all() -> impl Iterator<Item = &'static Fault> {
    let families = [
        old::FAULTS,
        check::FAULTS,
        request::FAULTS,
        release::FAULTS,
        fill::FAULTS,
        contiguity::FAULTS,
        strides::FAULTS,
        pointer::FAULTS,
        structure::FAULTS,
        copy::FAULTS,
        format::FAULTS,
        memoryview::FAULTS,
        lifecycle::FAULTS,
        buffer_object::FAULTS,
        arguments::FAULTS,
    ];
    families.into_iter().flatten()
}
