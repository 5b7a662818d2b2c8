//! # Faults: Requests

use pybuf_harness::model::Flags;
use pybuf_harness::object::Object;
use pybuf_harness::reply::{Obj, Pointer, Reply, Returned, Seen, SeenView};

use crate::change::{answer, crash, has, refuse};
use crate::fault::faults;

faults! { |past, call, it|
    // Refused though it could be granted.
    "any-contiguous-means-both" breaks "request.granted-if-representable", "PyPy #2873":
        Call of GetBuffer { flags, .. } =>
            if has(*flags, Flags::ANY_CONTIGUOUS) { *flags |= BOTH_ORDERS };
    "fortran-order-not-granted" breaks "request.granted-if-representable", "NumPy #3796":
        Success of GetBuffer { flags, .. } on Object::Exporter { layout, .. } =>
            if asks_for_order(*flags) && layout.shape.len() > 1 && layout.strides[0] == layout.itemsize {
                refuse(it, "BufferError");
            };
    "extent-one-is-not-contiguous" breaks "request.granted-if-representable", "cython #1074":
        Success of GetBuffer { flags, .. } on Object::Exporter { layout, .. } =>
            if asks_for_order(*flags) && layout.shape.contains(&1) { refuse(it, "BufferError") };
    "empty-is-in-no-order" breaks "request.granted-if-representable", "cython #2093":
        Success of GetBuffer { flags, .. } on Object::Exporter { layout, .. } =>
            if asks_for_order(*flags) && layout.shape.contains(&0) { refuse(it, "BufferError") };
    "bytes-refused" breaks "request.granted-if-representable", "PyPy #2453":
        Success of GetBuffer { .. } on Object::Bytes { .. } => refuse(it, "BufferError");
    "second-view-of-nothing-crashes" breaks "request.granted-if-representable",
        "CPython #111174, in BytesIO.getbuffer":
        Reply of GetBuffer { .. } | FillInfo(_) =>
            if is_view_of_nothing(it) && past.fillers().next().is_some() { *it = crash() };

    // Granted though it must be refused.
    "writable-flag-ignored" breaks "request.writable.refused-on-readonly",
        "CPython's _testbuffer.staticarray":
        Call of GetBuffer { flags, .. } => *flags &= !Flags::WRITABLE.bits();
    "pointers-handed-to-everyone" breaks "request.indirect.refused-unless-asked",
        "CPython 2.7, memoryviews of structs":
        Call of GetBuffer { flags, .. } on Object::Exporter { layout, .. } =>
            if layout.is_indirect() { *flags |= Flags::INDIRECT.bits() };
    "contiguity-flag-ignored" breaks "request.contiguity.c", "PyPy #3871":
        Call of GetBuffer { flags, .. } => *flags &= !C_ORDER;
    "fortran-flag-ignored" breaks "request.contiguity.fortran", "pybind11 PR #5407":
        Call of GetBuffer { flags, .. } => *flags &= !FORTRAN_ORDER;
    "both-orders-mean-one" breaks "request.contiguity.fortran",
        "an author who takes a union of flags for a choice":
        Call of GetBuffer { flags, .. } =>
            if *flags & BOTH_ORDERS == BOTH_ORDERS { *flags = *flags & !BOTH_ORDERS | ANY_ORDER };
    "any-order-flag-ignored" breaks "request.contiguity.any", "pybind11 PR #5407":
        Call of GetBuffer { flags, .. } => *flags &= !ANY_ORDER;
    "shape-without-order" breaks "request.strides.refused-unless-asked", "pybind11 PR #5407":
        Call of GetBuffer { flags, .. } => if has(*flags, Flags::ND) { *flags |= STRIDES },
        View of GetBuffer { flags, .. } => clear_what_was_not_asked_for(*flags, it);
    "simple-granted-to-all" breaks "request.simple.contiguous-bytes", "NumPy #3613":
        Call of GetBuffer { flags, .. } => if !has(*flags, Flags::ND) { *flags |= STRIDES },
        View of GetBuffer { flags, .. } => clear_what_was_not_asked_for(*flags, it);
    "released-memoryview-lends" breaks "request.released.refused",
        "an author who only checks the pointer that was kept":
        Failure of GetBuffer { .. } => if past.is_released(call) { answer(it, 0) };
    "exception-and-success" breaks "request.raising.fails",
        "CPython #126980, of an error in PyBuffer_FillInfo":
        Failure of GetBuffer { .. } on Object::Raising { .. } => it.value = Some(0);
    "everything-has-bytes" breaks "request.without-protocol.fails",
        "an author who takes any object for a row of bytes":
        Failure of GetBuffer { .. } on Object::Plain => answer(it, 0);

    // How a refusal is reported.
    "refusal-is-minus-2" breaks "request.refusal.returns-minus-1",
        "CPython, which returns what the slot has returned":
        Failure of GetBuffer { .. } => it.value = Some(-2);
    "refusal-without-exception" breaks "request.refusal.raises", "moderngl #406":
        Failure of GetBuffer { .. } => it.exception = None;
    "no-protocol-no-exception" breaks "request.refusal.raises",
        "an author who leaves the exception to a missing slot":
        Failure of GetBuffer { .. } =>
            if it.exception.as_deref() == Some("TypeError") { it.exception = None };
    "value-error-for-refusal" breaks "request.refusal.buffer-error", "NumPy #3634":
        Failure of GetBuffer { .. } => raise_instead_of_buffer_error(it, "ValueError");
    "type-error-for-refusal" breaks "request.refusal.buffer-error", "RustPython PR #6243":
        Failure of GetBuffer { .. } => raise_instead_of_buffer_error(it, "TypeError");
    "obj-left-set-on-refusal" breaks "request.refusal.obj-null", "NumPy #18672":
        Failure of GetBuffer { .. } => it.obj = Some(Seen::Is(Obj::Exporter));
    "obj-untouched-on-refusal" breaks "request.refusal.obj-null", "CPython bpo-43608, in bytes":
        Failure of GetBuffer { .. } => it.obj = Some(Seen::Untouched);

    // What a grant returns.
    "grant-is-1" breaks "request.success.returns-0", "an author who returns whether it worked":
        Success of GetBuffer { .. } => it.value = Some(1);
    "obj-is-a-wrapper" breaks "request.obj.exporter-or-root",
        "CPython 3.12 and later, classes with __buffer__":
        Success of GetBuffer { .. } => it.obj = Some(Seen::Is(Obj::Other));
    "obj-null-on-grant" breaks "request.obj.exporter-or-root",
        "CPython's _testbuffer.staticarray in its legacy mode":
        Success of GetBuffer { .. } => it.obj = Some(Seen::Is(Obj::Null));
    "view-borrows" breaks "request.obj.new-reference",
        "an author who relies on the consumer to keep the exporter":
        Success of GetBuffer { .. } => it.references = it.references.and(Some(0));
    "exporter-asked-twice" breaks "request.obj.new-reference",
        "CPython #143602, in BytesIO.write; PyPy #2444, #5100":
        Success of GetBuffer { .. } => it.references = it.references.map(|it| 2 * it);

    // Fields of the view that do not depend on the flags.
    "buf-at-start-of-block" breaks "request.buf.first-element",
        "an author who takes the lowest address for the first element":
        View of GetBuffer { .. } =>
            if let Seen::Is(Pointer::At { offset, .. }) = &mut it.buf { *offset = 0 };
    "buf-not-set-if-empty" breaks "request.buf.given", "an author who has nothing to point to":
        View of GetBuffer { .. } => if it.len == Seen::Is(0) { it.buf = Seen::Untouched };
    "len-counts-items" breaks "request.len.of-all-elements",
        "an author who takes len for a number of elements":
        View of GetBuffer { .. } =>
            if let (Seen::Is(len), Seen::Is(itemsize)) = (&mut it.len, &it.itemsize) {
                *len /= (*itemsize).max(1);
            };
    "len-of-one-dimension" breaks "request.len.of-all-elements",
        "an author who only knows one dimension":
        View of GetBuffer { .. } =>
            if let (Seen::Is(Some(shape)), Seen::Is(itemsize)) = (&it.shape, &it.itemsize) {
                it.len = Seen::Is(shape.first().map_or(1, |extent| *extent) * itemsize);
            };
    "bytes-have-itemsize-1" breaks "request.itemsize.always",
        "an author who thinks that bytes are asked for, not elements":
        View of GetBuffer { flags, .. } => if !has(*flags, Flags::ND) { it.itemsize = Seen::Is(1) };
    "empty-has-itemsize-0" breaks "request.itemsize.always", "CPython #76963, in ctypes":
        View of GetBuffer { .. } => if it.len == Seen::Is(0) { it.itemsize = Seen::Is(0) };

    // readonly and format.
    "granted-writable-but-readonly" breaks "request.writable.granted-writable", "PyPy #5136, #3307":
        View of GetBuffer { flags, .. } =>
            if has(*flags, Flags::WRITABLE) { it.readonly = Seen::Is(1) };
    "bytes-seem-writable" breaks "request.readonly.told", "PyPy #5136, #3307":
        View of GetBuffer { .. } => it.readonly = Seen::Is(0);
    "readonly-flips" breaks "request.readonly.consistent", "PyPy #5136, #3307":
        View of GetBuffer { flags, .. } =>
            if has(*flags, Flags::FORMAT) && !has(*flags, Flags::WRITABLE) {
                it.readonly = Seen::Is(1);
            };
    "format-is-garbage" breaks "request.format.given-if-asked",
        "PyPy #2396; pybind11 #1501, where it was freed":
        View of GetBuffer { .. } =>
            if let Seen::Is(Some(format)) = &mut it.format { *format = "\u{1}".into() };
    "format-dropped" breaks "request.format.given-if-asked", "CPython 2.7, memoryviews of structs":
        View of GetBuffer { .. } => it.format = Seen::Is(None);
    "format-always-given" breaks "request.format.null-unless-asked", "CPython 2.7, memoryviews":
        View of GetBuffer { flags, .. } =>
            if !has(*flags, Flags::FORMAT) { it.format = Seen::Is(Some("B".into())) };

    // ndim and shape.
    "scalar-has-ndim-1" breaks "request.ndim.with-shape", "NumPy #7513":
        View of GetBuffer { .. } => if it.ndim == Seen::Is(0) { it.ndim = Seen::Is(1) };
    "ndim-not-set-for-bytes" breaks "request.ndim.without-shape", "NumPy #28272":
        View of GetBuffer { flags, .. } => if !has(*flags, Flags::ND) { it.ndim = Seen::Untouched };
    "more-than-64-dimensions" breaks "request.ndim.at-most-64",
        "CPython's _testbuffer.ndarray, which has up to 128":
        View of GetBuffer { .. } => if it.ndim == Seen::Is(64) { it.ndim = Seen::Is(128) };
    "shape-only-with-strides" breaks "request.shape.given-if-asked", "cython PR #2716":
        View of GetBuffer { flags, .. } =>
            if !has(*flags, Flags::STRIDES) { it.shape = Seen::Is(None) };
    "shape-always-given" breaks "request.shape.null-unless-asked",
        "CPython 2.7, memoryviews; ctypes":
        View of GetBuffer { flags, .. } =>
            if let (false, Seen::Is(len)) = (has(*flags, Flags::ND), &it.len) {
                it.shape = Seen::Is(Some(vec![*len]));
            };
    "scalar-has-shape" breaks "request.scalar.shape-null",
        "an author who hands out an array without entries":
        View of GetBuffer { flags, .. } =>
            if is_scalar(*flags, it) { it.shape = Seen::Is(Some(vec![])) };

    // Strides and suboffsets.
    "scalar-has-strides" breaks "request.scalar.strides-null",
        "an author who hands out an array without entries":
        View of GetBuffer { flags, .. } =>
            if is_scalar(*flags, it) { it.strides = Seen::Is(Some(vec![])) };
    "strides-never-given" breaks "request.strides.given-if-asked",
        "CPython #57060, PR #4714, in ctypes":
        View of GetBuffer { .. } => it.strides = Seen::Is(None);
    "meaningless-stride-for-one-element" breaks "request.strides.given-if-asked",
        "NumPy #5085, PR #2773":
        View of GetBuffer { .. } =>
            if let (Seen::Is(Some(shape)), Seen::Is(Some(strides))) = (&it.shape, &mut it.strides) {
                let of_one = shape.iter().zip(strides).filter(|(extent, _)| **extent == 1);
                of_one.for_each(|(_, stride)| *stride = i64::MAX);
            };
    "strides-of-bytes" breaks "request.strides.null-or-true",
        "an author who gives items of any size the strides of bytes":
        View of GetBuffer { flags, .. } => add_strides(*flags, it, |_| 1);
    "strides-always-given" breaks "request.strides.null-unless-asked", "CPython 2.7, memoryviews":
        View of GetBuffer { flags, .. } => add_strides(*flags, it, |itemsize| itemsize);
    "suboffsets-dropped" breaks "request.suboffsets.given-if-needed",
        "cython #2727; NumPy #9456, as a consumer":
        View of GetBuffer { .. } => it.suboffsets = Seen::Is(None);
    "suboffsets-of-0" breaks "request.suboffsets.null-or-negative",
        "an author who writes 0 where nothing is to be added":
        View of GetBuffer { flags, .. } =>
            if has(*flags, Flags::INDIRECT) { add_suboffsets(it, 0) };
    "negative-suboffsets-given" breaks "request.suboffsets.null-if-not-needed", "cython PR #367":
        View of GetBuffer { flags, .. } =>
            if has(*flags, Flags::INDIRECT) { add_suboffsets(it, -1) };
    "negative-suboffsets-for-all" breaks "request.suboffsets.null-unless-asked", "cython PR #367":
        View of GetBuffer { flags, .. } =>
            if !has(*flags, Flags::INDIRECT) { add_suboffsets(it, -1) };
}

