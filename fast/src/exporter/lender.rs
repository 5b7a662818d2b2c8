//! What an object does with its exporter.

use core::cell::Cell;
use core::ffi::c_int;

use super::answer::fill_there;
use super::contract::Exporter;
use crate::buffer::Py_buffer;
use crate::error::Error;

/// An exporter as its object sees it: one call through a table of methods for each request, and one
/// for each release, with the exporter's own methods compiled into them.
pub(crate) trait Lender: Exporter {
    /// Fills every field of `view` but `obj`, counts the view as out and tells the exporter.
    ///
    /// # Safety
    ///
    /// `view` is valid to write.
    unsafe fn answer(
        &self,
        exports: &Cell<usize>,
        view: *mut Py_buffer,
        flags: c_int,
    ) -> Result<(), Error>;

    /// Counts a view as out and tells the exporter.
    fn count_out(&self, exports: &Cell<usize>);

    /// Counts a view as returned and tells the exporter.
    fn count_back(&self, exports: &Cell<usize>);
}

impl<E: Exporter> Lender for E {
    unsafe fn answer(
        &self,
        exports: &Cell<usize>,
        view: *mut Py_buffer,
        flags: c_int,
    ) -> Result<(), Error> {
        // Looked at where it is: a copy of so many words costs more than all that is done with them.
        let memory = &self.memory();
        let memory = memory.as_ref().map_err(|&error| error)?;
        // SAFETY: the caller vouches for the view, and the exporter for what its consumer sees of it.
        unsafe { fill_there(memory, flags, view)? };
        self.count_out(exports);
        Ok(())
    }

    #[inline]
    fn count_out(&self, exports: &Cell<usize>) {
        // No overflow: each export holds a reference, and `Rc` does not let that count overflow.
        exports.set(exports.get() + 1);
        self.granted();
    }

    fn count_back(&self, exports: &Cell<usize>) {
        exports.set(exports.get() - 1);
        self.released();
    }
}
