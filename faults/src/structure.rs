//! # Faults: Structures

use crate::change::{answer, cut_to_int, refuse};
use crate::fault::faults;

faults! { |past, call, it|
    "negative-ndim-raises" breaks "structure.answers",
        "an author who raises an error where the answer is no":
        Return of VerifyStructure { ndim: ..0, .. } => refuse(it, "ValueError");
    "offset-not-aligned" breaks "structure.offset.whole-items",
        "an author who leaves alignment to the exporter":
        Call of VerifyStructure { offset, itemsize, .. } =>
            *offset = whole_items(*offset, *itemsize);
    "empty-may-begin-outside" breaks "structure.offset.inside",
        "an author who looks for elements first":
        Call of VerifyStructure { memlen, itemsize, shape, offset, .. } =>
            if shape.contains(&0) { *memlen = (*memlen).max(offset.saturating_add(*itemsize)) };
    "scalar-may-stick-out" breaks "structure.offset.inside",
        "an author who checks where an element begins, not where it ends":
        Call of VerifyStructure { memlen, itemsize, shape, offset, .. } =>
            if shape.is_empty() && offset < memlen {
                *memlen = (*memlen).max(offset.saturating_add(*itemsize));
            };
    "end-of-the-first-item-wraps-around" breaks "structure.offset.inside",
        "an author who adds in C, where the text has the numbers of Python":
        Return of VerifyStructure { offset, itemsize, .. } =>
            if offset.checked_add(*itemsize).is_none() { answer(it, 1) };
    "stride-of-extent-one-not-aligned" breaks "structure.strides.whole-items",
        "NumPy #5085, with relaxed strides":
        Call of VerifyStructure { itemsize, shape, strides, .. } => {
            let unused = strides.iter_mut().zip(shape).filter(|(_, extent)| **extent == 1);
            unused.for_each(|(stride, _)| *stride = whole_items(*stride, *itemsize));
        };
    "scalar-may-have-arrays" breaks "structure.scalar",
        "an author who ignores arrays where there is no dimension":
        Call of VerifyStructure { ndim: 0, shape, strides, .. } =>
            (*shape, *strides) = (vec![], vec![]);
    "negative-ndim-is-a-scalar" breaks "structure.scalar",
        "an author who asks whether ndim is greater than 0":
        Call of VerifyStructure { ndim, .. } => *ndim = (*ndim).max(0);
    "empty-is-refused" breaks "structure.no-elements",
        "cython #2093, of an array that is contiguous":
        Return of VerifyStructure { shape, .. } => if shape.contains(&0) { answer(it, 0) };
    "other-strides-of-empty-walked" breaks "structure.no-elements",
        "an author who only skips the empty dimension":
        Call of VerifyStructure { shape, .. } =>
            shape.iter_mut().filter(|it| **it == 0).for_each(|it| *it = 1);
    "lowest-element-not-looked-for" breaks "structure.reach",
        "an author who only knows strides that go forward":
        Call of VerifyStructure { strides, .. } =>
            strides.iter_mut().for_each(|it| *it = (*it).max(0));
    "extent-times-stride" breaks "structure.reach",
        "an author who counts the gap after the last element, too":
        Call of VerifyStructure { shape, .. } =>
            shape.iter_mut().filter(|it| **it > 0).for_each(|it| *it += 1);
    "stride-cut-to-int" breaks "structure.reach",
        "an author who has int for a stride, which most arrays fit":
        Call of VerifyStructure { strides, .. } =>
            strides.iter_mut().for_each(|it| *it = cut_to_int(*it));
    "way-to-the-end-wraps-around" breaks "structure.reach",
        "an author who multiplies in C, where the text has the numbers of Python":
        Return of VerifyStructure { shape, strides, offset: 0, .. } => {
            let mut dimensions = shape.iter().zip(strides);
            if dimensions.any(|(extent, stride)| stride.checked_mul(extent - 1).is_none()) { answer(it, 1) }
        };
}

/// The bytes, without those of an item that is not whole.
fn whole_items(bytes: i64, itemsize: i64) -> i64 {
    // Any number is drawn, and the smallest has no lower multiple.
    bytes.wrapping_sub(bytes.checked_rem_euclid(itemsize).unwrap_or(0))
}
