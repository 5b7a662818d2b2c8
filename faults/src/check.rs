//! # Faults: `PyObject_CheckBuffer`

use pybuf_harness::{Call, Object};

use crate::change::refuse;
use crate::fault::faults;
use crate::past::Past;

faults! { |past, call, it|
    "nothing-exports" breaks "check.one-for-exporters",
        "a type that is not marked as an exporter, as 2.x demands":
        Return of CheckBuffer { .. } => it.value = Some(0);
    "arrays-export-nothing" breaks "check.one-for-exporters", "CPython 2.7":
        Return of CheckBuffer { .. } on Object::Array { .. } => it.value = Some(0);
    "everything-exports" breaks "check.zero-without-protocol",
        "an author who takes any slot for a filled one":
        Return of CheckBuffer { .. } => it.value = Some(1);
    "check-tries-a-request" breaks "check.promises-no-grant",
        "an author who copies PyObject_CheckReadBuffer":
        Return of CheckBuffer { .. } => if refuses_everything(past, call) { it.value = Some(0) };
    "check-hands-exceptions-on" breaks "check.always-succeeds",
        "an author who returns the result of a request":
        Return of CheckBuffer { .. } =>
            if refuses_everything(past, call) { refuse(it, "BufferError") };
}

/// Whether a call is about an exporter that refuses each request.
fn refuses_everything(past: &Past, call: &Call) -> bool {
    matches!(past.object(call), Some(Object::Raising { .. })) || past.is_released(call)
}
