//! # Faults: Pointers to elements

use pybuf_harness::reply::{Pointer, Returned, Seen};

use crate::Fault;
use crate::change::change;

pub(crate) const FAULTS: &[Fault] =
    &[Fault::new("item-pointer-ignores-suboffsets", "pointer.negative-suboffset", "NumPy #9456")
        .tells(|_, _, reply| change(reply, pointer_not_followed))];

/// An element behind a pointer is taken to be where the pointers are.
fn pointer_not_followed(returned: &mut Returned) {
    if let Some(Seen::Is(pointer)) = &mut returned.buffer
        && let Pointer::InRows { block, offset } = *pointer
    {
        *pointer = Pointer::At { block, offset };
    }
}
