//! What else happens to objects: an exception is pending, memory changes its size, references go.

use super::{Expected, World};
use crate::call::Call;
use crate::reply::Returned;

impl World {
    pub(super) fn expect_set_error(&self, _exception: &str) -> Expected {
        Expected::BadCase("PyErr_SetString is not in the model".into())
    }

    pub(super) fn expect_resize(&self, _object: usize, _len: usize) -> Expected {
        Expected::BadCase("PyByteArray_Resize is not in the model".into())
    }

    pub(super) fn expect_drop(&self, _object: usize) -> Expected {
        Expected::BadCase("Py_DecRef is not in the model".into())
    }

    pub(super) fn learn_life(&mut self, _call: &Call, _returned: Option<&Returned>) {}
}
