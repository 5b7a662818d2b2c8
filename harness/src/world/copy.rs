//! Copies, and where elements are.

use super::{Expected, World};
use crate::call::Copy;
use crate::reply::Returned;

impl World {
    pub(super) fn expect_copy(&self, call: &Copy) -> Expected {
        Expected::BadCase(format!("{} is not in the model", call.feature()))
    }

    pub(super) fn learn_copy(&mut self, _call: &Copy, _returned: Option<&Returned>) {}
}
