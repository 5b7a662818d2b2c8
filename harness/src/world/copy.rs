//! Copies, and where elements are.

use pybuf_model::strides;

use super::{Expected, World};
use crate::call::Copy;
use crate::reply::Returned;

impl World {
    pub(super) fn expect_copy(&self, call: &Copy) -> Expected {
        let edition = self.edition;
        match call {
            Copy::FillContiguousStrides { shape, itemsize, order } => {
                let itemsize = i64::from(*itemsize);
                Expected::Reply(strides::fill_contiguous_strides(shape, itemsize, *order, edition))
            }
            _ => Expected::BadCase(format!("{} is not in the model", call.feature())),
        }
    }

    pub(super) fn learn_copy(&mut self, _call: &Copy, _returned: Option<&Returned>) {}
}
