//! Copies, and where elements are.

use pybuf_fast::{Error, Py_buffer};
use pybuf_harness::call::{Call, poisoned, source};
use pybuf_harness::reply::{Pointer, Reply, Returned, Seen};
use pybuf_model::Edition;

use super::observe::{observe, status};
use super::state::Fast;
use crate::strides;

impl Fast {
    pub(super) fn copy(&mut self, call: &Call) -> Reply {
        let returned = match call {
            Call::GetPointer { view, indices } => self.get_pointer(*view, indices),
            Call::FillContiguousStrides { shape, itemsize, order } => {
                Some(fill_contiguous_strides(shape, *itemsize, *order))
            }
            Call::VerifyStructure { memlen, itemsize, ndim, shape, strides, offset } => {
                let [shape, strides] = [sizes(shape), sizes(strides)];
                let [memlen, itemsize, ndim, offset] =
                    [memlen, itemsize, ndim, offset].map(|&number| number as isize);
                let inside =
                    pybuf_fast::verify_structure(memlen, itemsize, ndim, &shape, &strides, offset);
                Some(Returned { value: Some(inside.into()), ..Returned::default() })
            }
            Call::ToContiguous { view, len, order } => self.pack(*view, *len, *order),
            Call::FromContiguous { view, len, order } => self.unpack(*view, *len, *order),
            Call::CopyData { dest, src } => self.copy_data(*dest, *src),
            Call::CopyToObject { object, len, order } => self.copy_to_object(*object, *len, *order),
            _ => None,
        };
        returned.map_or(Reply::NotMade, Reply::Returned)
    }

    fn get_pointer(&self, view: usize, indices: &[i64]) -> Option<Returned> {
        let (view, object, made) = self.lent(view)?;
        let indices = sizes(indices);
        // SAFETY: a view's shape is NULL or has an entry for each dimension.
        if !unsafe { are_inside(&indices, view) } {
            return None;
        }
        // SAFETY: the view is granted, and there are as many indices, inside the shape.
        let (pointer, seen) =
            observe(Some(made), || unsafe { pybuf_fast::get_pointer(view, &indices) });
        let address = pointer.cast_const().cast();
        let pointer = match made.rows.offset(address) {
            Some(offset) => Pointer::InRows { block: object, offset },
            None => self.locate(address, self.block_of(object)),
        };
        Some(Returned { buffer: Some(Seen::Is(pointer)), ..seen })
    }

    fn pack(&self, view: usize, len: i64, order: char) -> Option<Returned> {
        let (view, _, made) = self.lent(view)?;
        let mut buf = poisoned(len)?;
        let (result, seen) = observe(Some(made), || {
            if self.edition >= Edition::V3_3 {
                // SAFETY: the view is granted, and `buf` is longer than that.
                unsafe {
                    pybuf_fast::to_contiguous(buf.as_mut_ptr(), view, len as isize, byte(order))
                }
            } else {
                clipped(&mut buf, view, len, order)
            }
        });
        Some(Returned { bytes: Some(buf), ..status(&result, seen) })
    }

    fn unpack(&self, view: usize, len: i64, order: char) -> Option<Returned> {
        let (view, _, made) = self.lent(view)?;
        let bytes = source(len)?;
        // SAFETY: the view is granted, and `bytes` is as long as that. Our read-only memory is only
        // called so.
        let (result, seen) = observe(Some(made), || unsafe {
            pybuf_fast::from_contiguous(view, bytes.as_ptr(), len as isize, byte(order))
        });
        Some(Returned { bytes: Some(made.contents()), ..status(&result, seen) })
    }

    fn copy_data(&self, dest: usize, src: usize) -> Option<Returned> {
        let (dest, src) = (self.solid(dest)?, self.solid(src)?);
        let (result, seen) = observe(Some(dest), || match (&dest.new, &src.new) {
            (Some(dest), Some(src)) => pybuf_fast::copy_data(dest, src),
            _ => Err(Error::NoProtocol),
        });
        Some(Returned { bytes: Some(dest.contents()), ..status(&result, seen) })
    }

    fn copy_to_object(&self, object: usize, len: i64, order: char) -> Option<Returned> {
        let made = self.solid(object)?;
        let bytes = source(len)?;
        let (result, seen) = observe(Some(made), || match &made.new {
            Some(object) => pybuf_fast::copy_to_object(object, &bytes, byte(order)),
            None => Err(Error::NoProtocol),
        });
        Some(Returned { bytes: Some(made.contents()), ..status(&result, seen) })
    }
}

/// `PyBuffer_ToContiguous` up to Python 3.2, which copied as much as there was room for, and took any
/// order but Fortran's for C's. The crate does as later editions; this lends it the behaviour of those.
fn clipped(buf: &mut [u8], view: &Py_buffer, len: i64, order: char) -> Result<(), Error> {
    let order = if matches!(order, 'F' | 'A') { byte(order) } else { b'C' };
    let mut all = vec![0; view.len.unsigned_abs()];
    // SAFETY: the view was granted, and `all` is as long as it.
    unsafe { pybuf_fast::to_contiguous(all.as_mut_ptr(), view, view.len, order)? };
    let room = usize::try_from(len).unwrap_or(0);
    buf[..room].iter_mut().zip(all).for_each(|(to, from)| *to = from);
    Ok(())
}

/// Whether there is an index for each dimension, inside the shape if the view tells it.
///
/// # Safety
///
/// The view's shape is NULL or has an entry for each dimension.
unsafe fn are_inside(indices: &[isize], view: &Py_buffer) -> bool {
    let inside = |(dimension, index): (usize, &isize)| {
        // SAFETY: left to the caller.
        view.shape.is_null() || (0..unsafe { *view.shape.add(dimension) }).contains(index)
    };
    usize::try_from(view.ndim) == Ok(indices.len()) && indices.iter().enumerate().all(inside)
}

/// An order as C passes it.
fn byte(order: char) -> u8 {
    u8::try_from(order).unwrap_or(0)
}

fn fill_contiguous_strides(shape: &[i64], itemsize: i32, order: char) -> Returned {
    let mut strides = strides::poisoned(shape.len());
    let (shape, order) = (sizes(shape), byte(order));
    pybuf_fast::fill_contiguous_strides(&shape, &mut strides, itemsize as isize, order);
    Returned { strides: Some(strides::written(&strides)), ..Returned::default() }
}

fn sizes(numbers: &[i64]) -> Vec<isize> {
    numbers.iter().map(|&number| number as isize).collect()
}
