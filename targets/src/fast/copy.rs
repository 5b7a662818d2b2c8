//! Copies, and where elements are.

use pybuf_harness::call::Copy;
use pybuf_harness::reply::{Pointer, Reply, Returned, Seen};
use pybuf_model::Edition;

use super::calls::observe;
use super::{Fast, Granted};
use crate::strides;

/// Whether the edition has the function.
pub(super) fn in_edition(call: &Copy, edition: Edition) -> bool {
    match call {
        Copy::VerifyStructure { .. } => edition >= Edition::V3_3,
        _ => edition >= Edition::V2_7Draft,
    }
}

impl Fast {
    pub(super) fn copy(&mut self, call: &Copy) -> Reply {
        let returned = match call {
            Copy::GetPointer { view, indices } => self.get_pointer(*view, indices),
            Copy::FillContiguousStrides { shape, itemsize, order } => {
                Some(fill_contiguous_strides(shape, *itemsize, *order))
            }
            Copy::VerifyStructure { memlen, itemsize, ndim, shape, strides, offset } => {
                let [shape, strides] = [sizes(shape), sizes(strides)];
                let [memlen, itemsize, ndim, offset] =
                    [memlen, itemsize, ndim, offset].map(|&number| number as isize);
                let inside =
                    pybuf_fast::verify_structure(memlen, itemsize, ndim, &shape, &strides, offset);
                Some(Returned { value: Some(inside.into()), ..Returned::default() })
            }
            _ => return Reply::Unsupported,
        };
        returned.map_or(Reply::NotMade, Reply::Returned)
    }

    fn get_pointer(&self, view: usize, indices: &[i64]) -> Option<Returned> {
        let Granted { view, object, .. } = self.views.get(view)?.as_ref()?;
        let made = object.and_then(|object| self.made(object));
        // SAFETY: the view was granted, and whoever asks keeps to its shape.
        let (pointer, seen) =
            observe(made, || unsafe { pybuf_fast::get_pointer(&*view.as_ptr(), &sizes(indices)) });
        let address = pointer.cast_const().cast();
        let in_rows = made.and_then(|made| made.rows.offset(address)).zip(*object);
        let pointer = match in_rows {
            Some((offset, block)) => Pointer::InRows { block, offset },
            None => self.locate(address, None),
        };
        Some(Returned { buffer: Some(Seen::Is(pointer)), ..seen })
    }
}

fn fill_contiguous_strides(shape: &[i64], itemsize: i32, order: char) -> Returned {
    let mut strides = strides::poisoned(shape.len());
    let order = u8::try_from(order).unwrap_or(0);
    pybuf_fast::fill_contiguous_strides(&sizes(shape), &mut strides, itemsize as isize, order);
    Returned { strides: Some(strides::written(&strides)), ..Returned::default() }
}

fn sizes(numbers: &[i64]) -> Vec<isize> {
    numbers.iter().map(|&number| number as isize).collect()
}
