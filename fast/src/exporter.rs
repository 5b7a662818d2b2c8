//! Exporters, and the reference-counted objects that they are to Python.

use alloc::boxed::Box;
use alloc::rc::Rc;
use core::cell::Cell;
use core::ffi::c_void;
use core::fmt;

use crate::error::Error;
use crate::memory::Memory;

/// What has memory to lend.
///
/// # Safety
///
/// From a successful [`memory`](Self::memory) that a view is made of until that view is released:
///
/// - every element that the description reaches is initialised and valid to read, and to write too
///   unless `readonly` says otherwise; so is every pointer on the way to one, for reading. Elements
///   and pointers need not be aligned;
/// - that memory, the format and the arrays neither move nor change their extent;
/// - while one of this crate's functions or methods copies elements, nobody else writes them.
pub unsafe trait Exporter {
    /// Describes the memory. Called once for each request, also for one that is then refused.
    ///
    /// # Errors
    ///
    /// The exporter's own reason not to lend, which the consumer gets unchanged.
    fn memory(&self) -> Result<Memory<'_>, Error>;

    /// Called once for each view that was granted, before anything else happens to the exporter.
    fn granted(&self) {}

    /// Called once for each view that is released. Who needs a count of those that are out
    /// finds it in [`Object::exports`].
    fn release(&self) {}
}

// SAFETY: the pointee keeps the promises, and it stays where it is for as long as the `Rc` lives.
unsafe impl<E: Exporter + ?Sized> Exporter for Rc<E> {
    fn memory(&self) -> Result<Memory<'_>, Error> {
        (**self).memory()
    }

    fn granted(&self) {
        (**self).granted();
    }

    fn release(&self) {
        (**self).release();
    }
}

/// A counted reference to an exporter; a clone is one more to the same.
///
/// One pointer wide, so that [`Py_buffer::obj`](crate::Py_buffer::obj) can carry it.
#[derive(Clone)]
pub struct Object(Rc<Holder>);

struct Holder {
    exports: Cell<usize>,
    // Boxed because a pointer to a `dyn Exporter` itself would be two pointers wide.
    exporter: Box<dyn Exporter>,
}

impl Object {
    /// Makes an object of an exporter. To keep hold of the exporter too, pass an [`Rc`] of it.
    pub fn new(exporter: impl Exporter + 'static) -> Self {
        Self(Rc::new(Holder { exports: Cell::new(0), exporter: Box::new(exporter) }))
    }

    /// The exporter.
    pub(crate) fn exporter(&self) -> &dyn Exporter {
        &*self.0.exporter
    }

    /// How many references there are, those that views hold included.
    pub fn reference_count(&self) -> usize {
        Rc::strong_count(&self.0)
    }

    /// How many views are out.
    pub fn exports(&self) -> usize {
        self.0.exports.get()
    }

    /// What a view's `obj` is equal to if it refers to this object. Never NULL.
    pub fn as_ptr(&self) -> *const c_void {
        Rc::as_ptr(&self.0).cast()
    }

    /// A new reference for a view to own. Counts the view as out.
    pub(crate) fn lend(&self) -> *mut c_void {
        let reference = Rc::into_raw(Rc::clone(&self.0));
        // No overflow: each export holds a reference, and `Rc` does not let that count overflow.
        self.0.exports.set(self.0.exports.get() + 1);
        self.0.exporter.granted();
        reference.cast_mut().cast()
    }

    /// Takes a view's reference back, counts the view as returned and tells the exporter.
    ///
    /// # Safety
    ///
    /// `reference` is from [`lend`](Self::lend) and was not taken back before.
    pub(crate) unsafe fn take_back(reference: *mut c_void) {
        // SAFETY: the pointer is from `Rc::into_raw` in `lend`, and this is its only way back.
        let holder = unsafe { Rc::from_raw(reference.cast_const().cast::<Holder>()) };
        holder.exports.set(holder.exports.get() - 1);
        holder.exporter.release();
    }
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Object")
            .field("address", &self.as_ptr())
            .field("references", &self.reference_count())
            .field("exports", &self.exports())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::Block;
    use crate::flags::PyBUF_SIMPLE;

    #[test]
    fn a_view_holds_one_reference_and_is_one_export() -> Result<(), Error> {
        let object = Object::new(Block::bytes(3, false)?);
        assert_eq!((object.reference_count(), object.exports()), (1, 0));
        let view = object.view(PyBUF_SIMPLE)?;
        assert_eq!((object.reference_count(), object.exports()), (2, 1));
        assert_eq!(view.as_raw().obj.cast_const(), object.as_ptr());
        drop(view);
        assert_eq!((object.reference_count(), object.exports()), (1, 0));
        Ok(())
    }

    #[test]
    fn a_clone_is_the_same_object() -> Result<(), Error> {
        let block = Rc::new(Block::bytes(3, false)?);
        let object = Object::new(Rc::clone(&block));
        let clone = object.clone();
        assert_eq!(object.as_ptr(), clone.as_ptr());
        assert_eq!(object.reference_count(), 2);
        assert_ne!(object.as_ptr(), Object::new(block).as_ptr());
        Ok(())
    }

    #[test]
    fn what_is_out_is_seen_when_it_is_printed() -> Result<(), Error> {
        let object = Object::new(Block::bytes(3, false)?);
        let _view = object.view(PyBUF_SIMPLE)?;
        let text = alloc::format!("{object:?}");
        assert!(text.contains("references: 2") && text.contains("exports: 1"), "{text}");
        Ok(())
    }

    #[test]
    fn a_view_outlives_the_handles() -> Result<(), Error> {
        let object = Object::new(Block::bytes(3, false)?);
        let view = object.view(PyBUF_SIMPLE)?;
        drop(object);
        // SAFETY: the view keeps the block's three bytes.
        assert_eq!(unsafe { view.buf().add(2).read() }, 2);
        Ok(())
    }
}
