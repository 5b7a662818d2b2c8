//! # Faults: Copies
//!
//! To packed bytes and from them, and to objects.

use pybuf_harness::Call;
use pybuf_harness::call::source;
use pybuf_harness::model::Layout;
use pybuf_harness::object::Object;
use pybuf_harness::reply::{Reply, Returned, Seen, SeenView};

use crate::change::{answer, crash, refuse};
use crate::elements::{are_packed, of_object, of_view, places};
use crate::fault::faults;
use crate::past::Past;

faults! { |past, call, it|
    "null-strides-read" breaks "copy.without-strides", "CPython 2.7.18, 3.6 to 3.13":
        Reply of FromContiguous { view, order: 'F', .. } =>
            if must_guess_strides(past, *view) { *it = crash() };
    "null-strides-read-in-packing" breaks "copy.without-strides", "CPython up to 3.2":
        Reply of ToContiguous { view, order: 'F', .. } =>
            if must_guess_strides(past, *view) { *it = crash() };
    "zero-strides-taken-for-none" breaks "copy.nothing-between",
        "an author who takes a stride of 0 for one not given":
        Return of FromContiguous { .. } =>
            if let Some(Copied { elements, len, .. }) = Copied::of(past, call)
                && elements.strides.contains(&0) { put_straight(it, &elements, len) };

    // PyBuffer_ToContiguous.
    "strided-memory-not-packed" breaks "copy.to.succeeds", "RustPython PR #8071":
        Return of ToContiguous { .. } =>
            if let Some(Copied { elements, .. }) = Copied::of(past, call)
                && !are_packed(&elements, 'C') { refuse(it, "BufferError") };
    "memory-behind-pointers-not-packed" breaks "copy.to.succeeds", "cython #2727":
        Return of ToContiguous { .. } =>
            if let Some(Copied { elements, .. }) = Copied::of(past, call)
                && elements.is_indirect() { refuse(it, "BufferError") };
    "off-by-one-rotation" breaks "copy.to.c", "CPython issue 12834":
        Return of ToContiguous { .. } => if let Some(copied) = Copied::of(past, call)
                && !are_packed(&copied.elements, copied.order) { rotate_packed(it, &copied) };
    "rotation-where-there-are-suboffsets" breaks "copy.to.c", "cython PR #367, with CPython 2.7":
        Return of ToContiguous { .. } => if let Some(copied) = Copied::of(past, call)
                && copied.elements.suboffsets.is_some() { rotate_packed(it, &copied) };
    "strided-memory-packed-straight" breaks "copy.to.c", "PyPy #3520":
        Return of ToContiguous { order: 'C', .. } =>
            if let Some(copied) = Copied::of(past, call) { pack_straight(it, &copied) };
    "fortran-packed-as-c" breaks "copy.to.fortran", "an author who only knows one order of indices":
        Call of ToContiguous { order: order @ 'F', .. } => *order = 'C';
    "either-order-packed-straight" breaks "copy.to.any",
        "an author who takes either order for no order":
        Return of ToContiguous { order: 'A', .. } =>
            if let Some(copied) = Copied::of(past, call) { pack_straight(it, &copied) };
    "nul-at-the-end" breaks "copy.to.nothing-beyond", "an author who ends bytes like a C string":
        Return of ToContiguous { .. } =>
            if let Some(Copied { len, .. }) = Copied::of(past, call) {
                at(it, &[len], |bytes| bytes.fill(0));
            };
    "clip-instead-of-refuse" breaks "copy.to.len.must-agree", "CPython up to 3.2":
        Return of ToContiguous { .. } => if Copied::of(past, call).is_some() { answer(it, 0) };

    // PyBuffer_FromContiguous.
    "strided-memory-not-written" breaks "copy.from.succeeds",
        "RustPython PR #8071, the other way round":
        Return of FromContiguous { .. } =>
            if let Some(Copied { elements, .. }) = Copied::of(past, call)
                && !are_packed(&elements, 'C') { refuse(it, "BufferError") };
    "divides-by-itemsize" breaks "copy.from.succeeds", "CPython 2.7.18, 3.6 to 3.13":
        Reply of FromContiguous { .. } =>
            if let Some(Copied { elements, .. }) = Copied::of(past, call)
                && elements.itemsize == 0 { *it = Reply::Crashed { how: "signal 8 (SIGFPE)".into() } };
    "off-by-one-rotation-back" breaks "copy.from.c", "CPython issue 23370":
        Return of FromContiguous { .. } =>
            if let Some(Copied { elements, len, order }) = Copied::of(past, call)
                && !are_packed(&elements, order) {
                let places = places(&elements, order);
                let places = &places[..places.len().min(len)];
                let item = places.len().min(elements.itemsize as usize);
                at(it, places, |bytes| bytes.rotate_right(item));
            };
    "fortran-put-as-c" breaks "copy.from.fortran", "an author who only knows one order of indices":
        Call of FromContiguous { order: order @ 'F', .. } => *order = 'C';
    "elements-behind-cleared" breaks "copy.from.len.shorter",
        "an author who fills up with zeros, as strncpy does":
        Return of FromContiguous { .. } =>
            if let Some(Copied { elements, len, order }) = Copied::of(past, call) {
                at(it, places(&elements, order).get(len..).unwrap_or_default(), |bytes| bytes.fill(0));
            };

    // PyObject_CopyData.
    "copy-fails-with-minus-2" breaks "copy.failure.returns-minus-1",
        "an author with a number for each failure":
        Failure of CopyData { .. } => it.value = Some(-2);
    "failure-in-silence" breaks "copy.failure.raises", "moderngl #406, of a request":
        Failure of CopyData { .. } => it.exception = None;
    "other-format-refused" breaks "copy.data.succeeds",
        "an author who compares formats, as memoryviews do":
        Return of CopyData { dest, src } =>
            if let Some(dest) = of_object(past, *dest) && let Some(src) = of_object(past, *src)
                && dest.format != src.format { refuse(it, "ValueError") };
    "fortran-order-refused" breaks "copy.data.succeeds", "NumPy #3796":
        Return of CopyData { src, .. } => if let Some(elements) = of_object(past, *src)
                && are_packed(&elements, 'F') && !are_packed(&elements, 'C') {
                refuse(it, "BufferError");
            };
    "either-order-copied-straight" breaks "copy.data.elements",
        "an author who checks that both are contiguous, not in which order":
        Return of CopyData { dest, src } => {
            let is_packed = |object| of_object(past, object).is_some_and(|it| are_packed(&it, 'A'));
            if is_packed(*dest) && is_packed(*src) { count(it) }
        };
    "nothing-exported-nothing-to-do" breaks "copy.data.without-protocol",
        "an author who takes an object without the protocol for an empty one":
        Return of CopyData { dest, src } =>
            if [dest, src].iter().any(|it| past.recipe(**it) == Some(&Object::Plain)) {
                answer(it, 0);
            };
    "read-only-written-to" breaks "copy.data.refused", "PyPy #3307":
        Return of CopyData { .. } on Object::Bytes { .. } | Object::Exporter { readonly: true, .. }
                | Object::Ndarray { readonly: true, .. } => answer(it, 0);

    // PyObject_CopyToObject.
    "fewer-bytes-refused" breaks "copy.to-object.succeeds",
        "an author whose lengths must agree, as for PyBuffer_ToContiguous":
        Return of CopyToObject { object, len, .. } =>
            if let Some(elements) = of_object(past, *object)
                && *len < places(&elements, 'C').len() as i64 { refuse(it, "ValueError") };
    "any-letter-is-fortran" breaks "copy.to-object.c",
        "an author who takes the argument fortran for a truth value":
        Call of CopyToObject { order: order @ 'C', .. } => *order = 'F';
    "no-letter-is-fortran" breaks "copy.to-object.fortran", "an author who only knows C order":
        Call of CopyToObject { order: order @ 'F', .. } => *order = 'C';
    "bytes-put-straight" breaks "copy.to-object.any",
        "an author who takes either order for no order":
        Return of CopyToObject { object, len, order: 'A' } =>
            if let Some(elements) = of_object(past, *object) && let Ok(len) = usize::try_from(*len) {
                count(it);
                put_straight(it, &elements, len);
            };
    "bytes-put-to-read-only" breaks "copy.to-object.not-writable", "PyPy #3307":
        Return of CopyToObject { .. } on Object::Bytes { .. } | Object::Exporter { readonly: true, .. }
                | Object::Ndarray { readonly: true, .. } => answer(it, 0);
}

