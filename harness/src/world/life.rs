//! What else happens to objects: an exception is pending, memory changes its size, references go.

use pybuf_model::expectation::Exception;
use pybuf_model::old;

use super::{Expected, World};
use crate::call::Call;
use crate::reply::Returned;

impl World {
    pub(super) fn expect_set_error(&self, exception: &str) -> Expected {
        match Exception::named(exception) {
            Some(exception) => Expected::Reply(old::set_error(exception)),
            None => Expected::BadCase(format!("{exception:?} is no exception of the suite")),
        }
    }

    /// Why a call may not be made while an exception is pending: what the others do then is nowhere
    /// said, and not in the model.
    pub(super) fn pending_problem(&self, call: &Call) -> Option<String> {
        let goes_on = matches!(
            call,
            Call::SetError { .. }
                | Call::AsCharBuffer(_)
                | Call::AsReadBuffer(_)
                | Call::AsWriteBuffer(_)
                | Call::CheckReadBuffer { .. }
        );
        let pending = self.pending.filter(|_| !goes_on)?;
        Some(format!("{pending} is pending when {} is called", call.feature()))
    }

    /// An exception is pending for one call, the next that is made.
    pub(super) fn learn_pending(&mut self, call: &Call, returned: Option<&Returned>) {
        if returned.is_some() {
            self.pending = match call {
                Call::SetError { exception } => Exception::named(exception),
                _ => None,
            };
        }
    }

    pub(super) fn expect_resize(&self, _object: usize, _len: usize) -> Expected {
        Expected::BadCase("PyByteArray_Resize is not in the model".into())
    }

    pub(super) fn expect_drop(&self, _object: usize) -> Expected {
        Expected::BadCase("Py_DecRef is not in the model".into())
    }

    pub(super) fn learn_life(&mut self, _call: &Call, _returned: Option<&Returned>) {}
}
