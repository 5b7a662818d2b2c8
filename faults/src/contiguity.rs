//! # Faults: Contiguity

use pybuf_harness::Call;
use pybuf_harness::call::BareView;
use pybuf_harness::reply::Reply;

use crate::Fault;
use crate::change::{answer, crash};

// There is none that looks at the stride of an extent of 1, as CPython did up to 3.4: no must decides what
// such a stride is worth (`contiguity.extent-one.open`), and what CPython does since is only observed.
// For requests there is `extent-one-is-not-contiguous`.
pub(crate) const FAULTS: &[Fault] = &[
    Fault::new("null-shape-read", "contiguity.always-answers", "CPython 3.6 to 3.13").tells(
        |_, call, reply| match call {
            Call::IsContiguous { view, order: 'F' } if view.shape.is_none() && view.ndim > 1 => {
                crash()
            }
            _ => reply,
        },
    ),
    Fault::new(
        "strided-is-contiguous",
        "contiguity.c",
        "NumPy #3613, where such memory is granted to those who cannot walk it",
    )
    .asks(|_, call| match call {
        Call::IsContiguous { view, order: 'C' } => {
            Call::IsContiguous { view: BareView { strides: None, ..view }, order: 'C' }
        }
        call => call,
    }),
    Fault::new("empty-is-not-contiguous", "contiguity.c", "CPython issue 22445, cython #2093")
        .tells(|_, call, reply| no_if(call, reply, |view| view.len == 0)),
    Fault::new("fortran-means-c", "contiguity.fortran", "NumPy #3796, which refuses Fortran order")
        .asks(|_, call| with_order(call, 'F', 'C')),
    Fault::new(
        "fortran-without-strides-is-one-dimension",
        "contiguity.fortran",
        "CPython up to 3.4",
    )
    .tells(|_, call, reply| match call {
        Call::IsContiguous { view, order: 'F' } if view.strides.is_none() && view.ndim > 1 => {
            answer(reply, 0)
        }
        _ => reply,
    }),
    Fault::new("either-order-means-both", "contiguity.any", "PyPy #2873").tells(
        |_, call, reply| match call {
            Call::IsContiguous { order: 'A', .. } => no_if(call, reply, has_two_orders),
            _ => reply,
        },
    ),
    Fault::new(
        "either-order-means-c",
        "contiguity.any",
        "NumPy #3796, which refuses Fortran order",
    )
    .asks(|_, call| with_order(call, 'A', 'C')),
    Fault::new(
        "null-strides-are-no-order",
        "contiguity.no-strides-is-c",
        "whoever keeps from reading NULL, as cython PR #150 had to, and takes it for a no",
    )
    .tells(|_, call, reply| no_if(call, reply, |view| view.ndim > 0 && view.strides.is_none())),
    Fault::new("suboffsets-ignored", "contiguity.indirect-is-not", "NumPy #9456").asks(
        |_, call| match call {
            Call::IsContiguous { view, order } => {
                let view = BareView { suboffsets: None, ..view };
                Call::IsContiguous { view, order }
            }
            call => call,
        },
    ),
];

/// Asks for another order in place of this one.
fn with_order(call: Call, from: char, to: char) -> Call {
    match call {
        Call::IsContiguous { view, order } if order == from => {
            Call::IsContiguous { view, order: to }
        }
        call => call,
    }
}

/// Takes views like these for not contiguous.
fn no_if(call: &Call, reply: Reply, is_like_these: fn(&BareView) -> bool) -> Reply {
    match call {
        Call::IsContiguous { view, .. } if is_like_these(view) => answer(reply, 0),
        _ => reply,
    }
}

/// Whether elements in C order are not in Fortran order.
fn has_two_orders(view: &BareView) -> bool {
    view.shape.iter().flatten().filter(|extent| **extent > 1).count() > 1
}
