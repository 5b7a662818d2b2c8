//! Who is granted a view.

use pybuf_harness::Call;
use pybuf_harness::model::Flags;
use pybuf_harness::object::{Layout, Object, Step};
use pybuf_harness::reply::{Reply, Returned, Seen, SeenView};

use super::{granted, in_view, refused};
use crate::change::{asks_for, crash, refuse, succeed, with_flags};
use crate::{Fault, Past};

pub(crate) const FAULTS: &[Fault] = &[
    // Refused though it could be granted.
    Fault::new("any-contiguous-means-both", "request.granted-if-representable", "PyPy #2873")
        .asks(|_, call| with_flags(call, any_to_both)),
    Fault::new("fortran-order-not-granted", "request.granted-if-representable", "NumPy #3796")
        .tells(|past, call, reply| {
            refuses(past, call, reply, |flags, layout| {
                flags & ORDERS != 0
                    && layout.shape.len() > 1
                    && layout.strides[0] == layout.itemsize
            })
        }),
    Fault::new("extent-one-is-not-contiguous", "request.granted-if-representable", "cython #1074")
        .tells(|past, call, reply| {
            refuses(past, call, reply, |flags, layout| {
                flags & ORDERS != 0 && layout.shape.contains(&1)
            })
        }),
    Fault::new("empty-is-in-no-order", "request.granted-if-representable", "cython #2093").tells(
        |past, call, reply| {
            refuses(past, call, reply, |flags, layout| {
                flags & ORDERS != 0 && layout.shape.contains(&0)
            })
        },
    ),
    Fault::new("bytes-refused", "request.granted-if-representable", "PyPy #2453").tells(
        |past, call, reply| match recipe(past, call) {
            Some(Object::Bytes { .. }) => granted(call, reply, |_, it| refuse(it, "BufferError")),
            _ => reply,
        },
    ),
    Fault::new(
        "second-view-of-nothing-crashes",
        "request.granted-if-representable",
        "CPython #111174, in BytesIO.getbuffer",
    )
    .tells(|past, call, reply| match reply {
        Reply::Returned(it) if is_second_of_nothing(past, call, &it) => crash(),
        reply => reply,
    }),
    // Granted though it must be refused.
    Fault::new(
        "writable-flag-ignored",
        "request.writable.refused-on-readonly",
        "CPython's _testbuffer.staticarray",
    )
    .asks(|_, call| with_flags(call, |flags| flags & !Flags::WRITABLE.bits())),
    Fault::new(
        "pointers-handed-to-everyone",
        "request.indirect.refused-unless-asked",
        "CPython 2.7, memoryviews of structs",
    )
    .asks(|past, call| match recipe(past, &call) {
        Some(Object::Exporter { layout, .. }) if layout.is_indirect() => {
            with_flags(call, |flags| flags | Flags::INDIRECT.bits())
        }
        _ => call,
    }),
    Fault::new("contiguity-flag-ignored", "request.contiguity.c", "PyPy #3871")
        .asks(|_, call| with_flags(call, |flags| flags & !C_ORDER)),
    Fault::new("fortran-flag-ignored", "request.contiguity.fortran", "pybind11 PR #5407")
        .asks(|_, call| with_flags(call, |flags| flags & !FORTRAN_ORDER)),
    Fault::new(
        "both-orders-mean-one",
        "request.contiguity.fortran",
        "whoever reads a union of flags as a choice",
    )
    .asks(|_, call| {
        with_flags(call, |flags| match flags & BOTH_ORDERS {
            BOTH_ORDERS => flags & !BOTH_ORDERS | ANY_ORDER,
            _ => flags,
        })
    }),
    Fault::new("any-order-flag-ignored", "request.contiguity.any", "pybind11 PR #5407")
        .asks(|_, call| with_flags(call, |flags| flags & !ANY_ORDER)),
    Fault::new("shape-without-order", "request.strides.refused-unless-asked", "pybind11 PR #5407")
        .asks(|_, call| {
            with_flags(
                call,
                |flags| if asks_for(Flags::ND, flags) { flags | STRIDES } else { flags },
            )
        })
        .tells(|_, call, reply| in_view(call, reply, only_what_was_asked_for)),
    Fault::new("simple-granted-to-all", "request.simple.contiguous-bytes", "NumPy #3613")
        .asks(|_, call| {
            with_flags(
                call,
                |flags| if asks_for(Flags::ND, flags) { flags } else { flags | STRIDES },
            )
        })
        .tells(|_, call, reply| in_view(call, reply, only_what_was_asked_for)),
    Fault::new(
        "released-memoryview-lends",
        "request.released.refused",
        "whoever looks at nothing but the pointer that was kept",
    )
    .tells(|past, call, reply| match recipe(past, call) {
        Some(Object::Memoryview { steps, .. }) if steps.ends_with(&[Step::Release]) => {
            refused(call, reply, succeed)
        }
        _ => reply,
    }),
    Fault::new(
        "exception-and-success",
        "request.raising.fails",
        "CPython #126980, of an error in PyBuffer_FillInfo",
    )
    .tells(|past, call, reply| match recipe(past, call) {
        Some(Object::Raising { .. }) => refused(call, reply, |it| it.value = Some(0)),
        _ => reply,
    }),
    Fault::new(
        "everything-has-bytes",
        "request.without-protocol.fails",
        "whoever takes any object for a row of its own bytes",
    )
    .tells(|past, call, reply| match recipe(past, call) {
        Some(Object::Plain) => refused(call, reply, succeed),
        _ => reply,
    }),
];

