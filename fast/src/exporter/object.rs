//! The reference-counted objects that exporters are to Python.

use alloc::boxed::Box;
use alloc::rc::Rc;
use core::cell::Cell;
use core::ffi::{c_int, c_void};
use core::fmt;

use super::contract::Exporter;
use super::lender::Lender;
use crate::buffer::Py_buffer;
use crate::error::Error;

/// A counted reference to an exporter; a clone is one more to the same.
///
/// One pointer wide, so that [`Py_buffer::obj`](crate::Py_buffer::obj) can carry it.
#[derive(Clone)]
pub struct Object(Rc<Holder>);

struct Holder {
    exports: Cell<usize>,
    // Boxed because a pointer to a `dyn Lender` itself would be two pointers wide.
    exporter: Box<dyn Lender>,
}

impl Object {
    /// Makes an object of an exporter. To keep hold of the exporter too, pass an [`Rc`] of it.
    pub fn new(exporter: impl Exporter + 'static) -> Self {
        Self(Rc::new(Holder { exports: Cell::new(0), exporter: Box::new(exporter) }))
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

    /// Answers a request: fills all of `view`, if it is granted, with a new reference for it to own.
    ///
    /// # Safety
    ///
    /// `view` is valid to write, and the flags are a request. An error leaves `view` as it is.
    #[inline]
    pub(crate) unsafe fn answer(&self, view: *mut Py_buffer, flags: c_int) -> Result<(), Error> {
        let holder = &*self.0;
        // SAFETY: left to the caller.
        unsafe {
            holder.exporter.answer(&holder.exports, view, flags)?;
            (*view).obj = self.reference();
        }
        Ok(())
    }

    /// The reference as a pointer, which is what [`as_ptr`](Self::as_ptr) is.
    #[cfg(feature = "capi")]
    pub(crate) fn into_raw(self) -> *const c_void {
        Rc::into_raw(self.0).cast()
    }

    /// The reference that a pointer is.
    ///
    /// # Safety
    ///
    /// The pointer is from [`into_raw`](Self::into_raw) or what a view's `obj` is, and the reference that
    /// it was made of is still held. It is given up by this, unless the result is never dropped.
    #[cfg(feature = "capi")]
    pub(crate) unsafe fn from_raw(reference: *const c_void) -> Self {
        // SAFETY: the pointer is from `Rc::into_raw` or `Rc::as_ptr`, and a reference is held.
        Self(unsafe { Rc::from_raw(reference.cast()) })
    }

    /// A new reference for a view to own. Counts the view as out.
    pub(crate) fn lend(&self) -> *mut c_void {
        self.0.exporter.count_out(&self.0.exports);
        self.reference()
    }

    #[inline]
    fn reference(&self) -> *mut c_void {
        Rc::into_raw(Rc::clone(&self.0)).cast_mut().cast()
    }

    /// The exporter of a view that is out.
    ///
    /// # Safety
    ///
    /// `reference` is from [`answer`](Self::answer) or [`lend`](Self::lend) and is not taken back for as
    /// long as the exporter is used.
    pub(crate) unsafe fn exporter_of<'a>(reference: *mut c_void) -> &'a dyn Exporter {
        // SAFETY: the reference is one to a holder, and keeps it.
        let holder = unsafe { &*reference.cast_const().cast::<Holder>() };
        &*holder.exporter
    }

    /// Takes a view's reference back, counts the view as returned and tells the exporter.
    ///
    /// # Safety
    ///
    /// `reference` is from [`answer`](Self::answer) or [`lend`](Self::lend) and was not taken back before.
    #[inline]
    pub(crate) unsafe fn take_back(reference: *mut c_void) {
        // SAFETY: the pointer is from `Rc::into_raw` in `reference`, and this is its only way back.
        let holder = unsafe { Rc::from_raw(reference.cast_const().cast::<Holder>()) };
        holder.exporter.count_back(&holder.exports);
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
    use crate::flags::PyBUF_SIMPLE;
    use crate::objects::block::Block;

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
