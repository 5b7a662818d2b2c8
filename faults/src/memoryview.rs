//! # Faults: Memoryviews

use pybuf_harness::Call;
use pybuf_harness::call::Memoryview;
use pybuf_harness::model::flags::READ;
use pybuf_harness::object::{Object, Step};
use pybuf_harness::reply::{Pointer, Reply, Returned, Seen};

use crate::change::{change, change_of, crash, refuse, succeed};
use crate::{Fault, Past};

pub(crate) const FAULTS: &[Fault] = &[
    // PyMemoryView_FromObject.
    Fault::new("no-memoryview-of-pointers", "memoryview.of-exporters", "cython #2727").tells(
        |past, call, reply| {
            of_object(past, call, reply, |recipe, it| match recipe {
                Object::Exporter { layout, .. } if layout.is_indirect() => {
                    refuse(it, "BufferError")
                }
                _ => {}
            })
        },
    ),
    Fault::new(
        "memoryview-of-anything",
        "memoryview.without-protocol.fails",
        "whoever looks for the protocol only when it is needed",
    )
    .tells(|past, call, reply| {
        of_object(past, call, reply, |recipe, it| {
            if *recipe == Object::Plain {
                succeed(it);
            }
        })
    }),
    Fault::new("memoryview-swallows-exceptions", "memoryview.raising.fails", "NumPy PR #14042")
        .tells(|past, call, reply| {
            of_object(past, call, reply, |recipe, it| {
                if matches!(recipe, Object::Raising { .. }) {
                    succeed(it);
                }
            })
        }),
    Fault::new(
        "memoryview-of-a-released-one",
        "memoryview.released.fails",
        "whoever copies a view without a look at who holds it",
    )
    .tells(|past, call, reply| {
        of_object(past, call, reply, |recipe, it| {
            if is_released(recipe) {
                succeed(it);
            }
        })
    }),
    Fault::new(
        "memoryview-borrows",
        "memoryview.keeps-alive",
        "CPython #148493, of a view that its struct is the owner of",
    )
    .tells(|_, call, reply| {
        change_of("PyMemoryView_FromObject", call, reply, |it| {
            it.references = it.references.map(|_| 0);
        })
    }),
    // PyMemoryView_FromBuffer and PyMemoryView_FromMemory.
    Fault::new(
        "null-strides-dereferenced",
        "memoryview.from-buffer.wraps",
        "cython PR #150; pybind11 #2502, PR #2503",
    )
    .tells(|_, call, reply| match call {
        Call::Memoryview(Memoryview::FromBuffer { view, .. }) if view.strides.is_none() => crash(),
        _ => reply,
    }),
    Fault::new(
        "null-format-dereferenced",
        "memoryview.from-buffer.wraps",
        "CPython bpo-27195; cython #6227",
    )
    .tells(|_, call, reply| match call {
        Call::Memoryview(Memoryview::FromBuffer { format: None, .. }) => crash(),
        _ => reply,
    }),
    Fault::new(
        "dimensions-not-counted",
        "memoryview.from-buffer.ndim-limit.refused",
        "CPython's _testbuffer.ndarray, which has up to 128",
    )
    .tells(|_, call, reply| match call {
        Call::Memoryview(Memoryview::FromBuffer { view, .. }) if view.ndim > 64 => {
            change(reply, succeed)
        }
        _ => reply,
    }),
    Fault::new(
        "no-memoryview-of-nothing",
        "memoryview.from-memory.made",
        "cython #3334, of arrays of size 0",
    )
    .tells(|_, call, reply| match call {
        Call::Memoryview(Memoryview::FromMemory { size: 0, .. }) => {
            change(reply, |it| refuse(it, "ValueError"))
        }
        _ => reply,
    }),
    // PyMemoryView_GetContiguous.
    Fault::new(
        "contiguous-memory-to-read-only",
        "memoryview.contiguous.readonly-refused",
        "whoever takes the access for a wish",
    )
    .asks(|_, call| match call {
        Call::Memoryview(Memoryview::GetContiguous { object, order, .. }) => {
            Call::Memoryview(Memoryview::GetContiguous { object, buffertype: READ, order })
        }
        call => call,
    }),
    Fault::new(
        "contiguous-memory-copied",
        "memoryview.contiguous.original",
        "CPython, for an order that is none",
    )
    .tells(|_, call, reply| contiguous(call, reply, |it| begins_in(it, 1))),
    Fault::new(
        "bytes-not-handed-out",
        "memoryview.contiguous.original",
        "PyPy #2453, of a request",
    )
    .tells(|past, call, reply| match (call, past.recipe(0)) {
        (Call::Memoryview(Memoryview::GetContiguous { .. }), Some(Object::Bytes { .. })) => {
            change(reply, |it| refuse(it, "BufferError"))
        }
        _ => reply,
    }),
    Fault::new(
        "strided-nothing-is-in-no-order",
        "memoryview.contiguous.original-or-copy",
        "cython #2093; CPython, of requests to a memoryview",
    )
    .tells(|past, call, reply| {
        contiguous(call, reply, |it| {
            if it.bytes.as_ref().is_some_and(Vec::is_empty) && past.recipe(0).is_some_and(is_slice)
            {
                refuse(it, "BufferError");
            }
        })
    }),
    Fault::new(
        "strided-memory-not-copied",
        "memoryview.contiguous.copy",
        "RustPython PR #8071, in PyBuffer_ToContiguous",
    )
    .tells(|_, call, reply| {
        contiguous(call, reply, |it| {
            if matches!(it.buffer, Some(Seen::Is(Pointer::At { block: 1, .. }))) {
                refuse(it, "BufferError");
            }
        })
    }),
    Fault::new("copy-not-used", "memoryview.contiguous.copy", "CPython 2.7")
        .tells(|_, call, reply| contiguous(call, reply, |it| begins_in(it, 0))),
    Fault::new(
        "contiguous-copy-in-c-order",
        "memoryview.contiguous.contents",
        "whoever has one way to pack elements",
    )
    .asks(|_, call| match call {
        Call::Memoryview(Memoryview::GetContiguous { object, buffertype, .. }) => {
            Call::Memoryview(Memoryview::GetContiguous { object, buffertype, order: 'C' })
        }
        call => call,
    }),
    Fault::new("contents-become-nul", "memoryview.contiguous.contents", "PyPy #2752").tells(
        |_, call, reply| {
            contiguous(call, reply, |it| {
                it.bytes.iter_mut().flatten().for_each(|byte| *byte = 0);
            })
        },
    ),
    // PyMemoryView_Check.
    Fault::new(
        "released-one-is-none",
        "memoryview.check.one",
        "whoever takes a memoryview without memory for something else",
    )
    .tells(|past, call, reply| check_of_released(past, call, reply, |it| it.value = Some(0))),
    Fault::new(
        "exporters-are-memoryviews",
        "memoryview.check.zero",
        "whoever takes one question for the other",
    )
    .asks(|_, call| match call {
        Call::Memoryview(Memoryview::Check { object }) => Call::CheckBuffer { object },
        call => call,
    }),
    Fault::new(
        "check-of-released-raises",
        "memoryview.check.always-succeeds",
        "whoever has a released memoryview raise whatever is done with it",
    )
    .tells(|past, call, reply| check_of_released(past, call, reply, |it| refuse(it, "ValueError"))),
    // memoryview.release.
    Fault::new(
        "memoryview-release-not-handed-on",
        "memoryview.release.tells-exporter",
        "PyPy PR #5444",
    )
    .tells(|_, call, reply| {
        change_of("memoryview.release", call, reply, |it| {
            it.releases = it.releases.map(|_| 0);
        })
    }),
    Fault::new("memoryview-releases-twice", "memoryview.release.tells-exporter", "pybind11 #973")
        .tells(|_, call, reply| {
            change_of("memoryview.release", call, reply, |it| {
                it.releases = it.releases.map(|it| 2 * it);
            })
        }),
];

