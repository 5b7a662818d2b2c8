//! What is in a view that was granted, but for arrays.

use pybuf_harness::model::Flags;
use pybuf_harness::reply::{Obj, Pointer, Seen};

use super::{granted, in_view};
use crate::Fault;
use crate::change::asks_for;

pub(crate) const FAULTS: &[Fault] = &[
    Fault::new("grant-is-1", "request.success.returns-0", "whoever returns whether it has worked")
        .tells(|_, call, reply| granted(call, reply, |_, it| it.value = Some(1))),
    Fault::new(
        "obj-is-a-wrapper",
        "request.obj.exporter-or-root",
        "CPython 3.12 and later, classes with __buffer__",
    )
    .tells(|_, call, reply| granted(call, reply, |_, it| it.obj = Some(Seen::Is(Obj::Other)))),
    Fault::new(
        "obj-null-on-grant",
        "request.obj.exporter-or-root",
        "CPython's _testbuffer.staticarray in its legacy mode",
    )
    .tells(|_, call, reply| granted(call, reply, |_, it| it.obj = Some(Seen::Is(Obj::Null)))),
    Fault::new(
        "view-borrows",
        "request.obj.new-reference",
        "whoever leaves it to the consumer to keep the exporter",
    )
    .tells(|_, call, reply| granted(call, reply, |_, it| it.references = it.references.map(|_| 0))),
    Fault::new(
        "exporter-asked-twice",
        "request.obj.new-reference",
        "CPython #143602, in BytesIO.write; PyPy #2444, #5100",
    )
    .tells(|_, call, reply| {
        granted(call, reply, |_, it| it.references = it.references.map(|it| 2 * it))
    }),
    // What is told whatever the flags.
    Fault::new(
        "buf-at-start-of-block",
        "request.buf.first-element",
        "whoever takes the lowest address for that of the first element",
    )
    .tells(|_, call, reply| {
        in_view(call, reply, |_, view| {
            if let Seen::Is(Pointer::At { offset, .. }) = &mut view.buf {
                *offset = 0;
            }
        })
    }),
    Fault::new("buf-not-set-if-empty", "request.buf.given", "whoever has nothing to point to")
        .tells(|_, call, reply| {
            in_view(call, reply, |_, view| {
                if view.len == Seen::Is(0) {
                    view.buf = Seen::Untouched;
                }
            })
        }),
    Fault::new(
        "len-counts-items",
        "request.len.of-all-elements",
        "whoever takes len for a number of elements",
    )
    .tells(|_, call, reply| {
        in_view(call, reply, |_, view| {
            if let (Seen::Is(len), Seen::Is(itemsize)) = (&mut view.len, &view.itemsize) {
                *len /= (*itemsize).max(1);
            }
        })
    }),
    Fault::new("len-of-one-dimension", "request.len.of-all-elements", "whoever has only met rows")
        .tells(|_, call, reply| {
            in_view(call, reply, |_, view| {
                if let (Seen::Is(Some(shape)), Seen::Is(itemsize)) = (&view.shape, &view.itemsize) {
                    view.len = Seen::Is(shape.first().map_or(1, |extent| *extent) * itemsize);
                }
            })
        }),
    Fault::new(
        "bytes-have-itemsize-1",
        "request.itemsize.always",
        "whoever takes a request for bytes to change the elements",
    )
    .tells(|_, call, reply| {
        in_view(call, reply, |flags, view| {
            if !asks_for(Flags::ND, flags) {
                view.itemsize = Seen::Is(1);
            }
        })
    }),
    Fault::new("empty-has-itemsize-0", "request.itemsize.always", "CPython #76963, in ctypes")
        .tells(|_, call, reply| {
            in_view(call, reply, |_, view| {
                if view.len == Seen::Is(0) {
                    view.itemsize = Seen::Is(0);
                }
            })
        }),
    // readonly and format.
    Fault::new(
        "granted-writable-but-readonly",
        "request.writable.granted-writable",
        "PyPy #5136, #3307",
    )
    .tells(|_, call, reply| {
        in_view(call, reply, |flags, view| {
            if asks_for(Flags::WRITABLE, flags) {
                view.readonly = Seen::Is(1);
            }
        })
    }),
    Fault::new("bytes-seem-writable", "request.readonly.told", "PyPy #5136, #3307")
        .tells(|_, call, reply| in_view(call, reply, |_, view| view.readonly = Seen::Is(0))),
    // To those who ask for the format and not to write.
    Fault::new("readonly-flips", "request.readonly.consistent", "PyPy #5136, #3307").tells(
        |_, call, reply| {
            in_view(call, reply, |flags, view| {
                if asks_for(Flags::FORMAT, flags) && !asks_for(Flags::WRITABLE, flags) {
                    view.readonly = Seen::Is(1);
                }
            })
        },
    ),
    Fault::new(
        "format-is-garbage",
        "request.format.given-if-asked",
        "PyPy #2396; pybind11 #1501, where it was freed",
    )
    .tells(|_, call, reply| {
        in_view(call, reply, |_, view| {
            if let Seen::Is(Some(format)) = &mut view.format {
                *format = "\u{1}".into();
            }
        })
    }),
    Fault::new(
        "format-dropped",
        "request.format.given-if-asked",
        "CPython 2.7, memoryviews of structs",
    )
    .tells(|_, call, reply| in_view(call, reply, |_, view| view.format = Seen::Is(None))),
    Fault::new(
        "format-always-given",
        "request.format.null-unless-asked",
        "CPython 2.7, memoryviews",
    )
    .tells(|_, call, reply| {
        in_view(call, reply, |flags, view| {
            if !asks_for(Flags::FORMAT, flags) {
                view.format = Seen::Is(Some("B".into()));
            }
        })
    }),
];