/// A copy to packed bytes or from them.
struct Copied {
    elements: Layout,
    /// In bytes.
    len: usize,
    order: char,
}

impl Copied {
    fn of(past: &Past, call: &Call) -> Option<Copied> {
        match call {
            Call::ToContiguous { view, len, order } | Call::FromContiguous { view, len, order } => {
                let (elements, len) = (of_view(past, *view)?, usize::try_from(*len).ok()?);
                Some(Copied { elements, len, order: *order })
            }
            _ => None,
        }
    }
}

/// Whether a view has several dimensions to walk, and no strides to do it with.
fn must_guess_strides(past: &Past, view: usize) -> bool {
    match past.view(view) {
        Some(SeenView { shape: Seen::Is(Some(shape)), strides: Seen::Is(None), .. }) => {
            shape.iter().filter(|extent| **extent > 1).count() > 1
        }
        _ => false,
    }
}

/// Packs one element too late: the first one comes last.
fn rotate_packed(it: &mut Returned, Copied { elements, len, .. }: &Copied) {
    let places: Vec<usize> = (0..*len).collect();
    let item = places.len().min(elements.itemsize as usize);
    at(it, &places, |bytes| bytes.rotate_left(item));
}

/// Packs bytes as they lie, from the first element on: each byte of a block was made the number of its
/// place.
fn pack_straight(it: &mut Returned, Copied { elements, len, .. }: &Copied) {
    let places: Vec<usize> = (0..*len).collect();
    let lying = (elements.start.offset..).map(|place| (place % 251) as u8);
    at(it, &places, |bytes| bytes.iter_mut().zip(lying).for_each(|(to, byte)| *to = byte));
}

/// Puts packed bytes next to each other, from the first element on.
fn put_straight(it: &mut Returned, elements: &Layout, len: usize) {
    let first = usize::try_from(elements.start.offset).unwrap_or(0);
    let places: Vec<usize> = (first..first + len).collect();
    let packed = source(len as i64).unwrap_or_default();
    at(it, &places, |bytes| bytes.iter_mut().zip(packed).for_each(|(to, byte)| *to = byte));
}

/// Changes the bytes at these places, as if they lay next to each other. Where there are none, nothing is
/// changed.
fn at(it: &mut Returned, places: &[usize], change: impl FnOnce(&mut [u8])) {
    let Some(bytes) = &mut it.bytes else { return };
    let places: Vec<usize> = places.iter().copied().filter(|place| *place < bytes.len()).collect();
    let mut there: Vec<u8> = places.iter().map(|place| bytes[*place]).collect();
    change(&mut there);
    places.into_iter().zip(there).for_each(|(place, byte)| bytes[place] = byte);
}

/// Makes each byte of a block the number of its place, as it was at first.
fn count(it: &mut Returned) {
    let bytes = it.bytes.iter_mut().flatten();
    bytes.zip((0..=250).cycle()).for_each(|(byte, place)| *byte = place);
}
