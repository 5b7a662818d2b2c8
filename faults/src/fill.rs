//! # Faults: `PyBuffer_FillInfo`

use pybuf_harness::Call;
use pybuf_harness::call::FillInfo;
use pybuf_harness::model::Flags;
use pybuf_harness::reply::{Obj, Pointer, Reply, Returned, Seen, SeenView};

use crate::Fault;
use crate::change::{asks_for, change, refuse};

pub(crate) const FAULTS: &[Fault] = &[
    // Whether it is granted.
    Fault::new(
        "fill-info-refuses-format-alone",
        "fill.otherwise-granted",
        "CPython #123609, of memoryviews",
    )
    .tells(|_, call, reply| {
        filled(call, reply, |arguments, it| {
            if asks_for(Flags::FORMAT, arguments.flags) && !asks_for(Flags::ND, arguments.flags) {
                refuse(it, "BufferError");
            }
        })
    }),
    Fault::new("fill-info-refuses-fortran-order", "fill.otherwise-granted", "NumPy #3796").tells(
        |_, call, reply| {
            filled(call, reply, |arguments, it| {
                if asks_for(Flags::F_CONTIGUOUS, arguments.flags) {
                    refuse(it, "BufferError");
                }
            })
        },
    ),
    Fault::new(
        "fill-info-ignores-writable",
        "fill.writable.refused-on-readonly",
        "CPython's _testbuffer.staticarray, which ignores flags",
    )
    .asks(|_, call| {
        fill_with(call, |arguments| FillInfo {
            flags: arguments.flags & !Flags::WRITABLE.bits(),
            ..arguments
        })
    }),
    // What is told of a grant.
    Fault::new("fill-info-returns-1", "fill.returns-0", "whoever returns whether it has worked")
        .tells(|_, call, reply| filled(call, reply, |_, it| it.value = Some(1))),
    Fault::new(
        "fill-info-without-exporter",
        "fill.obj",
        "CPython #60198, #157075, in buffered input and output",
    )
    .tells(|_, call, reply| filled(call, reply, |_, it| it.obj = Some(Seen::Is(Obj::Null)))),
    Fault::new(
        "fill-info-borrows",
        "fill.new-reference",
        "whoever leaves it to the exporter to count",
    )
    .tells(|_, call, reply| filled(call, reply, |_, it| it.references = it.references.map(|_| 0))),
    Fault::new("fill-info-leaks", "fill.new-reference", "PyPy #2444, #5100").tells(
        |_, call, reply| {
            filled(call, reply, |_, it| it.references = it.references.map(|it| 2 * it))
        },
    ),
    Fault::new(
        "fill-info-measures-the-exporter",
        "fill.buf-and-len",
        "whoever thinks that the bytes are always the whole object's",
    )
    .asks(|_, call| {
        fill_with(call, |arguments| FillInfo {
            len: if arguments.len > 0 { 5 } else { arguments.len },
            ..arguments
        })
    }),
    Fault::new(
        "fill-info-finds-memory-for-null",
        "fill.buf-and-len",
        "whoever never hands out NULL",
    )
    .tells(|_, call, reply| {
        in_view(call, reply, |_, view| {
            if view.buf == Seen::Is(Pointer::Null) {
                view.buf = Seen::Is(Pointer::Elsewhere);
            }
        })
    }),
    Fault::new("fill-info-seems-writable", "fill.readonly", "PyPy #5136, #3307")
        .tells(|_, call, reply| in_view(call, reply, |_, view| view.readonly = Seen::Is(0))),
    Fault::new("fill-info-ignores-readonly", "fill.readonly", "PyPy #1276")
        .asks(|_, call| fill_with(call, |arguments| FillInfo { readonly: 0, ..arguments })),
    Fault::new("fill-info-has-signed-bytes", "fill.unsigned-bytes", "whoever thinks of char")
        .tells(|_, call, reply| {
            in_view(call, reply, |_, view| {
                if let Seen::Is(Some(format)) = &mut view.format {
                    *format = "b".into();
                }
            })
        }),
    Fault::new("fill-info-empty-has-no-items", "fill.unsigned-bytes", "CPython #76963, in ctypes")
        .tells(|_, call, reply| {
            in_view(call, reply, |_, view| {
                if view.len == Seen::Is(0) {
                    view.itemsize = Seen::Is(0);
                }
            })
        }),
    Fault::new("fill-info-shape-needs-strides", "fill.shape", "cython PR #2716").tells(
        |_, call, reply| {
            in_view(call, reply, |flags, view| {
                if !asks_for(Flags::STRIDES, flags) {
                    view.shape = Seen::Is(None);
                }
            })
        },
    ),
    Fault::new(
        "fill-info-never-has-strides",
        "fill.strides.given-if-asked",
        "CPython #57060, in ctypes",
    )
    .tells(|_, call, reply| in_view(call, reply, |_, view| view.strides = Seen::Is(None))),
    Fault::new(
        "fill-info-strides-with-shape",
        "fill.strides.null-unless-asked",
        "whoever takes shape and strides for one thing",
    )
    .tells(|_, call, reply| {
        in_view(call, reply, |_, view| {
            if view.shape != Seen::Is(None) {
                view.strides = Seen::Is(Some(vec![1]));
            }
        })
    }),
    Fault::new("fill-info-negative-suboffsets", "fill.suboffsets", "cython PR #367").tells(
        |_, call, reply| {
            in_view(call, reply, |flags, view| {
                if asks_for(Flags::INDIRECT, flags) {
                    view.suboffsets = Seen::Is(Some(vec![-1]));
                }
            })
        },
    ),
    // What is told of a refusal.
    Fault::new(
        "fill-info-fails-with-minus-2",
        "fill.refusal.returns-minus-1",
        "whoever takes any negative number for a failure",
    )
    .tells(|_, call, reply| refused(call, reply, |it| it.value = Some(-2))),
    Fault::new("fill-info-fails-silently", "fill.refusal.raises", "moderngl #406, of a request")
        .tells(|_, call, reply| refused(call, reply, |it| it.exception = None)),
    Fault::new(
        "fill-info-raises-value-error",
        "fill.refusal.buffer-error",
        "NumPy #3634, of a request",
    )
    .tells(|_, call, reply| refused(call, reply, |it| it.exception = Some("ValueError".into()))),
    Fault::new("fill-info-leaves-obj", "fill.refusal.obj-null", "CPython bpo-43608")
        .tells(|_, call, reply| refused(call, reply, |it| it.obj = Some(Seen::Untouched))),
];

/// Makes the call with other arguments.
fn fill_with(call: Call, change: impl FnOnce(FillInfo) -> FillInfo) -> Call {
    match call {
        Call::FillInfo(arguments) => Call::FillInfo(change(arguments)),
        call => call,
    }
}

/// Changes what is told of a success.
fn filled(call: &Call, reply: Reply, how: impl FnOnce(&FillInfo, &mut Returned)) -> Reply {
    let Call::FillInfo(arguments) = call else { return reply };
    change(reply, |it| {
        if !it.failed() {
            how(arguments, it);
        }
    })
}

/// Changes the view, by the flags that it was asked for with.
fn in_view(call: &Call, reply: Reply, how: impl FnOnce(i32, &mut SeenView)) -> Reply {
    filled(call, reply, |arguments, it| {
        if let Some(view) = &mut it.view {
            how(arguments.flags, view);
        }
    })
}

/// Changes what is told of a refusal.
fn refused(call: &Call, reply: Reply, how: impl FnOnce(&mut Returned)) -> Reply {
    let Call::FillInfo(_) = call else { return reply };
    change(reply, |it| {
        if it.failed() {
            how(it);
        }
    })
}
