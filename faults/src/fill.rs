//! # Faults: `PyBuffer_FillInfo`

use pybuf_harness::model::Flags;
use pybuf_harness::reply::{Obj, Pointer, Seen};

use crate::change::{has, refuse};
use crate::fault::faults;

faults! { |past, call, it|
    // Whether it is granted.
    "fill-info-refuses-format-alone" breaks "fill.otherwise-granted",
        "CPython #123609, of memoryviews":
        Success of FillInfo(with) =>
            if has(with.flags, Flags::FORMAT) && !has(with.flags, Flags::ND) {
                refuse(it, "BufferError");
            };
    "fill-info-refuses-fortran-order" breaks "fill.otherwise-granted", "NumPy #3796":
        Success of FillInfo(with) =>
            if has(with.flags, Flags::F_CONTIGUOUS) { refuse(it, "BufferError") };
    "fill-info-ignores-writable" breaks "fill.writable.refused-on-readonly",
        "CPython's _testbuffer.staticarray, which ignores flags":
        Call of FillInfo(with) => with.flags &= !Flags::WRITABLE.bits();

    // What a grant returns.
    "fill-info-returns-1" breaks "fill.returns-0", "an author who returns whether it worked":
        Success of FillInfo(_) => it.value = Some(1);
    "fill-info-without-exporter" breaks "fill.obj",
        "CPython #60198, #157075, in buffered input and output":
        Success of FillInfo(_) => it.obj = Some(Seen::Is(Obj::Null));
    "fill-info-borrows" breaks "fill.new-reference",
        "an author who relies on the exporter to count":
        Success of FillInfo(_) => it.references = it.references.and(Some(0));
    "fill-info-leaks" breaks "fill.new-reference", "PyPy #2444, #5100":
        Success of FillInfo(_) => it.references = it.references.map(|it| 2 * it);
    "fill-info-measures-the-exporter" breaks "fill.buf-and-len",
        "an author who takes all bytes of the object":
        Call of FillInfo(with) => if with.len > 0 { with.len = 5 };
    "fill-info-finds-memory-for-null" breaks "fill.buf-and-len",
        "an author who never hands out NULL":
        View of FillInfo(_) =>
            if it.buf == Seen::Is(Pointer::Null) { it.buf = Seen::Is(Pointer::Elsewhere) };
    "fill-info-seems-writable" breaks "fill.readonly", "PyPy #5136, #3307":
        View of FillInfo(_) => it.readonly = Seen::Is(0);
    "fill-info-ignores-readonly" breaks "fill.readonly", "PyPy #1276":
        Call of FillInfo(with) => with.readonly = 0;
    "fill-info-has-signed-bytes" breaks "fill.unsigned-bytes", "an author who thinks of char":
        View of FillInfo(_) =>
            if let Seen::Is(Some(format)) = &mut it.format { *format = "b".into() };
    "fill-info-empty-has-no-items" breaks "fill.unsigned-bytes", "CPython #76963, in ctypes":
        View of FillInfo(_) => if it.len == Seen::Is(0) { it.itemsize = Seen::Is(0) };
    "fill-info-shape-needs-strides" breaks "fill.shape", "cython PR #2716":
        View of FillInfo(with) => if !has(with.flags, Flags::STRIDES) { it.shape = Seen::Is(None) };
    "fill-info-never-has-strides" breaks "fill.strides.given-if-asked", "CPython #57060, in ctypes":
        View of FillInfo(_) => it.strides = Seen::Is(None);
    "fill-info-strides-with-shape" breaks "fill.strides.null-unless-asked",
        "an author who never gives a shape without strides":
        View of FillInfo(_) =>
            if it.shape != Seen::Is(None) { it.strides = Seen::Is(Some(vec![1])) };
    "fill-info-negative-suboffsets" breaks "fill.suboffsets", "cython PR #367":
        View of FillInfo(with) =>
            if has(with.flags, Flags::INDIRECT) { it.suboffsets = Seen::Is(Some(vec![-1])) };

    // What a refusal returns.
    "fill-info-fails-with-minus-2" breaks "fill.refusal.returns-minus-1",
        "an author who fails with any negative number":
        Failure of FillInfo(_) => it.value = Some(-2);
    "fill-info-fails-silently" breaks "fill.refusal.raises", "moderngl #406, of a request":
        Failure of FillInfo(_) => it.exception = None;
    "fill-info-raises-value-error" breaks "fill.refusal.buffer-error", "NumPy #3634, of a request":
        Failure of FillInfo(_) => it.exception = Some("ValueError".into());
    "fill-info-leaves-obj" breaks "fill.refusal.obj-null", "CPython bpo-43608":
        Failure of FillInfo(_) => it.obj = Some(Seen::Untouched);
}
