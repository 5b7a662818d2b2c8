//! # Faults: Arguments
//!
//! The codes of `PyArg_ParseTuple`. The fast implementation has no such function, so here it is the model
//! that is wrong.

use pybuf_harness::call::Code;
use pybuf_harness::object::Object;
use pybuf_harness::reply::{Obj, Pointer, Seen};

use crate::change::{answer, has_gaps, refuse};
use crate::fault::faults;

faults! { |past, call, it|
    "true-is-1" breaks "arguments.returns.true-or-false", "a port that returns what C does":
        Success of ParseTuple { .. } => it.value = Some(1);
    "argument-refused-without-exception" breaks "arguments.failure.raises",
        "a parser that leaves it to the object to raise":
        Failure of ParseTuple { .. } => it.exception = None;
    "pointer-cleared-first" breaks "arguments.failure.outputs-untouched", "CPython 3":
        Failure of ParseTuple { code: Code::Pointer | Code::PointerToBytes, .. } =>
            it.buffer = Some(Seen::Is(Pointer::Null));
    "refused-argument-leaves-obj" breaks "arguments.failure.view-obj",
        "CPython 2.7, of a memoryview":
        Failure of ParseTuple { code, .. } =>
            if code.fills_view() { it.obj = Some(Seen::Is(Obj::Exporter)) };

    // Whether the argument is taken.
    "nothing-is-no-argument" breaks "arguments.view.taken",
        "cython #2093, #3334, of empty memory elsewhere":
        Success of ParseTuple { .. } =>
            if it.view.as_ref().is_some_and(|view| view.len == Seen::Is(0)) { refuse(it, "TypeError") };
    "plain-argument-taken" breaks "arguments.without-buffer.refused",
        "a parser that forgets to look at what a request returned":
        Failure of ParseTuple { .. } on Object::Plain => answer(it, 0);
    "gaps-taken-for-bytes" breaks "arguments.contiguous", "NumPy #3613, of a request":
        Failure of ParseTuple { code, .. } on object =>
            if *code != Code::WritableView && has_gaps(object) { answer(it, 0) };
    "columns-taken-for-rows" breaks "arguments.contiguous.c-order",
        "a parser that is content with one chunk in either order":
        Failure of ParseTuple { .. } on Object::Exporter { layout, readonly: false } =>
            if layout.shape == [2, 3] && layout.strides == [layout.itemsize, 2 * layout.itemsize] {
                answer(it, 0)
            };
    "w-star-asks-to-read" breaks "arguments.w-star.read-only-refused",
        "a parser that forgets a flag, and 0 is a request, too":
        Call of ParseTuple { code, .. } =>
            if *code == Code::WritableView { *code = Code::View };
    "borrows-from-nothing" breaks "arguments.borrowed.taken",
        "a parser that asks everybody for a lock":
        Success of ParseTuple { code: Code::Pointer | Code::PointerToBytes, .. } => refuse(it, "TypeError");
    "borrows-from-bytearray" breaks "arguments.borrowed.mutable-refused",
        "a parser that does not look for a release function":
        Failure of ParseTuple { code: Code::Pointer | Code::PointerToBytes, .. }
            on Object::Bytearray { .. } => answer(it, 0);
    "borrows-from-read-only-memoryview" breaks "arguments.borrowed.release-function-refused",
        "the glossary, which has it for an example":
        Failure of ParseTuple { code: Code::Pointer | Code::PointerToBytes, .. }
            on Object::Memoryview { readonly: true, .. } => answer(it, 0);

    // What is taken.
    "argument-length-in-items" breaks "arguments.view.memory",
        "a parser that takes the length of an array for its size":
        View of ParseTuple { .. } =>
            if let (Seen::Is(len), Seen::Is(itemsize)) = (&mut it.len, &it.itemsize) { *len /= (*itemsize).max(1) };
    "argument-owned-by-nobody" breaks "arguments.view.reference",
        "a parser that leaves the reference to the tuple":
        Success of ParseTuple { code, .. } =>
            if code.fills_view() { (it.obj, it.references) = (Some(Seen::Is(Obj::Null)), Some(0)) };
    "arguments-are-read-only" breaks "arguments.view.readonly", "CPython 2.7, of slots":
        View of ParseTuple { .. } => it.readonly = Seen::Is(1);
    "arguments-are-writable" breaks "arguments.view.readonly",
        "a parser that leaves the field at 0":
        View of ParseTuple { .. } => it.readonly = Seen::Is(0);
    "borrowed-length-with-nul" breaks "arguments.borrowed.memory",
        "a parser that counts the NUL at the end of a string":
        Success of ParseTuple { code: Code::Pointer | Code::PointerToBytes, .. } =>
            if let Some(Seen::Is(length)) = &mut it.length { *length += 1 };
    "borrowed-view-kept" breaks "arguments.borrowed.keeps-nothing",
        "a parser that asks for a view and forgets it":
        Success of ParseTuple { code: Code::Pointer | Code::PointerToBytes, .. } => it.references = Some(1);
    "w-star-hands-on" breaks "arguments.w-star.type-error", "CPython 2.7, of a write slot":
        Return of ParseTuple { code: Code::WritableView, .. } on Object::Raising { exception } =>
            it.exception = Some(exception.clone());
}
