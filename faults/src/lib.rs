//! # pybuf-faults
//!
//! Wrong implementations: small wrappers around the fast one, each of which breaks one clause, and
//! each named after what it does. A suite that does not catch them is worth nothing.

use pybuf_harness::model::{Edition, Flags};
use pybuf_harness::reply::{Obj, Seen};
use pybuf_harness::{Call, Capabilities, Implementation, Reply};
use pybuf_targets::fast::Fast;

/// A way to be wrong.
#[derive(Clone, Copy)]
pub struct Fault {
    /// What it does.
    pub name: &'static str,
    /// The id of the clause that it breaks.
    pub clause: &'static str,
    /// Where it was seen in the wild.
    pub seen_in: &'static str,
    /// What becomes of a call before it is made.
    before: fn(Call) -> Call,
    /// What becomes of the reply.
    after: fn(&Call, Reply) -> Reply,
}

/// All faults.
pub const ALL: &[Fault] = &[
    Fault {
        name: "contiguity-flag-ignored",
        clause: "request.contiguity.c",
        seen_in: "PyPy #3871",
        before: |call| with_flags(call, |flags| flags & !(0x20 | 0x40 | 0x80)),
        after: |_, reply| reply,
    },
    Fault {
        name: "any-contiguous-means-both",
        clause: "request.granted-if-representable",
        seen_in: "PyPy #2873",
        before: |call| with_flags(call, any_to_both),
        after: |_, reply| reply,
    },
    Fault {
        name: "obj-left-set-on-refusal",
        clause: "request.refusal.obj-null",
        seen_in: "NumPy #18672",
        before: |call| call,
        after: obj_left_set,
    },
];

impl Fault {
    /// An implementation of `edition` that is wrong in this way.
    pub fn implementation(&self, edition: Edition) -> impl Implementation + use<> {
        Faulty { fault: *self, inner: Fast::of(edition) }
    }
}

struct Faulty {
    fault: Fault,
    inner: Fast,
}

impl Implementation for Faulty {
    fn capabilities(&self) -> Capabilities {
        let name = format!("fast with {}", self.fault.name);
        Capabilities { name, ..self.inner.capabilities() }
    }

    fn begin_case(&mut self) {
        self.inner.begin_case();
    }

    fn call(&mut self, call: &Call) -> Reply {
        let reply = self.inner.call(&(self.fault.before)(call.clone()));
        (self.fault.after)(call, reply)
    }
}

fn with_flags(call: Call, change: impl Fn(i32) -> i32) -> Call {
    match call {
        Call::GetBuffer { object, flags } => Call::GetBuffer { object, flags: change(flags) },
        call => call,
    }
}

fn any_to_both(flags: i32) -> i32 {
    let both = Flags::C_CONTIGUOUS | Flags::F_CONTIGUOUS;
    match Flags::from_bits_retain(flags).contains(Flags::ANY_CONTIGUOUS) {
        true => flags | both.bits(),
        false => flags,
    }
}

fn obj_left_set(call: &Call, reply: Reply) -> Reply {
    match (call, reply) {
        (Call::GetBuffer { .. }, Reply::Returned(mut returned)) if returned.value == Some(-1) => {
            returned.obj = Some(Seen::Is(Obj::Exporter));
            Reply::Returned(returned)
        }
        (_, reply) => reply,
    }
}