/// Changes what is told of the making of a memoryview, by the recipe of the object that it is of.
fn of_object(
    past: &Past,
    call: &Call,
    reply: Reply,
    how: impl FnOnce(&Object, &mut Returned),
) -> Reply {
    let Call::Memoryview(Memoryview::FromObject { object }) = call else { return reply };
    match past.recipe(*object) {
        Some(recipe) => change(reply, |it| how(recipe, it)),
        None => reply,
    }
}

/// Changes what is told of contiguous memory that was handed out.
fn contiguous(call: &Call, reply: Reply, how: impl FnOnce(&mut Returned)) -> Reply {
    change_of("PyMemoryView_GetContiguous", call, reply, |it| {
        if !it.failed() {
            how(it);
        }
    })
}

/// The memory is told to be that of an object, by its number: that of object 1 is the copy.
fn begins_in(returned: &mut Returned, object: usize) {
    if let Some(Seen::Is(Pointer::At { block, offset })) = &mut returned.buffer {
        (*block, *offset) = (object, 0);
    }
}

fn check_of_released(
    past: &Past,
    call: &Call,
    reply: Reply,
    how: impl FnOnce(&mut Returned),
) -> Reply {
    match call {
        Call::Memoryview(Memoryview::Check { object })
            if past.recipe(*object).is_some_and(is_released) =>
        {
            change(reply, how)
        }
        _ => reply,
    }
}

/// Whether it is a part of a memoryview, with gaps.
fn is_slice(recipe: &Object) -> bool {
    let has_gaps = |step: &Step| matches!(step, Step::Slice { step, .. } if *step != 1);
    matches!(recipe, Object::Memoryview { steps, .. } if steps.iter().any(has_gaps))
}

fn is_released(recipe: &Object) -> bool {
    matches!(recipe, Object::Memoryview { steps, .. } if steps.ends_with(&[Step::Release]))
}
