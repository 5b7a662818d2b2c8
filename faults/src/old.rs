//! # Faults: The old protocol
//!
//! The three functions that hand out memory, and `PyObject_CheckReadBuffer`.

use pybuf_harness::Call;
use pybuf_harness::object::{Object, OldSlot};
use pybuf_harness::reply::{Pointer, Reply, Returned, Seen};

use crate::change::{answer, cut_to_int, refuse};
use crate::fault::faults;
use crate::past::Past;

faults! { |past, call, it|
    // Whether there is memory to hand out.
    "arrays-not-writable" breaks "old.success.if-supported", "PyPy #2751":
        Return of AsWriteBuffer(_) on Object::Array { .. } => refuse(it, "TypeError");
    "nothing-is-no-memory" breaks "old.success.if-supported",
        "cython #2093, #3334, of empty memory elsewhere":
        Return of AsCharBuffer(_) | AsReadBuffer(_) | AsWriteBuffer(_) =>
            if it.length == Some(Seen::Is(0)) { refuse(it, "TypeError") };
    "characters-are-bytes" breaks "old.char.needs-character-interface",
        "CPython 3.4.3 and later, where one function is the other":
        Call of AsCharBuffer(to) => *it = Call::AsReadBuffer(to.clone());
    "characters-read-instead" breaks "old.read.needs-readable-interface",
        "an author who accepts any slot of a type":
        Call of AsReadBuffer(to) on Object::Slots { read: false, char: true, .. } =>
            *it = Call::AsCharBuffer(to.clone());
    "writes-to-what-can-be-read" breaks "old.write.needs-writable-interface",
        "an author who casts const away":
        Call of AsWriteBuffer(to) => *it = Call::AsReadBuffer(to.clone());
    "segments-not-counted" breaks "old.single-segment",
        "an author who only knows objects of one segment":
        Call of Make { object: Object::Slots { segments, raises, .. } } =>
            if *raises != Some(OldSlot::Segments) { *segments = Some(1) };
    "first-segment-is-enough" breaks "old.single-segment",
        "an author who only checks that there is memory":
        Call of Make { object: Object::Slots { segments, raises, .. } } =>
            if *raises != Some(OldSlot::Segments) && *segments > Some(1) { *segments = Some(1) };
    "only-minus-1-is-failure" breaks "old.raising.fails",
        "CPython 3.4.3 and later, in PyObject_CheckReadBuffer":
        Return of AsCharBuffer(_) | AsReadBuffer(_) | AsWriteBuffer(_)
            on Object::Slots { len: Some(..-1), .. } => answer(it, 0);
    "read-asks-to-write" breaks "old.wrapper.simple-request",
        "an author with one request for all three functions":
        Call of AsReadBuffer(to) => *it = Call::AsWriteBuffer(to.clone());
    "strided-memory-read-as-bytes" breaks "old.wrapper.simple-request", "NumPy #3613":
        Return of AsReadBuffer(_) on Object::Exporter { .. } => answer(it, 0);
    "write-asks-to-read" breaks "old.wrapper.writable-request",
        "an author who forgets a flag: 0 is a request, too":
        Call of AsWriteBuffer(to) => *it = Call::AsReadBuffer(to.clone());

    // What a success returns.
    "success-is-1" breaks "old.success.returns-0", "the documentation of 2.2":
        Success of AsCharBuffer(_) | AsReadBuffer(_) | AsWriteBuffer(_) => it.value = Some(1);
    "slice-begins-at-its-base" breaks "old.success.location",
        "a slice that hands out the memory of its base":
        Return of AsCharBuffer(_) | AsReadBuffer(_) | AsWriteBuffer(_) =>
            if let Some(Seen::Is(Pointer::At { offset, .. })) = &mut it.buffer { *offset = 0 };
    "no-pointer-to-nothing" breaks "old.success.location-given",
        "an author who copies nothing from empty memory":
        Return of AsCharBuffer(_) | AsReadBuffer(_) | AsWriteBuffer(_) =>
            if it.length == Some(Seen::Is(0)) { it.buffer = Some(Seen::Untouched) };
    "length-in-items" breaks "old.success.length",
        "an author who takes the length of an array for its size":
        Return of AsCharBuffer(_) | AsReadBuffer(_) | AsWriteBuffer(_) on Object::Array { len, .. } =>
            it.length = it.length.as_ref().map(|_| Seen::Is(*len as i64));
    "length-cut-to-int" breaks "old.length.in-full-since-2.5",
        "CPython up to 2.4, where lengths are int":
        Return of AsCharBuffer(_) | AsReadBuffer(_) | AsWriteBuffer(_) =>
            if let Some(Seen::Is(length)) = &mut it.length { *length = cut_to_int(*length) };
    "lengths-beyond-int" breaks "old.length.int-until-2.2",
        "an author who knows one width of lengths":
        Reply of Make { object: Object::Slots { len: Some(_), .. } } =>
            if *it == Reply::NotInEdition { *it = Reply::Returned(Returned::default()) };

    // What a failure returns.
    "failure-is-minus-2" breaks "old.failure.returns-minus-1",
        "an author who returns what the slot returned":
        Failure of AsCharBuffer(_) | AsReadBuffer(_) | AsWriteBuffer(_) => it.value = Some(-2);
    "exporters-exception-for-characters" breaks "old.char.type-error", "CPython 3.4.3 and later":
        Return of AsCharBuffer(_) => pass_exception_on(past, call, it);
    "exporters-exception-handed-on" breaks "old.read.type-error", "CPython 3.4.3 and later":
        Return of AsReadBuffer(_) => pass_exception_on(past, call, it);
    "failure-without-exception" breaks "old.read.type-error", "moderngl #406, of a request":
        Return of AsReadBuffer(_) => it.exception = None;
    "exporters-exception-for-writers" breaks "old.write.type-error", "CPython 2.7":
        Return of AsWriteBuffer(_) => pass_exception_on(past, call, it);

    // PyObject_CheckReadBuffer.
    "check-read-can-fail" breaks "old.check-read.answers",
        "an author who returns the result of the request":
        Return of CheckReadBuffer { .. } => if it.value == Some(0) { refuse(it, "BufferError") };
    "check-read-looks-for-characters" breaks "old.check-read.one-if-readable",
        "the comment in CPython's header":
        Return of CheckReadBuffer { .. } on Object::Array { .. } => it.value = Some(0);
    "check-read-is-check-buffer" breaks "old.check-read.zero-otherwise",
        "an author who confuses the two checks":
        Call of CheckReadBuffer { object } => *it = Call::CheckBuffer { object: *object };
    "check-read-leaves-exception" breaks "old.check-read.suppresses-errors",
        "CPython 2.7, where the count of segments raises":
        Return of CheckReadBuffer { .. } =>
            if it.value == Some(0) { it.exception = Some("BufferError".into()) };
}

/// Fails with the exception that the exporter raised.
fn pass_exception_on(past: &Past, call: &Call, it: &mut Returned) {
    let raised = match past.object(call) {
        Some(Object::Raising { exception }) => exception,
        Some(Object::Memoryview { .. }) if past.is_released(call) => "ValueError",
        Some(Object::Plain) | None => return,
        Some(_) => "BufferError",
    };
    it.exception = it.exception.take().map(|_| raised.into());
}
