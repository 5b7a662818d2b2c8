//! Memoryviews of part of the elements, or of all of them in another order of dimensions: slices, indices,
//! reversals, permutations. Nothing is copied.

use alloc::vec::Vec;

use crate::error::Error;
use crate::layout::slice::{Slice, resolve_index};
use crate::memoryview::{MemoryView, OwnedMemory};

impl MemoryView {
    /// `memoryview[start:stop:step]`: some of the elements along the first dimension.
    ///
    /// # Errors
    ///
    /// [`Error::Released`], [`Error::NoDimension`], [`Error::ZeroStep`].
    pub fn slice(
        &self,
        start: Option<isize>,
        stop: Option<isize>,
        step: Option<isize>,
    ) -> Result<Self, Error> {
        self.slice_along(0, start, stop, step)
    }

    /// Some of the elements along any dimension, with a slice's bounds as in Python.
    ///
    /// ```
    /// use pybuf_fast::flags::PyBUF_FULL_RO;
    /// use pybuf_fast::{MemoryView, Object, Order};
    ///
    /// let table = Object::from_vec((0u8..12).collect(), &[3, 4])?;
    /// let table = MemoryView::from_object(&table)?;
    /// let even_columns = table.slice_along(1, None, None, Some(2))?;
    /// let view = even_columns.view(PyBUF_FULL_RO)?;
    /// assert_eq!(view.elements::<u8>(Order::C)?.collect::<Vec<_>>(), [0, 2, 4, 6, 8, 10]);
    /// # Ok::<(), pybuf_fast::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Released`], [`Error::NoDimension`], [`Error::ZeroStep`], [`Error::BehindPointers`].
    pub fn slice_along(
        &self,
        axis: usize,
        start: Option<isize>,
        stop: Option<isize>,
        step: Option<isize>,
    ) -> Result<Self, Error> {
        self.derive(|memory| {
            let (extent, stride) = memory.dimension(axis)?;
            let slice = Slice::resolve(start, stop, step, extent)?;
            // Told first: where nothing is left, no pointer is in the way.
            memory.layout.shape[axis] = slice.count;
            memory.move_along(axis, slice.start)?;
            // What wraps is never walked: those that the slice keeps are in memory.
            memory.layout.strides[axis] = stride.wrapping_mul(slice.step);
            Ok(())
        })
    }

    /// All elements, the last along a dimension first.
    ///
    /// # Errors
    ///
    /// [`Error::Released`], [`Error::NoDimension`], [`Error::BehindPointers`].
    pub fn reverse(&self, axis: usize) -> Result<Self, Error> {
        self.slice_along(axis, None, None, Some(-1))
    }

    /// The elements with one index along a dimension, which is then gone. A negative index counts from the
    /// end. If the first dimension has pointers, that with this index is followed now.
    ///
    /// ```
    /// use pybuf_fast::flags::PyBUF_FULL_RO;
    /// use pybuf_fast::{MemoryView, Object, Order};
    ///
    /// let table = Object::from_vec((0u8..12).collect(), &[3, 4])?;
    /// let last_column = MemoryView::from_object(&table)?.index(1, -1)?;
    /// let view = last_column.view(PyBUF_FULL_RO)?;
    /// assert_eq!(view.elements::<u8>(Order::C)?.collect::<Vec<_>>(), [3, 7, 11]);
    /// # Ok::<(), pybuf_fast::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Released`], [`Error::NoDimension`], [`Error::IndexOutOfRange`],
    /// [`Error::BehindPointers`].
    pub fn index(&self, axis: usize, index: isize) -> Result<Self, Error> {
        self.derive(|memory| {
            let (extent, _) = memory.dimension(axis)?;
            memory.move_along(axis, resolve_index(index, extent)?)?;
            memory.drop_dimension(axis)
        })
    }

    /// The dimensions in reverse order.
    ///
    /// # Errors
    ///
    /// [`Error::Released`], [`Error::BehindPointers`].
    pub fn transpose(&self) -> Result<Self, Error> {
        let ndim = self.memory().ndim();
        self.permute(&(0..ndim).rev().collect::<Vec<_>>())
    }

