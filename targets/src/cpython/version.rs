//! What a version of CPython does not have. Missing functions are found by their symbols.

use pybuf_harness::Object;
use pybuf_harness::object::Step;

/// Major and minor.
pub type Version = (u8, u8);

/// Whether `object` can be made at all in `version`, be it that a module may be missing.
pub fn has(version: Version, object: &Object) -> bool {
    match object {
        Object::Slots { .. } => version < (3, 0),
        Object::Ndarray { .. } => version >= (3, 3),
        Object::Memoryview { steps, .. } => steps.iter().all(|step| version >= since(step)),
        _ => true,
    }
}

fn since(step: &Step) -> Version {
    match step {
        Step::Slice { step: 1, .. } => (2, 7),
        Step::Slice { .. } | Step::Cast { .. } => (3, 3),
        Step::Release => (3, 2),
    }
}
