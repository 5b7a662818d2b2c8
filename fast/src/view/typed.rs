//! Elements as numbers of Rust.
//!
//! Memory that is lent may have other readers and writers: more views, the exporter itself. So a slice of
//! it, which Rust takes to be constant, is had only of memory that nobody writes
//! ([`Exporter::is_immutable`](crate::Exporter::is_immutable)). What is writable is had as
//! [`Cell`]s, which others of the same thread may change between two looks. Everything else is read and
//! written one element at a time: no reference outlives the call.

use core::cell::Cell;
use core::slice;

use super::elements::Elements;
use crate::error::Error;
use crate::format::item::{Item, is_of};
use crate::layout::slice::{index_of, resolve_index};
use crate::order::Order;
use crate::view::View;

impl View {
    /// The element with these indices. A negative one counts from the end. It need not be aligned.
    ///
    /// # Errors
    ///
    /// [`Error::ItemDiffers`] if elements are not of this type, [`Error::IndexOutOfRange`] if an index is
    /// out of range, or if there is not one a dimension.
    pub fn get<T: Item>(&self, indices: &[isize]) -> Result<T, Error> {
        let element = self.element::<T>(indices)?;
        // SAFETY: it is an element of the view, of this type. Nobody writes it while this runs.
        Ok(unsafe { element.read_unaligned() })
    }

    /// Writes the element with these indices: see [`get`](Self::get).
    ///
    /// # Errors
    ///
    /// [`Error::NotWritable`], and those of [`get`](Self::get).
    pub fn set<T: Item>(&self, indices: &[isize], value: T) -> Result<(), Error> {
        if self.readonly() {
            return Err(Error::NotWritable);
        }
        let element = self.element::<T>(indices)?;
        // SAFETY: it is an element of the view, of this type, and to be written.
        unsafe { element.write_unaligned(value) };
        Ok(())
    }

