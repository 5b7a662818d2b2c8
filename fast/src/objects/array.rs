//! An exporter of a `Vec` of numbers.

use alloc::vec::Vec;
use core::fmt;
use core::ptr::NonNull;

use crate::buffer::MAX_NDIM;
use crate::error::Error;
use crate::exporter::{Exporter, Object};
use crate::format::item::Item;
use crate::layout::contiguous::c_strides;
use crate::layout::memory::{Memory, packed_len};

/// Numbers in C's order, which stay where the `Vec` had them.
///
/// ```
/// use pybuf_fast::flags::PyBUF_FULL;
/// use pybuf_fast::{Array, Object, Order};
///
/// let object = Object::new(Array::new(vec![1.0, 2.0, 3.0, 4.0], &[2, 2])?);
/// let view = object.view(PyBUF_FULL)?;
/// assert_eq!((view.format(), view.itemsize()), (Some(c"d"), 8));
/// view.set(&[0, 1], 7.5)?;
/// assert_eq!(view.elements::<f64>(Order::Fortran)?.collect::<Vec<_>>(), [1.0, 3.0, 7.5, 4.0]);
/// # Ok::<(), pybuf_fast::Error>(())
/// ```
///
/// It may be sent to and shared with other threads, as a [`Block`](crate::Block) may.
pub struct Array<T: Item> {
    // Kept for its memory only, which consumers may write: nothing but `start` leads there.
    _items: Vec<T>,
    start: NonNull<T>,
    shape: Vec<isize>,
    strides: Vec<isize>,
    readonly: bool,
}

// SAFETY: the pointer leads into the `Vec`, and both move together.
unsafe impl<T: Item> Send for Array<T> {}
// SAFETY: nothing here looks at the numbers. Who reads and writes them sees to the other threads.
unsafe impl<T: Item> Sync for Array<T> {}

impl<T: Item> Array<T> {
    /// Takes over numbers that are in C's order. Consumers may write to them.
    ///
    /// # Errors
    ///
    /// [`Error::TooManyDimensions`]; [`Error::InvalidLayout`] if an extent is negative;
    /// [`Error::LengthDiffers`] if the shape has not as many elements as there are.
    pub fn new(mut items: Vec<T>, shape: &[isize]) -> Result<Self, Error> {
        if shape.len() > MAX_NDIM {
            return Err(Error::TooManyDimensions);
        }
        if shape.iter().any(|&extent| extent < 0) {
            return Err(Error::InvalidLayout("an extent is negative"));
        }
        let itemsize = size_of::<T>() as isize;
        // The bytes of a `Vec` are not more than an `isize` holds.
        if packed_len(shape, itemsize) != Some(items.len() as isize * itemsize) {
            return Err(Error::LengthDiffers);
        }
        Ok(Self {
            start: NonNull::from(&mut items[..]).cast(),
            _items: items,
            shape: shape.to_vec(),
            strides: c_strides(shape, itemsize),
            readonly: false,
        })
    }

    /// The same, but nobody may write to them, so that consumers can have them as a slice.
    pub fn read_only(mut self) -> Self {
        self.readonly = true;
        self
    }
}

// SAFETY: the numbers are initialised, and stay where they are until the array is dropped; nothing here
// changes. Read-only ones are written by nobody: the `Vec` was the only way to them.
unsafe impl<T: Item> Exporter for Array<T> {
    #[inline]
    fn memory(&self) -> Result<Memory<'_>, Error> {
        Ok(Memory {
            buf: self.start.as_ptr().cast(),
            readonly: self.readonly,
            itemsize: size_of::<T>() as isize,
            format: Some(T::FORMAT),
            shape: &self.shape,
            strides: &self.strides,
            suboffsets: None,
        })
    }

    fn is_immutable(&self) -> bool {
        self.readonly
    }
}

/// Without the numbers, which others may be writing.
impl<T: Item> fmt::Debug for Array<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Array")
            .field("start", &self.start)
            .field("shape", &self.shape)
            .field("readonly", &self.readonly)
            .finish()
    }
}

impl Object {
    /// An object of numbers in C's order, which consumers may write to: see [`Array`].
    ///
    /// # Errors
    ///
    /// Those of [`Array::new`].
    pub fn from_vec<T: Item>(items: Vec<T>, shape: &[isize]) -> Result<Self, Error> {
        Ok(Self::new(Array::new(items, shape)?))
    }
}
