//! # Faults: Buffer objects

use pybuf_harness::call::{About, END_OF_BUFFER, Part, Section};
use pybuf_harness::{Call, Object, Reply, Returned};

use crate::change::{answer, cut_to_int, refuse};
use crate::fault::faults;
use crate::past::Past;

faults! { |past, call, it|
    "no-base-no-buffer-object" breaks "buffer-object.check.true-for-one",
        "an author who knows a buffer object by its base, which one over memory does not have":
        Return of BufferCheck { object } => if let Some(made) = past.maker(*object)
                && is_buffer_object(made) && made.about() == About::Nothing { answer(it, 0) };
    "exporters-are-buffer-objects" breaks "buffer-object.check.false-for-others",
        "an author who takes PyBuffer_Check for PyObject_CheckBuffer":
        Return of BufferCheck { .. } on object => if *object != Object::Plain { answer(it, 1) };
    "part-beyond-base-refused" breaks "buffer-object.from-object.made",
        "an author who checks the base at once, not at each use":
        Call of BufferFromObject(part) | BufferFromReadWriteObject(part) on Object::Bytes { len } =>
            if (*len as i64) < part.offset.saturating_add(part.size) { part.offset = REFUSED };
    "unreadable-base-is-a-buffer-error" breaks "buffer-object.from-object.needs-reading",
        "RustPython PR #6243, which confuses the two exceptions":
        Return of BufferFromObject(_) on Object::Plain => refuse(it, "BufferError");
    "read-only-part-made-writable" breaks "buffer-object.from-object.needs-writing", "CPython 2.7":
        Return of BufferFromReadWriteObject(part) =>
            if let Some(Call::BufferFromObject(_)) = past.maker(part.base) { make(it) };
    "read-only-memory-made-writable" breaks "buffer-object.from-object.needs-writing",
        "CPython 2.7":
        Return of BufferFromReadWriteObject(part) =>
            if let Some(Call::BufferFromMemory { .. }) = past.maker(part.base) { make(it) };
    "segment-count-not-checked" breaks "buffer-object.from-object.single-segment",
        "CPython from 2.4 on":
        Return of BufferFromObject(Part { offset: 0.., size: END_OF_BUFFER.., .. })
                | BufferFromReadWriteObject(Part { offset: 0.., size: END_OF_BUFFER.., .. })
            on Object::Slots { read: true, write: true, segments: Some(_), .. } => make(it);
    "negative-offset-is-the-start" breaks "buffer-object.from-object.offset-not-negative",
        "an author who clips offsets, as slices are clipped":
        Call of BufferFromObject(part) | BufferFromReadWriteObject(part) =>
            part.offset = part.offset.max(0);
    "base-of-base-held" breaks "buffer-object.from-object.holds-base", "CPython 2.7":
        Return of BufferFromObject(part) | BufferFromReadWriteObject(part) =>
            if past.maker(part.base).is_some_and(is_buffer_object) {
                it.references = it.references.and(Some(0));
            };
    "base-not-held" breaks "buffer-object.from-object.holds-base", "CPython #148493, of a view":
        Return of BufferFromObject(_) | BufferFromReadWriteObject(_) =>
            it.references = it.references.and(Some(0));
    // Where there is a base: there was not for what other editions have.
    "sizes-before-their-time" breaks "buffer-object.sizes.int-until-2.2",
        "an author who uses the functions of 2.5 for those before":
        Reply of BufferFromObject(_) | BufferFromReadWriteObject(_) =>
            if let (Some((_, Reply::Returned(_))), Reply::NotInEdition) = (past.calls.last(), &it) {
                *it = Reply::Returned(Returned { value: Some(0), ..Returned::default() });
            };
    "offset-cut-to-int" breaks "buffer-object.sizes.in-full-since-2.5",
        "a type compiled for int, like extensions of 2.4":
        Call of BufferFromObject(part) | BufferFromReadWriteObject(part) =>
            part.offset = cut_to_int(part.offset);
    "size-cut-to-int" breaks "buffer-object.sizes.in-full-since-2.5",
        "a type compiled for int, like extensions of 2.4":
        Call of BufferFromObject(part) | BufferFromReadWriteObject(part) =>
            part.size = cut_to_int(part.size);
    "sum-of-offsets-too-large" breaks "buffer-object.sizes.in-full-since-2.5", "CPython 2.7":
        Call of BufferFromObject(part) | BufferFromReadWriteObject(part) =>
            if let Some(inner) = part_of_base(past, part)
                && part.offset.checked_add(inner.offset).is_none() { part.offset = REFUSED };
    "size-is-the-end" breaks "buffer-object.contents.part",
        "an author who takes the size for the end of a slice":
        Call of BufferFromObject(part) | BufferFromReadWriteObject(part) =>
            if part.size >= 0 && part.offset >= 0 {
                part.size = part.size.saturating_sub(part.offset).max(0);
            };
    "part-of-part-without-end" breaks "buffer-object.contents.to-the-end",
        "an author who makes a part of a part one of the base, as CPython does, without its size":
        Call of BufferFromObject(part) | BufferFromReadWriteObject(part) =>
            if let Some(inner) = part_of_base(past, part) {
                *part = Part { base: inner.base, offset: part.offset.saturating_add(inner.offset), ..*part };
            };
    "end-is-the-last-byte" breaks "buffer-object.contents.to-the-end",
        "an author who passes -1 as the end of a slice":
        Call of BufferFromObject(part) | BufferFromReadWriteObject(part) on Object::Bytes { len } =>
            if part.size == END_OF_BUFFER {
                part.size = (*len as i64).saturating_sub(part.offset).saturating_sub(1).max(0);
            };
    "empty-memory-refused" breaks "buffer-object.from-memory.made", "cython #2093, of an array":
        Call of BufferFromMemory { size } | BufferFromReadWriteMemory { size } =>
            if *size == 0 { *size = REFUSED };
    "negative-size-of-memory-is-none" breaks "buffer-object.from-memory.size-not-negative",
        "an author who clips sizes, as slices are clipped":
        Call of BufferFromMemory { size } | BufferFromReadWriteMemory { size } =>
            if *size < END_OF_BUFFER { *size = 0 };
    "memory-up-to-its-end" breaks "buffer-object.from-memory.no-end-of-buffer", "CPython 2.7":
        Call of BufferFromMemory { size } | BufferFromReadWriteMemory { size } =>
            if *size == END_OF_BUFFER { *size = 0 };
    "no-memory-for-nothing" breaks "buffer-object.new.made",
        "an author who takes NULL for a failure when malloc gets 0 bytes":
        Call of BufferNew { size: size @ 0 } => *size = REFUSED,
        Return of BufferNew { size: 0 } => refuse(it, "MemoryError");
    "negative-size-is-too-much" breaks "buffer-object.new.size-not-negative",
        "an author who passes a size on to malloc, which takes it for a huge one":
        Return of BufferNew { size: ..0 } => refuse(it, "MemoryError");

    // As strings.
    "negative-index-out-of-range" breaks "buffer-object.index",
        "a slot, which gets no negative indices, called as the function":
        Return of GetItem { index: ..0, .. } => refuse(it, "IndexError");
    "negative-ends-are-the-start" breaks "buffer-object.slice",
        "a slot, which gets no negative ends, called as the function":
        Call of GetSlice { start, stop, .. } => (*start, *stop) = ((*start).max(0), (*stop).max(0));
    "joined-up-to-the-first-nul" breaks "buffer-object.concat",
        "an author who joins bytes like C strings":
        Return of Concat { .. } => if let Some(bytes) = &mut it.bytes {
            *bytes = bytes.split(|byte| *byte == 0).next().unwrap_or_default().into();
        };
    "read-only-assigned-to" breaks "buffer-object.assign.read-only-refused", "PyPy #3307":
        Return of SetItem { object, .. } | SetSlice { object, .. } =>
            if let Some(Call::BufferFromObject(_) | Call::BufferFromMemory { .. }) = past.maker(*object) {
                answer(it, 0);
            };
}

/// An offset or a size that no function takes: what is asked for with it is not made.
const REFUSED: i64 = -2;

/// The part that the base of another part is.
fn part_of_base(past: &Past, part: &Part) -> Option<Part> {
    match past.maker(part.base)? {
        Call::BufferFromObject(inner) | Call::BufferFromReadWriteObject(inner) => Some(*inner),
        _ => None,
    }
}

/// Whether a call that makes an object makes a buffer object.
fn is_buffer_object(maker: &Call) -> bool {
    maker.section() == Section::BufferObject
}

/// Makes a buffer object that holds its base, whatever came of the call.
fn make(it: &mut Returned) {
    answer(it, 0);
    it.references = it.references.and(Some(1));
}
