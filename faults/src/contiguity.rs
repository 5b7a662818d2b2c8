//! # Faults: Contiguity

use pybuf_harness::Call;
use pybuf_harness::call::BareView;

use crate::Fault;

pub(crate) const FAULTS: &[Fault] =
    &[Fault::new("suboffsets-ignored", "contiguity.indirect-is-not", "NumPy #9456").asks(
        |_, call| match call {
            Call::IsContiguous { view, order } => {
                let view = BareView { suboffsets: None, ..view };
                Call::IsContiguous { view, order }
            }
            call => call,
        },
    )];