    /// The dimensions in another order: the first is what was that of the number `axes[0]`, and so on.
    ///
    /// # Errors
    ///
    /// [`Error::Released`], [`Error::NotPermutation`], [`Error::BehindPointers`].
    pub fn permute(&self, axes: &[usize]) -> Result<Self, Error> {
        self.derive(|memory| {
            let ndim = memory.layout.shape.len();
            let is_there = |axis| axes.contains(&axis);
            if axes.len() != ndim || !(0..ndim).all(is_there) {
                return Err(Error::NotPermutation);
            }
            let suboffsets = memory.layout.suboffsets.as_deref().unwrap_or_default();
            // How many pointers are followed on the way to a dimension.
            let pointers = |axis| suboffsets.iter().take(axis).filter(|&&it| it >= 0).count();
            if axes.iter().enumerate().any(|(to, &from)| pointers(to) != pointers(from)) {
                return Err(Error::BehindPointers);
            }
            // Pointers are followed behind the same number of dimensions, whichever these are.
            let permuted = |entries: &[isize]| axes.iter().map(|&axis| entries[axis]).collect();
            memory.layout.shape = permuted(&memory.layout.shape);
            memory.layout.strides = permuted(&memory.layout.strides);
            Ok(())
        })
    }

    /// `memoryview.toreadonly`: the same elements, not to be written through this one.
    ///
    /// # Errors
    ///
    /// [`Error::Released`].
    pub fn to_readonly(&self) -> Result<Self, Error> {
        self.derive(|memory| {
            memory.layout.readonly = true;
            Ok(())
        })
    }
}

impl OwnedMemory {
    /// Extent and stride along a dimension.
    fn dimension(&self, axis: usize) -> Result<(isize, isize), Error> {
        let extent = self.layout.shape.get(axis).copied();
        extent.zip(self.layout.strides.get(axis).copied()).ok_or(Error::NoDimension)
    }

    /// Lets the index 0 along a dimension lead to where this one leads.
    fn move_along(&mut self, axis: usize, index: isize) -> Result<(), Error> {
        let stride = self.layout.strides[axis];
        let suboffsets = self.layout.suboffsets.as_deref_mut().unwrap_or_default();
        let pointer = suboffsets.iter_mut().take(axis).rfind(|suboffset| **suboffset >= 0);
        let Some(suboffset) = pointer else {
            // What wraps is the address of no element.
            self.start = self.start.wrapping_offset(index.wrapping_mul(stride));
            return Ok(());
        };
        if self.layout.shape.contains(&0) {
            return Ok(()); // No pointer is ever followed.
        }
        let moved = index.checked_mul(stride).and_then(|bytes| suboffset.checked_add(bytes));
        *suboffset = moved.filter(|&moved| moved >= 0).ok_or(Error::BehindPointers)?;
        Ok(())
    }

    /// Takes a dimension away, of which only the index 0 counts.
    fn drop_dimension(&mut self, axis: usize) -> Result<(), Error> {
        let empty = self.layout.shape.contains(&0);
        self.layout.shape.remove(axis);
        self.layout.strides.remove(axis);
        let Some(suboffsets) = &mut self.layout.suboffsets else { return Ok(()) };
        let suboffset = suboffsets.remove(axis);
        if suboffset < 0 || empty {
            return Ok(());
        }
        match axis.checked_sub(1) {
            None => {
                // SAFETY: it is on the way to an element, and the view underneath is there: this memory is
                // only changed while it is.
                let row = unsafe { self.start.cast::<*mut u8>().read_unaligned() };
                self.start = row.wrapping_offset(suboffset);
            }
            Some(before) if suboffsets[before] < 0 => suboffsets[before] = suboffset,
            // Two pointers in a row: nothing describes that.
            Some(_) => return Err(Error::BehindPointers),
        }
        Ok(())
    }
}
