//! Copies, and where elements are.

use std::ffi::c_char;

use pybuf_harness::call::Copy;
use pybuf_harness::{Reply, Returned};

use super::embedded::Embedded;
use crate::strides;

impl Embedded {
    pub(super) fn copy(&mut self, call: &Copy) -> Reply {
        match call {
            Copy::FillContiguousStrides { shape, itemsize, order } => {
                self.fill_contiguous_strides(shape, *itemsize, *order)
            }
            _ => Reply::Unsupported,
        }
    }

    fn fill_contiguous_strides(&self, shape: &[i64], itemsize: i32, order: char) -> Reply {
        let Some(function) = self.python.api.PyBuffer_FillContiguousStrides else {
            return Reply::NotInEdition;
        };
        let Ok(ndim) = i32::try_from(shape.len()) else {
            return Reply::NotMade;
        };
        let mut shape: Vec<isize> = shape.iter().map(|&extent| extent as isize).collect();
        let mut strides = strides::poisoned(shape.len());
        let (from, to) = (shape.as_mut_ptr(), strides.as_mut_ptr());
        // SAFETY: both arrays have an entry for each dimension.
        let returned = self.observe(None, || unsafe {
            function(ndim, from, to, itemsize, order as c_char);
            None
        });
        Reply::Returned(Returned { strides: Some(strides::written(&strides)), ..returned })
    }
}
