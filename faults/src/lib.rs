//! # pybuf-faults
//!
//! Wrong implementations: small wrappers around the fast one, each of which breaks one clause, and
//! each named after what it does. A suite that does not catch them is worth nothing.

use pybuf_harness::call::{BareView, Call, Copy, FillInfo, Memoryview};
use pybuf_harness::model::{Edition, Flags};
use pybuf_harness::reply::{Obj, Pointer, Reply, Returned, Seen};
use pybuf_harness::{Capabilities, Implementation};
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

/// All faults, by the section of the documentation that they are about.
pub const ALL: &[Fault] = &[
    Fault {
        name: "exporters-exception-handed-on",
        clause: "old.read.type-error",
        seen_in: "CPython 3.4.3 and later",
        before: |call| call,
        after: |call, reply| match call {
            Call::AsReadBuffer(_) => change(reply, |returned| {
                returned.exception = returned.exception.take().map(|_| "BufferError".into());
            }),
            _ => reply,
        },
    },
    Fault {
        name: "nothing-exports",
        clause: "check.one-for-exporters",
        seen_in: "a type that is not marked as an exporter, as 2.x demands",
        before: |call| call,
        after: |call, reply| match call {
            Call::CheckBuffer { .. } => change(reply, |returned| returned.value = Some(0)),
            _ => reply,
        },
    },
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
    Fault {
        name: "readonly-flips",
        clause: "request.readonly.consistent",
        seen_in: "PyPy #5136, #3307",
        before: |call| call,
        after: readonly_flips,
    },
    Fault {
        name: "obj-left-set-on-release",
        clause: "release.obj-null",
        seen_in: "PyO3 #776",
        before: |call| call,
        after: |call, reply| match call {
            Call::Release { .. } => change(reply, |returned| returned.obj = Some(Seen::Untouched)),
            _ => reply,
        },
    },
    Fault {
        name: "fill-info-ignores-readonly",
        clause: "fill.writable.refused-on-readonly",
        seen_in: "PyPy #1276",
        before: |call| match call {
            Call::FillInfo(arguments) => Call::FillInfo(FillInfo { readonly: 0, ..arguments }),
            call => call,
        },
        after: |_, reply| reply,
    },
    Fault {
        name: "suboffsets-ignored",
        clause: "contiguity.indirect-is-not",
        seen_in: "NumPy #9456",
        before: |call| match call {
            Call::IsContiguous { view, order } => {
                let view = BareView { suboffsets: None, ..view };
                Call::IsContiguous { view, order }
            }
            call => call,
        },
        after: |_, reply| reply,
    },
    Fault {
        name: "formats-are-not-padded",
        clause: "format.native.alignment",
        seen_in: "ctypes, CPython #76961",
        before: |call| match call {
            Call::SizeFromFormat { format } if !format.starts_with(['@', '=', '<', '>', '!']) => {
                Call::SizeFromFormat { format: format!("={format}") }
            }
            call => call,
        },
        after: |_, reply| reply,
    },
    Fault {
        name: "item-pointer-ignores-suboffsets",
        clause: "pointer.negative-suboffset",
        seen_in: "NumPy #9456",
        before: |call| call,
        after: |_, reply| change(reply, pointer_not_followed),
    },
    Fault {
        name: "packed-elements-rotated",
        clause: "copy.to.c",
        seen_in: "CPython issue 12834",
        before: |call| call,
        after: |call, reply| match call {
            Call::Copy(Copy::ToContiguous { len, .. }) => change(reply, |it| rotate(it, *len)),
            _ => reply,
        },
    },
    Fault {
        name: "unpacked-elements-rotated",
        clause: "copy.from.c",
        seen_in: "CPython issue 23370",
        before: |call| call,
        after: |call, reply| match call {
            Call::Copy(Copy::FromContiguous { len, .. }) => change(reply, |it| rotate(it, *len)),
            _ => reply,
        },
    },
    Fault {
        name: "strided-elements-not-packed",
        clause: "copy.to.succeeds",
        seen_in: "RustPython PR #8071",
        before: |call| call,
        after: |call, reply| match call {
            Call::Copy(Copy::ToContiguous { len, .. }) => {
                change(reply, |it| only_bytes_as_they_lie(it, *len))
            }
            _ => reply,
        },
    },
    Fault {
        name: "length-of-a-copy-ignored",
        clause: "copy.to.len.must-agree",
        seen_in: "CPython up to 3.2",
        before: |call| call,
        after: |call, reply| match call {
            Call::Copy(Copy::ToContiguous { .. }) => change(reply, |returned| {
                (returned.value, returned.exception) = (Some(0), None);
            }),
            _ => reply,
        },
    },
    Fault {
        name: "contiguous-copy-in-c-order",
        clause: "memoryview.contiguous.contents",
        seen_in: "CPython 2.7, whose copies are not used",
        before: |call| match call {
            Call::Memoryview(Memoryview::GetContiguous { object, buffertype, .. }) => {
                Call::Memoryview(Memoryview::GetContiguous { object, buffertype, order: 'C' })
            }
            call => call,
        },
        after: |_, reply| reply,
    },
    Fault {
        name: "memoryview-release-not-handed-on",
        clause: "memoryview.release.tells-exporter",
        seen_in: "PyPy PR #5444",
        before: |call| call,
        after: |call, reply| match call {
            Call::Memoryview(Memoryview::Release { .. }) => change(reply, |returned| {
                returned.releases = returned.releases.map(|_| 0);
            }),
            _ => reply,
        },
    },
    Fault {
        name: "views-do-not-keep-alive",
        clause: "lifecycle.view-keeps-alive",
        seen_in: "CPython issue 148493",
        before: |call| call,
        after: |call, reply| match call {
            Call::Drop { .. } => change(reply, |returned| {
                returned.freed = returned.freed.map(|_| true);
            }),
            _ => reply,
        },
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

/// Changes what a call that came back is told to have returned.
fn change(reply: Reply, how: impl FnOnce(&mut Returned)) -> Reply {
    match reply {
        Reply::Returned(mut returned) => {
            how(&mut returned);
            Reply::Returned(returned)
        }
        reply => reply,
    }
}

/// An element behind a pointer is taken to be where the pointers are.
fn pointer_not_followed(returned: &mut Returned) {
    if let Some(Seen::Is(pointer)) = &mut returned.buffer
        && let Pointer::InRows { block, offset } = *pointer
    {
        *pointer = Pointer::At { block, offset };
    }
}

/// Of so many bytes, the last one comes first.
fn rotate(returned: &mut Returned, len: i64) {
    let bytes = returned.bytes.as_mut().map_or(&mut [][..], |bytes| &mut bytes[..]);
    let count = usize::try_from(len).unwrap_or(0).min(bytes.len());
    if count > 0 {
        bytes[..count].rotate_right(1);
    }
}

/// Fails unless what was packed is one byte behind the other of memory that counts.
fn only_bytes_as_they_lie(returned: &mut Returned, len: i64) {
    let packed = usize::try_from(len).ok().and_then(|len| returned.bytes.as_ref()?.get(..len));
    let counts = |bytes: &[u8]| bytes.windows(2).all(|two| two[1] == two[0] + 1);
    if !packed.is_some_and(counts) {
        returned.value = Some(-1);
        returned.exception = Some("BufferError".into());
    }
}

fn obj_left_set(call: &Call, reply: Reply) -> Reply {
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
fn readonly_flips(call: &Call, reply: Reply) -> Reply {
    match call {
        Call::GetBuffer { flags, .. } if flags & 0x5 == 0x4 => change(reply, |returned| {
            if let Some(view) = &mut returned.view {
                view.readonly = Seen::Is(1);
            }
        }),
        _ => reply,
    }
}
