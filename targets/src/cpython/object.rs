//! References that are counted, and turning Rust's values into Python's.

use std::cell::Cell;
use std::ptr::NonNull;

use super::api::Api;
use super::layout::PyObject;

/// A reference of ours to an object, given back when dropped.
pub struct Object {
    api: &'static Api,
    pointer: NonNull<PyObject>,
    /// Whether the reference is still ours: without it, this is good for telling objects apart only.
    owned: Cell<bool>,
}

impl Object {
    /// Takes over a new reference. `None` if it is NULL: then an exception is set.
    ///
    /// # Safety
    ///
    /// It is NULL or a reference that nobody else gives back.
    pub unsafe fn own(api: &'static Api, pointer: *mut PyObject) -> Option<Self> {
        let pointer = NonNull::new(pointer)?;
        Some(Self { api, pointer, owned: Cell::new(true) })
    }

    /// Another reference to it.
    pub fn share(&self) -> Self {
        // SAFETY: it lives.
        unsafe { (self.api.Py_IncRef)(self.as_ptr()) };
        Self { owned: Cell::new(true), ..*self }
    }

    /// Which object it is, without a reference to it.
    pub fn name(&self) -> Self {
        Self { owned: Cell::new(false), ..*self }
    }

    /// Gives the reference back now. What is left is good for telling objects apart only.
    pub fn give_up(&self) {
        if self.owned.replace(false) {
            // SAFETY: the reference was ours.
            unsafe { (self.api.Py_DecRef)(self.as_ptr()) };
        }
    }

    /// Whether the reference is still ours, so that the object is there for certain.
    pub fn is_ours(&self) -> bool {
        self.owned.get()
    }

    pub fn as_ptr(&self) -> *mut PyObject {
        self.pointer.as_ptr()
    }

    /// The number of references to it; `None` if they are not counted because it lives for ever, or if
    /// it may be gone.
    pub fn references(&self) -> Option<i64> {
        if !self.owned.get() {
            return None;
        }
        // SAFETY: it lives.
        let word = unsafe { (*self.as_ptr()).ob_refcnt };
        // From 3.12 on the upper half of the word is for other things (3.14 has flags there), and
        // immortal objects are those with a number that no counting reaches.
        let count = (word as u64 & 0xFFFF_FFFF) as i64;
        (count < 1 << 29).then_some(count)
    }

    /// Gives up the reference without giving it back: somebody else does.
    fn into_ptr(self) -> *mut PyObject {
        let pointer = self.as_ptr();
        std::mem::forget(self);
        pointer
    }
}

impl Drop for Object {
    fn drop(&mut self) {
        self.give_up();
    }
}

impl Api {
    pub fn int(&'static self, value: i64) -> Option<Object> {
        // SAFETY: makes a new reference.
        unsafe { Object::own(self, (self.PyLong_FromLongLong)(value)) }
    }

    /// What `str` is there: bytes in Python 2.
    pub fn str(&'static self, text: &str) -> Option<Object> {
        // SAFETY: a slice, which is copied into a new object; no slice is longer than an isize.
        unsafe {
            let made =
                (self.PyUnicode_FromStringAndSize)(text.as_ptr().cast(), text.len() as isize);
            Object::own(self, made)
        }
    }

    /// A tuple of what `items` are, unless one of them could not be made.
    pub fn tuple(&'static self, items: Vec<Option<Object>>) -> Option<Object> {
        let items: Vec<_> = items.into_iter().collect::<Option<_>>()?;
        // SAFETY: makes a new reference.
        let tuple = unsafe { Object::own(self, (self.PyTuple_New)(items.len() as isize)) }?;
        for (index, item) in (0..).zip(items) {
            // SAFETY: a new tuple, long enough, that nobody else knows; it takes the reference.
            unsafe { (self.PyTuple_SetItem)(tuple.as_ptr(), index, item.into_ptr()) };
        }
        Some(tuple)
    }

    pub fn ints(&'static self, values: &[i64]) -> Option<Object> {
        self.tuple(values.iter().map(|&value| self.int(value)).collect())
    }
}