/// The bits of `PyBUF_STRIDES`, which each contiguity request has.
const STRIDES: i32 = Flags::STRIDES.bits();

/// The bits of the three contiguity requests that are theirs alone.
const C_ORDER: i32 = Flags::C_CONTIGUOUS.bits() & !STRIDES;
const FORTRAN_ORDER: i32 = Flags::F_CONTIGUOUS.bits() & !STRIDES;
const ANY_ORDER: i32 = Flags::ANY_CONTIGUOUS.bits() & !STRIDES;
const BOTH_ORDERS: i32 = C_ORDER | FORTRAN_ORDER;

/// Whether memory in some order is asked for.
fn asks_for_order(flags: i32) -> bool {
    flags & (BOTH_ORDERS | ANY_ORDER) != 0
}

/// Whether a view of no bytes was granted.
fn is_view_of_nothing(reply: &Reply) -> bool {
    matches!(reply, Reply::Returned(Returned { view: Some(it), .. }) if it.len == Seen::Is(0))
}

/// Leaves only what the flags ask for in a view that was granted to other flags.
fn clear_what_was_not_asked_for(flags: i32, it: &mut SeenView) {
    if !has(flags, Flags::ND) {
        (it.ndim, it.shape) = (Seen::Is(1), Seen::Is(None));
    }
    if !has(flags, Flags::STRIDES) {
        it.strides = Seen::Is(None);
    }
}

fn raise_instead_of_buffer_error(it: &mut Returned, exception: &str) {
    if it.exception.as_deref() == Some("BufferError") {
        it.exception = Some(exception.into());
    }
}

/// Whether it is a view of a single element, with no dimensions, whose shape was asked for.
fn is_scalar(flags: i32, it: &SeenView) -> bool {
    it.ndim == Seen::Is(0) && has(flags, Flags::ND)
}

/// Gives strides to a consumer that did not ask for them: for one dimension, by the size of an item.
fn add_strides(flags: i32, it: &mut SeenView, stride: fn(i64) -> i64) {
    if let (Seen::Is(1), Seen::Is(itemsize)) = (&it.ndim, &it.itemsize)
        && !has(flags, Flags::STRIDES)
    {
        it.strides = Seen::Is(Some(vec![stride(*itemsize)]));
    }
}

/// Gives suboffsets, all the same, to a view that has none.
fn add_suboffsets(it: &mut SeenView, suboffset: i64) {
    if let (Seen::Is(None), Seen::Is(ndim @ 1..)) = (&it.suboffsets, &it.ndim) {
        it.suboffsets = Seen::Is(Some(vec![suboffset; *ndim as usize]));
    }
}
