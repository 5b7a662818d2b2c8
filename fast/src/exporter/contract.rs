//! What an exporter does, and what it promises.

use alloc::rc::Rc;

use crate::error::Error;
use crate::layout::memory::Memory;

/// What has memory to lend.
///
/// ```
/// use core::cell::UnsafeCell;
/// use pybuf_fast::flags::{PyBUF_FULL, PyBUF_FULL_RO};
/// use pybuf_fast::{Error, Exporter, Memory, MemoryView, Object, Order};
///
/// /// A picture in grey, whose rows are padded to whole words.
/// struct Picture {
///     // Consumers write to them while the picture is borrowed: nothing less than this allows it.
///     pixels: Box<[UnsafeCell<u8>]>,
///     shape: [isize; 2],
///     strides: [isize; 2],
/// }
///
/// impl Picture {
///     fn new(height: usize, width: usize) -> Self {
///         let pitch = width.next_multiple_of(4);
///         let pixels = (0..height * pitch).map(|_| UnsafeCell::new(0)).collect();
///         let shape = [height as isize, width as isize];
///         Self { pixels, shape, strides: [pitch as isize, 1] }
///     }
/// }
///
/// // SAFETY: the shape and the strides lead to pixels only, which are initialised, writable and the
/// // picture's for as long as it lives. Nothing here changes or moves them, in this or another thread.
/// unsafe impl Exporter for Picture {
///     fn memory(&self) -> Result<Memory<'_>, Error> {
///         Ok(Memory {
///             buf: UnsafeCell::raw_get(self.pixels.as_ptr()),
///             readonly: false,
///             itemsize: 1,
///             format: Some(c"B"),
///             shape: &self.shape,
///             strides: &self.strides,
///             suboffsets: None,
///         })
///     }
/// }
///
/// let picture = Object::new(Picture::new(2, 3));
/// picture.view(PyBUF_FULL)?.from_contiguous(&[1, 2, 3, 4, 5, 6], Order::C)?;
/// let upside_down = MemoryView::from_object(&picture)?.reverse(0)?.view(PyBUF_FULL_RO)?;
/// assert_eq!(upside_down.elements::<u8>(Order::C)?.collect::<Vec<_>>(), [4, 5, 6, 1, 2, 3]);
/// # Ok::<(), Error>(())
/// ```
///
/// # Safety
///
/// From a successful [`memory`](Self::memory) that a view is made of until that view is released:
///
/// - every element that the description reaches is initialised and valid to read, and to write too
///   unless `readonly` says otherwise; so is every pointer on the way to one, for reading. Elements
///   and pointers need not be aligned;
/// - the format, the arrays and the pointers stay where and as they are, and no writable element shares
///   bytes with them; the elements stay where they are;
/// - other threads do not write the elements, nor read them if they are not read-only;
/// - while one of this crate's functions or methods copies elements, nobody else writes them;
/// - the same is true of the bytes between one element and the next along a dimension, where these are less
///   than 256 bytes apart: copies read, but never write, whole vectors, gaps included.
///
/// And what [`is_immutable`](Self::is_immutable) says is true.
pub unsafe trait Exporter {
    /// Describes the memory. Called once for each request, also for one that is then refused.
    ///
    /// # Errors
    ///
    /// The exporter's own reason not to lend, which the consumer gets unchanged.
    fn memory(&self) -> Result<Memory<'_>, Error>;

    /// Whether the memory is read-only not just to its consumers: nobody at all writes it while a view
    /// is out. Only then can it be had as a slice ([`View::as_slice`](crate::View::as_slice)).
    fn is_immutable(&self) -> bool {
        false
    }

    /// Called once for each view that was granted, before anything else happens to the exporter.
    fn granted(&self) {}

    /// Called once for each view that is released. Who needs a count of those that are out
    /// finds it in [`Object::exports`](crate::Object::exports).
    fn released(&self) {}
}

// SAFETY: the pointee keeps the promises, and it stays where it is for as long as the `Rc` lives.
unsafe impl<E: Exporter + ?Sized> Exporter for Rc<E> {
    #[inline]
    fn memory(&self) -> Result<Memory<'_>, Error> {
        (**self).memory()
    }

    fn is_immutable(&self) -> bool {
        (**self).is_immutable()
    }

    fn granted(&self) {
        (**self).granted();
    }

    fn released(&self) {
        (**self).released();
    }
}
