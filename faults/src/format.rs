//! # Faults: Formats

use pybuf_harness::Call;

use crate::Fault;

pub(crate) const FAULTS: &[Fault] =
    &[Fault::new("formats-are-not-padded", "format.native.alignment", "ctypes, CPython #76961")
        .asks(|_, call| match call {
            Call::SizeFromFormat { format } if !format.starts_with(['@', '=', '<', '>', '!']) => {
                Call::SizeFromFormat { format: format!("={format}") }
            }
            call => call,
        })];
