//! Copies, and where elements are.

use pybuf_harness::call::Copy;
use pybuf_harness::reply::{Reply, Returned};
use pybuf_model::Edition;

use super::Fast;
use crate::strides;

/// Whether the edition has the function.
pub(super) fn in_edition(_call: &Copy, edition: Edition) -> bool {
    edition >= Edition::V2_7Draft
}

impl Fast {
    pub(super) fn copy(&mut self, call: &Copy) -> Reply {
        match call {
            Copy::FillContiguousStrides { shape, itemsize, order } => {
                Reply::Returned(fill_contiguous_strides(shape, *itemsize, *order))
            }
            _ => Reply::Unsupported,
        }
    }
}

fn fill_contiguous_strides(shape: &[i64], itemsize: i32, order: char) -> Returned {
    let shape: Vec<isize> = shape.iter().map(|&extent| extent as isize).collect();
    let mut strides = strides::poisoned(shape.len());
    let order = u8::try_from(order).unwrap_or(0);
    pybuf_fast::fill_contiguous_strides(&shape, &mut strides, itemsize as isize, order);
    Returned { strides: Some(strides::written(&strides)), ..Returned::default() }
}