/// The bits of `PyBUF_STRIDES`, which each contiguity request has.
const STRIDES: i32 = Flags::STRIDES.bits();

/// The bits of the three contiguity requests that are theirs alone.
const C_ORDER: i32 = Flags::C_CONTIGUOUS.bits() & !STRIDES;
const FORTRAN_ORDER: i32 = Flags::F_CONTIGUOUS.bits() & !STRIDES;
const ANY_ORDER: i32 = Flags::ANY_CONTIGUOUS.bits() & !STRIDES;
const BOTH_ORDERS: i32 = C_ORDER | FORTRAN_ORDER;
const ORDERS: i32 = BOTH_ORDERS | ANY_ORDER;

fn any_to_both(flags: i32) -> i32 {
    let both = Flags::C_CONTIGUOUS | Flags::F_CONTIGUOUS;
    if asks_for(Flags::ANY_CONTIGUOUS, flags) { flags | both.bits() } else { flags }
}

fn recipe<'a>(past: &'a Past, call: &Call) -> Option<&'a Object> {
    match call {
        Call::GetBuffer { object, .. } => past.recipe(*object),
        _ => None,
    }
}

/// Whether a view of no bytes is granted while there is another one.
fn is_second_of_nothing(past: &Past, call: &Call, returned: &Returned) -> bool {
    let is_empty = |view: &SeenView| view.len == Seen::Is(0);
    let earlier = past.calls.iter().any(|call| call.fills_view());
    call.fills_view() && earlier && returned.view.as_deref().is_some_and(is_empty)
}

/// Exporters refuse some requests of some layouts.
fn refuses(past: &Past, call: &Call, reply: Reply, which: fn(i32, &Layout) -> bool) -> Reply {
    let Some(Object::Exporter { layout, .. }) = recipe(past, call) else { return reply };
    granted(call, reply, |flags, it| {
        if which(flags, layout) {
            refuse(it, "BufferError");
        }
    })
}

/// A view that was granted to other flags has no more than these ask for.
fn only_what_was_asked_for(flags: i32, view: &mut SeenView) {
    if !asks_for(Flags::ND, flags) {
        (view.ndim, view.shape) = (Seen::Is(1), Seen::Is(None));
    }
    if !asks_for(Flags::STRIDES, flags) {
        view.strides = Seen::Is(None);
    }
}
