//! A view that gives itself back.

pub mod elements;
pub(crate) mod runs;
pub mod typed;

use core::ffi::{CStr, c_int};
use core::slice;

use crate::buffer::Py_buffer;
use crate::error::Error;
use crate::exporter::Object;
use crate::layout::contiguous::is_contiguous;
use crate::order::Order;
use crate::request::{get_buffer, release};

/// A view of an object, released when dropped.
///
/// What is NULL in the struct is `None` here: it was not asked for, or there is none.
#[derive(Debug)]
pub struct View {
    // Always from a successful `get_buffer`, and released by `drop` alone.
    raw: Py_buffer,
}

impl Object {
    /// Asks for a view, as [`get_buffer`] does.
    ///
    /// # Errors
    ///
    /// Those of [`get_buffer`].
    #[inline]
    pub fn view(&self, flags: c_int) -> Result<View, Error> {
        let mut raw = Py_buffer::EMPTY;
        // SAFETY: `raw` is valid to write. A `View`'s safe methods write memory only if it is not read-only.
        unsafe { get_buffer(self, &raw mut raw, flags)? };
        Ok(View { raw })
    }
}

impl View {
    /// Where the element with only zeros for indices is.
    #[inline]
    pub fn buf(&self) -> *mut u8 {
        self.raw.buf.cast()
    }

    /// Bytes of all elements together, as if they were packed.
    #[inline]
    pub fn len(&self) -> isize {
        self.raw.len
    }

    /// Whether there are no bytes at all.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.raw.len == 0
    }

    /// Bytes of one element.
    #[inline]
    pub fn itemsize(&self) -> isize {
        self.raw.itemsize
    }

    /// Whether the memory must not be written.
    #[inline]
    pub fn readonly(&self) -> bool {
        self.raw.readonly != 0
    }

    /// How many dimensions the view has.
    #[inline]
    pub fn ndim(&self) -> usize {
        usize::try_from(self.raw.ndim).unwrap_or(0)
    }

    /// What an element is.
    pub fn format(&self) -> Option<&CStr> {
        // SAFETY: if not NULL it is a `CStr` that the exporter keeps while the view is out.
        (!self.raw.format.is_null()).then(|| unsafe { CStr::from_ptr(self.raw.format) })
    }

    /// Elements along each dimension.
    #[inline]
    pub fn shape(&self) -> Option<&[isize]> {
        self.array(self.raw.shape)
    }

    /// Bytes from one element to the next along each dimension.
    #[inline]
    pub fn strides(&self) -> Option<&[isize]> {
        self.array(self.raw.strides)
    }

    /// Where not negative: follow a pointer, then add these bytes.
    #[inline]
    pub fn suboffsets(&self) -> Option<&[isize]> {
        self.array(self.raw.suboffsets)
    }

    /// Whether the elements follow each other without gaps, as [`is_contiguous`] says.
    pub fn is_contiguous(&self, order: Order) -> bool {
        // SAFETY: the arrays have `ndim` entries or are NULL, see `array`.
        unsafe { is_contiguous(&self.raw, order.byte()) }
    }

    /// Whether nobody writes the memory while the view is out, says the exporter.
    pub(crate) fn is_immutable(&self) -> bool {
        // SAFETY: `obj` is from `get_buffer` and is given back when the view is dropped.
        unsafe { Object::exporter_of(self.raw.obj) }.is_immutable()
    }

    /// The struct as the exporter filled it.
    #[inline]
    pub fn as_raw(&self) -> &Py_buffer {
        &self.raw
    }

    #[inline]
    fn array(&self, array: *mut isize) -> Option<&[isize]> {
        // SAFETY: if not NULL it is a slice of the exporter's with `ndim` entries: `fill` checks
        // that, and the exporter keeps it while the view is out.
        (!array.is_null()).then(|| unsafe { slice::from_raw_parts(array, self.ndim()) })
    }
}

impl Drop for View {
    fn drop(&mut self) {
        // SAFETY: `raw` is from `get_buffer`, and nobody else may give it back.
        unsafe { release(&raw mut self.raw) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flags::*;
    use crate::objects::block::{Block, BlockLayout};

    #[test]
    fn what_was_not_asked_for_is_none() -> Result<(), Error> {
        let object = Object::new(Block::new(24, BlockLayout::c_order(4, &[2, 3]))?);
        let view = object.view(PyBUF_SIMPLE)?;
        assert_eq!((view.len(), view.itemsize(), view.ndim()), (24, 4, 1));
        assert_eq!((view.shape(), view.strides(), view.suboffsets()), (None, None, None));
        assert_eq!(view.format(), None);
        assert!(!view.readonly() && !view.is_empty() && view.is_contiguous(Order::Any));
        Ok(())
    }

    #[test]
    fn what_was_asked_for_is_there() -> Result<(), Error> {
        let object = Object::new(Block::new(24, BlockLayout::c_order(4, &[2, 3]))?);
        let view = object.view(PyBUF_FULL)?;
        assert_eq!((view.len(), view.itemsize(), view.ndim()), (24, 4, 2));
        assert_eq!(view.shape(), Some(&[2, 3][..]));
        assert_eq!(view.strides(), Some(&[12, 4][..]));
        assert_eq!((view.suboffsets(), view.format()), (None, Some(c"B")));
        assert!(view.is_contiguous(Order::C) && !view.is_contiguous(Order::Fortran));
        Ok(())
    }
}
