//! The C functions of memoryviews.

use super::{Expected, World};
use crate::call::Memoryview;
use crate::reply::Returned;

impl World {
    pub(super) fn expect_memoryview(&self, call: &Memoryview) -> Expected {
        Expected::BadCase(format!("{} is not in the model", call.feature()))
    }

    pub(super) fn learn_memoryview(&mut self, _call: &Memoryview, _returned: Option<&Returned>) {}
}
