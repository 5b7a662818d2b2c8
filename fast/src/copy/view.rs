//! Copies of views, safe ones.

use super::contiguous::{from_contiguous_threads, to_contiguous, to_contiguous_threads};
use crate::error::Error;
use crate::order::Order;
use crate::view::View;

impl View {
    /// `PyBuffer_ToContiguous`: see [`to_contiguous`].
    ///
    /// ```
    /// use pybuf_fast::flags::PyBUF_FULL_RO;
    /// use pybuf_fast::{Block, BlockLayout, Object, Order};
    ///
    /// let object = Object::new(Block::new(6, BlockLayout::c_order(1, &[2, 3]))?);
    /// let mut columns = [0; 6];
    /// object.view(PyBUF_FULL_RO)?.to_contiguous(&mut columns, Order::Fortran)?;
    /// assert_eq!(columns, [0, 3, 1, 4, 2, 5]);
    /// # Ok::<(), pybuf_fast::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::LengthDiffers`], [`Error::TooManyDimensions`].
    pub fn to_contiguous(&self, buf: &mut [u8], order: Order) -> Result<(), Error> {
        // SAFETY: the view is granted, and memory that is borrowed for writing is nobody else's. No
        // slice is longer than an isize.
        unsafe { to_contiguous(buf.as_mut_ptr(), self.as_raw(), buf.len() as isize, order.byte()) }
    }

    /// [`to_contiguous`](Self::to_contiguous) by up to so many threads: see
    /// [`to_contiguous_threads`].
    ///
    /// # Errors
    ///
    /// Those of [`to_contiguous`](Self::to_contiguous).
    pub fn to_contiguous_threads(
        &self,
        buf: &mut [u8],
        order: Order,
        threads: usize,
    ) -> Result<(), Error> {
        let (start, len) = (buf.as_mut_ptr(), buf.len() as isize);
        // SAFETY: as for `to_contiguous`.
        unsafe { to_contiguous_threads(start, self.as_raw(), len, order.byte(), threads) }
    }

    /// `PyBuffer_FromContiguous`: see [`from_contiguous`](crate::from_contiguous).
    ///
    /// # Errors
    ///
    /// [`Error::NotWritable`] if the view is read-only, [`Error::TooManyDimensions`].
    pub fn from_contiguous(&self, bytes: &[u8], order: Order) -> Result<(), Error> {
        self.from_contiguous_threads(bytes, order, 1)
    }

    /// [`from_contiguous`](Self::from_contiguous) by up to so many threads: see
    /// [`from_contiguous_threads`].
    ///
    /// # Errors
    ///
    /// Those of [`from_contiguous`](Self::from_contiguous).
    pub fn from_contiguous_threads(
        &self,
        bytes: &[u8],
        order: Order,
        threads: usize,
    ) -> Result<(), Error> {
        if self.readonly() {
            return Err(Error::NotWritable);
        }
        let (start, len) = (bytes.as_ptr(), bytes.len() as isize);
        // SAFETY: the view is granted and writable, and memory that is borrowed as a slice is not an
        // exporter's to be written. No slice is longer than an isize.
        unsafe { from_contiguous_threads(self.as_raw(), start, len, order.byte(), threads) }
    }
}
