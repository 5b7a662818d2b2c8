//! # Faults: Pointers to elements

use pybuf_harness::Returned;
use pybuf_harness::model::Layout;
use pybuf_harness::model::layout::{Order, packed_strides};
use pybuf_harness::reply::{Pointer, Seen};

use crate::elements::{of_view, place};
use crate::fault::faults;
use crate::past::Past;

faults! { |past, call, it|
    "strided-taken-for-packed" breaks "pointer.strides", "PyPy #3520":
        Return of GetPointer { view, indices } =>
            if let Some((elements, Pointer::At { offset, .. })) = pointed_to(past, *view, it) {
                let packed = packed_strides(&elements.shape, elements.itemsize, Order::C);
                *offset = place(&elements, &packed, indices);
            };
    "backwards-walked-forwards" breaks "pointer.strides", "an author with unsigned strides":
        Return of GetPointer { view, indices } =>
            if let Some((elements, Pointer::At { offset, .. })) = pointed_to(past, *view, it) {
                let strides: Vec<i64> = elements.strides.iter().map(|it| it.abs()).collect();
                *offset = place(&elements, &strides, indices);
            };
    "no-index-no-element" breaks "pointer.scalar", "an author who takes no index for a mistake":
        Return of GetPointer { view, indices } =>
            if let (Some((_, pointer)), []) = (pointed_to(past, *view, it), &indices[..]) {
                *pointer = Pointer::Null;
            };
    "suboffset-zero-not-followed" breaks "pointer.suboffset",
        "an author who asks whether a suboffset is positive":
        Return of GetPointer { view, indices } =>
            if let Some((elements, pointer)) = pointed_to(past, *view, it)
                && elements.suboffsets.iter().flatten().all(|it| *it <= 0) {
                do_not_follow(&elements, indices, pointer);
            };
    "suboffset-not-added" breaks "pointer.suboffset",
        "an author who takes a suboffset for a mere mark of a pointer":
        Return of GetPointer { view, .. } =>
            if let Some((elements, Pointer::InRows { offset, .. })) = pointed_to(past, *view, it) {
                *offset -= elements.suboffsets.iter().flatten().filter(|it| **it > 0).sum::<i64>();
            };
    "suboffsets-not-followed" breaks "pointer.suboffset", "NumPy #9456":
        Return of GetPointer { view, indices } =>
            if let Some((elements, pointer)) = pointed_to(past, *view, it) {
                do_not_follow(&elements, indices, pointer);
            };
    "negative-suboffset-added" breaks "pointer.negative-suboffset",
        "an author who adds each suboffset, whatever its sign":
        Return of GetPointer { view, .. } =>
            if let Some((elements, Pointer::InRows { offset, .. })) = pointed_to(past, *view, it) {
                *offset += elements.suboffsets.iter().flatten().filter(|it| **it < 0).sum::<i64>();
            };
}

/// The elements of a view, and the pointer to one of them that was returned.
fn pointed_to<'a>(
    past: &Past,
    view: usize,
    it: &'a mut Returned,
) -> Option<(Layout, &'a mut Pointer)> {
    match (of_view(past, view)?, &mut it.buffer) {
        (elements, Some(Seen::Is(pointer))) => Some((elements, pointer)),
        _ => None,
    }
}

/// Takes an element that a pointer leads to to be where the strides lead.
fn do_not_follow(elements: &Layout, indices: &[i64], pointer: &mut Pointer) {
    if let Pointer::InRows { block, .. } = *pointer {
        *pointer = Pointer::At { block, offset: place(elements, &elements.strides, indices) };
    }
}
