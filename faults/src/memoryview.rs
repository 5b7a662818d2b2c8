//! # Faults: Memoryviews

use pybuf_harness::Call;
use pybuf_harness::model::flags::READ;
use pybuf_harness::object::Object;
use pybuf_harness::reply::{Pointer, Returned, Seen};

use crate::change::{answer, crash, has_gaps, refuse};
use crate::fault::faults;

faults! { |past, call, it|
    // PyMemoryView_FromObject.
    "no-memoryview-of-pointers" breaks "memoryview.of-exporters", "cython #2727":
        Return of MemoryviewFromObject { .. } on Object::Exporter { layout, .. } =>
            if layout.is_indirect() { refuse(it, "BufferError") };
    "memoryview-of-anything" breaks "memoryview.without-protocol.fails",
        "an author who looks for the protocol when it is needed":
        Return of MemoryviewFromObject { .. } on Object::Plain => answer(it, 0);
    "memoryview-swallows-exceptions" breaks "memoryview.raising.fails", "NumPy PR #14042":
        Return of MemoryviewFromObject { .. } on Object::Raising { .. } => answer(it, 0);
    "memoryview-of-a-released-one" breaks "memoryview.released.fails",
        "an author who copies a view without asking whether it is released":
        Return of MemoryviewFromObject { .. } => if past.is_released(call) { answer(it, 0) };
    "memoryview-borrows" breaks "memoryview.keeps-alive",
        "CPython #148493, of a view that its struct is the owner of":
        Return of MemoryviewFromObject { .. } => it.references = it.references.and(Some(0));

    // PyMemoryView_FromBuffer and PyMemoryView_FromMemory.
    "null-strides-dereferenced" breaks "memoryview.from-buffer.wraps",
        "cython PR #150; pybind11 #2502, PR #2503":
        Reply of MemoryviewFromBuffer { view, .. } => if view.strides.is_none() { *it = crash() };
    "null-format-dereferenced" breaks "memoryview.from-buffer.wraps",
        "CPython bpo-27195; cython #6227":
        Reply of MemoryviewFromBuffer { format: None, .. } => *it = crash();
    "dimensions-not-counted" breaks "memoryview.from-buffer.ndim-limit.refused",
        "CPython's _testbuffer.ndarray, which has up to 128":
        Return of MemoryviewFromBuffer { view, .. } => if view.ndim > 64 { answer(it, 0) };
    "no-memoryview-of-nothing" breaks "memoryview.from-memory.made",
        "cython #3334, of arrays of size 0":
        Return of MemoryviewFromMemory { size: 0, .. } => refuse(it, "ValueError");

    // PyMemoryView_GetContiguous.
    "contiguous-memory-to-read-only" breaks "memoryview.contiguous.readonly-refused",
        "an author who takes the access for a wish":
        Call of GetContiguous { buffertype, .. } => *buffertype = READ;
    "contiguous-memory-copied" breaks "memoryview.contiguous.original",
        "CPython, for an order that is none":
        Success of GetContiguous { .. } => begin_in(it, 1);
    "bytes-not-handed-out" breaks "memoryview.contiguous.original", "PyPy #2453, of a request":
        Return of GetContiguous { .. } =>
            if let Some(Object::Bytes { .. }) = past.recipe(0) { refuse(it, "BufferError") };
    "strided-nothing-is-in-no-order" breaks "memoryview.contiguous.original-or-copy",
        "cython #2093; CPython, of requests to a memoryview":
        Success of GetContiguous { .. } =>
            if it.bytes.as_ref().is_some_and(Vec::is_empty) && past.recipe(0).is_some_and(has_gaps) {
                refuse(it, "BufferError");
            };
    "strided-memory-not-copied" breaks "memoryview.contiguous.copy",
        "RustPython PR #8071, in PyBuffer_ToContiguous":
        Success of GetContiguous { .. } =>
            if let Some(Seen::Is(Pointer::At { block: 1, .. })) = it.buffer {
                refuse(it, "BufferError");
            };
    "copy-not-used" breaks "memoryview.contiguous.copy", "CPython 2.7":
        Success of GetContiguous { .. } => begin_in(it, 0);
    "contiguous-copy-in-c-order" breaks "memoryview.contiguous.contents",
        "an author who packs elements in one order only":
        Call of GetContiguous { order, .. } => *order = 'C';
    "contents-become-nul" breaks "memoryview.contiguous.contents", "PyPy #2752":
        Success of GetContiguous { .. } => it.bytes.iter_mut().for_each(|bytes| bytes.fill(0));

    // PyMemoryView_Check.
    "released-one-is-none" breaks "memoryview.check.one",
        "an author who only counts memoryviews with memory":
        Return of MemoryviewCheck { .. } => if past.is_released(call) { it.value = Some(0) };
    "exporters-are-memoryviews" breaks "memoryview.check.zero",
        "an author who confuses the two checks":
        Call of MemoryviewCheck { object } => *it = Call::CheckBuffer { object: *object };
    "check-of-released-raises" breaks "memoryview.check.always-succeeds",
        "an author for whom all uses of a released memoryview raise":
        Return of MemoryviewCheck { .. } => if past.is_released(call) { refuse(it, "ValueError") };

    // memoryview.release.
    "memoryview-release-not-handed-on" breaks "memoryview.release.tells-exporter", "PyPy PR #5444":
        Return of MemoryviewRelease { .. } => it.releases = it.releases.and(Some(0));
    "memoryview-releases-twice" breaks "memoryview.release.tells-exporter", "pybind11 #973":
        Return of MemoryviewRelease { .. } => it.releases = it.releases.map(|it| 2 * it);
}

/// Has the memory begin where that of an object does, by its number: object 1 is the copy.
fn begin_in(it: &mut Returned, object: usize) {
    if let Some(Seen::Is(Pointer::At { block, offset })) = &mut it.buffer {
        (*block, *offset) = (object, 0);
    }
}
