//! Python 2's buffer objects.

use super::{Expected, World};
use crate::call::BufferObject;
use crate::reply::Returned;

impl World {
    pub(super) fn expect_buffer_object(&self, call: &BufferObject) -> Expected {
        Expected::BadCase(format!("{} is not in the model", call.feature()))
    }

    pub(super) fn learn_buffer_object(&mut self, _: &BufferObject, _: Option<&Returned>) {}
}
