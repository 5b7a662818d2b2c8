//! Copies from object to object.

use core::ptr;

use super::contiguous::from_contiguous;
use super::elements::copy;
use super::one_by_one::one_by_one;
use super::room::Room;
use super::side::overlap::may_overlap;
use super::side::{Order, Side};
use crate::error::Error;
use crate::exporter::Object;
use crate::flags::{PyBUF_FULL, PyBUF_FULL_RO};
use crate::view::View;

/// `PyObject_CopyData`: copies the elements of `src` to those of `dest` with the same indices.
///
/// If both are contiguous in the same order the bytes are copied as they lie, whatever the shapes.
/// Formats are not compared. `dest` and `src` may share memory, or be the same object: what arrives
/// where they overlap depends on the order in which the elements are copied, which is any.
///
/// # Errors
///
/// What the two objects refuse a view with, `dest` first; [`Error::DestinationTooSmall`];
/// [`Error::ShapesDiffer`] if the two differ in their items' size or number of dimensions, or if `src` is
/// longer along one of these. (CPython writes outside of the elements there.) Then nothing was written.
///
/// Where both lie within the same bytes, items are copied one by one, which takes longer.
pub fn copy_data(dest: &Object, src: &Object) -> Result<(), Error> {
    let to = dest.view(PyBUF_FULL)?;
    let from = src.view(PyBUF_FULL_RO)?;
    if to.len() < from.len() {
        return Err(Error::DestinationTooSmall);
    }
    let both = |order| to.is_contiguous(order) && from.is_contiguous(order);
    if both(crate::Order::C) || both(crate::Order::Fortran) {
        // SAFETY: both are contiguous, so that as many bytes are in a row, and `to` is writable.
        unsafe { ptr::copy(from.buf(), to.buf(), from.len().unsigned_abs()) };
        return Ok(());
    }
    if !is_inside(&from, &to) {
        return Err(Error::ShapesDiffer);
    }
    let (mut to_room, mut from_room) = (Room::new(), Room::new());
    // SAFETY: both views are granted and one is writable; the indices of the one are indices of the
    // other, and items are of one size. If they may overlap, items are copied one by one.
    unsafe {
        let from = Side::of(from.as_raw(), &mut from_room)?;
        let to = Side { shape: from.shape, ..Side::of(to.as_raw(), &mut to_room)? };
        if may_overlap(&to, &from) {
            one_by_one(&to, &from, Order::C, isize::MAX);
        } else {
            copy(&to, &from, 1);
        }
    }
    Ok(())
}

/// Whether each index of one view is an index of the other, of an item of the same size.
fn is_inside(inner: &View, outer: &View) -> bool {
    let [inner_shape, outer_shape] = [inner, outer].map(|view| view.shape().unwrap_or_default());
    inner.itemsize() == outer.itemsize()
        && inner_shape.len() == outer_shape.len()
        && inner_shape.iter().zip(outer_shape).all(|(inner, outer)| inner <= outer)
}

/// `PyObject_CopyToObject`, as Python 2.6 and 2.7 documented it without having it: copies packed
/// bytes to the first elements of the object in an order: see [`from_contiguous`].
///
/// # Errors
///
/// What the object refuses a writable view with; [`Error::DestinationTooSmall`] if there are more
/// bytes than it has. Then nothing was written.
pub fn copy_to_object(object: &Object, bytes: &[u8], order: u8) -> Result<(), Error> {
    let view = object.view(PyBUF_FULL)?;
    if bytes.len() > view.len().unsigned_abs() {
        return Err(Error::DestinationTooSmall);
    }
    // SAFETY: the view is granted and writable, and memory that is borrowed as a slice is not an exporter's to
    // be written. No slice is longer than an isize.
    unsafe { from_contiguous(view.as_raw(), bytes.as_ptr(), bytes.len() as isize, order) }
}
