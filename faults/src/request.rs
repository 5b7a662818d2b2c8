//! # Faults: Requests

use pybuf_harness::Call;
use pybuf_harness::model::Flags;
use pybuf_harness::reply::{Obj, Reply, Seen};

use crate::change::{change, with_flags};
use crate::{Fault, Past};

pub(crate) const FAULTS: &[Fault] = &[
    Fault::new("contiguity-flag-ignored", "request.contiguity.c", "PyPy #3871")
        .asks(|_, call| with_flags(call, |flags| flags & !(0x20 | 0x40 | 0x80))),
    Fault::new("any-contiguous-means-both", "request.granted-if-representable", "PyPy #2873")
        .asks(|_, call| with_flags(call, any_to_both)),
    Fault::new("obj-left-set-on-refusal", "request.refusal.obj-null", "NumPy #18672")
        .tells(obj_left_set),
    Fault::new("readonly-flips", "request.readonly.consistent", "PyPy #5136, #3307")
        .tells(readonly_flips),
];

fn any_to_both(flags: i32) -> i32 {
    let both = Flags::C_CONTIGUOUS | Flags::F_CONTIGUOUS;
    match Flags::from_bits_retain(flags).contains(Flags::ANY_CONTIGUOUS) {
        true => flags | both.bits(),
        false => flags,
    }
}

fn obj_left_set(_: &Past, call: &Call, reply: Reply) -> Reply {
    match call {
        Call::GetBuffer { .. } => change(reply, |returned| {
            if returned.value == Some(-1) {
                returned.obj = Some(Seen::Is(Obj::Exporter));
            }
        }),
        _ => reply,
    }
}

/// Writable memory is told to be read-only to those who ask for the format.
fn readonly_flips(_: &Past, call: &Call, reply: Reply) -> Reply {
    match call {
        Call::GetBuffer { flags, .. } if flags & 0x5 == 0x4 => change(reply, |returned| {
            if let Some(view) = &mut returned.view {
                view.readonly = Seen::Is(1);
            }
        }),
        _ => reply,
    }
}