    /// All elements in an order. They need not be aligned, nor contiguous.
    ///
    /// ```
    /// use pybuf_fast::flags::PyBUF_FULL_RO;
    /// use pybuf_fast::{MemoryView, Object, Order};
    ///
    /// let object = Object::from_vec(vec![1u16, 2, 3, 4, 5, 6], &[2, 3])?;
    /// let mirrored = MemoryView::from_object(&object)?.reverse(1)?;
    /// let view = mirrored.view(PyBUF_FULL_RO)?;
    /// assert_eq!(view.elements::<u16>(Order::C)?.collect::<Vec<_>>(), [3, 2, 1, 6, 5, 4]);
    /// assert_eq!(view.elements::<u16>(Order::Fortran)?.map(u32::from).sum::<u32>(), 21);
    /// # Ok::<(), pybuf_fast::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::ItemDiffers`].
    pub fn elements<T: Item>(&self, order: Order) -> Result<Elements<'_, T>, Error> {
        self.check_item::<T>()?;
        Ok(Elements::of(self, order))
    }

    /// All elements as a slice, in C's order.
    ///
    /// ```
    /// use pybuf_fast::flags::PyBUF_FULL_RO;
    /// use pybuf_fast::{Array, Error, Object};
    ///
    /// let view = Object::new(Array::new(vec![1.5, 2.5], &[2])?.read_only()).view(PyBUF_FULL_RO)?;
    /// assert_eq!(view.as_slice::<f64>()?, [1.5, 2.5]);
    /// assert_eq!(view.as_slice::<i64>(), Err(Error::ItemDiffers));
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Mutable`] if somebody might write the memory, be it not this consumer;
    /// [`Error::ItemDiffers`], [`Error::NotCContiguous`], [`Error::Unaligned`].
    pub fn as_slice<T: Item>(&self) -> Result<&[T], Error> {
        if !(self.readonly() && self.is_immutable()) {
            return Err(Error::Mutable);
        }
        let (start, len) = self.packed::<T>()?;
        // SAFETY: contiguous, aligned elements of this type, which are initialised; the view keeps them,
        // and the exporter promises that nobody writes them while it is out.
        Ok(unsafe { slice::from_raw_parts(start, len) })
    }

    /// All elements as cells to read and write, in C's order.
    ///
    /// ```
    /// use pybuf_fast::Object;
    /// use pybuf_fast::flags::PyBUF_FULL;
    ///
    /// let view = Object::from_vec(vec![1i32, 2, 3], &[3])?.view(PyBUF_FULL)?;
    /// for cell in view.as_cells::<i32>()? {
    ///     cell.set(cell.get() * 10);
    /// }
    /// assert_eq!(view.get::<i32>(&[-1])?, 30);
    /// # Ok::<(), pybuf_fast::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NotWritable`], [`Error::ItemDiffers`], [`Error::NotCContiguous`], [`Error::Unaligned`].
    pub fn as_cells<T: Item>(&self) -> Result<&[Cell<T>], Error> {
        if self.readonly() {
            return Err(Error::NotWritable);
        }
        let (start, len) = self.packed::<T>()?;
        // SAFETY: as for `as_slice`; a cell may be written by others of this thread, and the exporter
        // promises that no other thread touches writable elements while the view is out.
        Ok(unsafe { slice::from_raw_parts(start.cast(), len) })
    }

    /// Elements along each dimension. What was asked for without a shape is a row of bytes.
    pub(crate) fn extents(&self) -> &[isize] {
        let row = if self.ndim() == 0 { &[] } else { slice::from_ref(&self.as_raw().len) };
        self.shape().unwrap_or(row)
    }

    /// Bytes of each of them: [`itemsize`](Self::itemsize), but in a row of bytes one.
    pub(crate) fn bytes_each(&self) -> isize {
        if self.as_raw().shape.is_null() && self.ndim() > 0 { 1 } else { self.itemsize() }
    }

    fn check_item<T: Item>(&self) -> Result<(), Error> {
        // SAFETY: if not NULL it is a C string that the exporter keeps while the view is out.
        let same = unsafe { is_of::<T>(self.as_raw().format, self.bytes_each()) };
        if same { Ok(()) } else { Err(Error::ItemDiffers) }
    }

    /// The first of the elements and their number, if they can be told from a slice's by nothing.
    fn packed<T: Item>(&self) -> Result<(*const T, usize), Error> {
        self.check_item::<T>()?;
        if !self.is_contiguous(Order::C) {
            return Err(Error::NotCContiguous);
        }
        let start = self.buf().cast_const().cast::<T>();
        let len = self.len().unsigned_abs() / size_of::<T>();
        if len == 0 {
            // Where no elements are, there may be no address of one.
            return Ok((core::ptr::dangling(), 0));
        }
        if start.is_aligned() { Ok((start, len)) } else { Err(Error::Unaligned) }
    }

    /// Where the element with these indices is.
    fn element<T: Item>(&self, indices: &[isize]) -> Result<*mut T, Error> {
        self.check_item::<T>()?;
        let extents = self.extents();
        if indices.len() != extents.len() {
            return Err(Error::IndexOutOfRange);
        }
        // All of them before any pointer is followed: without elements there may be none.
        for (&index, &extent) in indices.iter().zip(extents) {
            resolve_index(index, extent)?;
        }
        let resolved = indices.iter().zip(extents).map(|(&index, &extent)| index_of(index, extent));
        let Some(strides) = self.strides() else {
            // Inside of the memory, as the indices are.
            let place =
                resolved.zip(extents).fold(0, |place, (index, extent)| place * extent + index);
            return Ok(self.buf().wrapping_offset(place * self.bytes_each()).cast());
        };
        let mut address = self.buf();
        for (dimension, (index, stride)) in resolved.zip(strides).enumerate() {
            address = address.wrapping_offset(index.wrapping_mul(*stride));
            let suboffset = self.suboffsets().map_or(-1, |suboffsets| suboffsets[dimension]);
            if suboffset >= 0 {
                // SAFETY: here is a pointer on the way to an element: the exporter keeps it readable.
                let row = unsafe { address.cast::<*mut u8>().read_unaligned() };
                address = row.wrapping_offset(suboffset);
            }
        }
        Ok(address.cast())
    }
}
