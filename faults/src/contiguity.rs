//! # Faults: Contiguity

use pybuf_harness::call::BareView;

use crate::change::{answer, crash};
use crate::fault::faults;

// No fault looks at the stride of an extent of 1, as CPython did up to 3.4: no must decides what such a
// stride is worth (`contiguity.extent-one.open`), and what CPython has done since is only observed. For
// requests there is `extent-one-is-not-contiguous`.
faults! { |past, call, it|
    "null-shape-read" breaks "contiguity.always-answers", "CPython 3.6 to 3.13":
        Reply of IsContiguous { view, order: 'F' } =>
            if view.shape.is_none() && view.ndim > 1 { *it = crash() };
    "strided-is-contiguous" breaks "contiguity.c",
        "NumPy #3613, which grants strided memory as bytes":
        Call of IsContiguous { view, order: 'C' } => view.strides = None;
    "empty-is-not-contiguous" breaks "contiguity.c", "CPython issue 22445, cython #2093":
        Return of IsContiguous { view, .. } => if view.len == 0 { answer(it, 0) };
    "fortran-means-c" breaks "contiguity.fortran", "NumPy #3796, which refuses Fortran order":
        Call of IsContiguous { order: order @ 'F', .. } => *order = 'C';
    "fortran-without-strides-is-one-dimension" breaks "contiguity.fortran", "CPython up to 3.4":
        Return of IsContiguous { view, order: 'F' } =>
            if view.strides.is_none() && view.ndim > 1 { answer(it, 0) };
    "either-order-means-both" breaks "contiguity.any", "PyPy #2873":
        Return of IsContiguous { view, order: 'A' } => if has_two_orders(view) { answer(it, 0) };
    "either-order-means-c" breaks "contiguity.any", "NumPy #3796, which refuses Fortran order":
        Call of IsContiguous { order: order @ 'A', .. } => *order = 'C';
    "null-strides-are-no-order" breaks "contiguity.no-strides-is-c",
        "an author who checks for NULL, as cython PR #150 had to, and answers no":
        Return of IsContiguous { view, .. } =>
            if view.ndim > 0 && view.strides.is_none() { answer(it, 0) };
    "suboffsets-ignored" breaks "contiguity.indirect-is-not", "NumPy #9456":
        Call of IsContiguous { view, .. } => view.suboffsets = None;
}

/// Whether elements in C order are not in Fortran order.
fn has_two_orders(view: &BareView) -> bool {
    view.shape.iter().flatten().filter(|extent| **extent > 1).count() > 1
}
