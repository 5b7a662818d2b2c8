//! # Faults: `PyBuffer_FillInfo`

use pybuf_harness::Call;
use pybuf_harness::call::FillInfo;

use crate::Fault;

pub(crate) const FAULTS: &[Fault] =
    &[Fault::new("fill-info-ignores-readonly", "fill.writable.refused-on-readonly", "PyPy #1276")
        .asks(|_, call| match call {
            Call::FillInfo(arguments) => Call::FillInfo(FillInfo { readonly: 0, ..arguments }),
            call => call,
        })];
