//! An exporter that lends on what was lent to it.

mod axes;
mod equality;
mod packed;
mod unowned;

use alloc::ffi::CString;
use alloc::rc::Rc;
use alloc::vec;
use alloc::vec::Vec;
use core::cell::RefCell;
use core::ffi::{CStr, c_int};

use crate::buffer::MAX_NDIM;
use crate::error::Error;
use crate::exporter::{Exporter, Object};
use crate::flags::PyBUF_FULL_RO;
use crate::layout::block::BlockLayout;
use crate::layout::memory::{Memory, packed_len};
use crate::view::View;

/// Python's memoryview. Slices and casts of one hold the same view of the object underneath,
/// which is released with the last of them.
///
/// It is an object itself: the `obj` of its views is the memoryview, not what is underneath.
#[derive(Debug)]
pub struct MemoryView {
    state: Rc<State>,
    object: Object,
}

/// What consumers of the memoryview see of it.
#[derive(Debug)]
struct State {
    /// `None` when released.
    base: RefCell<Option<Rc<View>>>,
    memory: OwnedMemory,
}

/// A [`Memory`] that owns its format and arrays.
#[derive(Clone, Debug)]
pub(crate) struct OwnedMemory {
    pub(crate) start: *mut u8,
    /// Relative to `start`, which is moved instead of the offset.
    pub(crate) layout: BlockLayout,
}

impl MemoryView {
    /// `PyMemoryView_FromObject`: views all of the object's memory, as it is.
    ///
    /// # Errors
    ///
    /// Those of [`get_buffer`](crate::get_buffer).
    pub fn from_object(object: &Object) -> Result<Self, Error> {
        let view = object.view(PyBUF_FULL_RO)?;
        let memory = OwnedMemory::of(&view);
        Ok(Self::new(Rc::new(view), memory))
    }

    /// `memoryview.cast`: the same bytes as elements of another kind, packed in C's order.
    /// Without a shape, there is one dimension.
    ///
    /// More is allowed than in CPython: from any format to any other, from several dimensions to
    /// several. That `itemsize` is the size of `format` is for the caller to see to.
    ///
    /// # Errors
    ///
    /// [`Error::Released`], [`Error::CastNotContiguous`], [`Error::TooManyDimensions`],
    /// [`Error::CastShape`], [`Error::CastLength`].
    pub fn cast(
        &self,
        format: &CStr,
        itemsize: isize,
        shape: Option<Vec<isize>>,
    ) -> Result<Self, Error> {
        let base = self.state.base()?;
        let memory = self.memory();
        if !memory.is_c_contiguous() {
            return Err(Error::CastNotContiguous);
        }
        if itemsize <= 0 || shape.iter().flatten().any(|&extent| extent <= 0) {
            return Err(Error::CastShape);
        }
        let len = memory.len().ok_or(Error::CastLength)?;
        let shape = shape.unwrap_or_else(|| vec![len / itemsize]);
        if shape.len() > MAX_NDIM {
            return Err(Error::TooManyDimensions);
        }
        if packed_len(&shape, itemsize) != Some(len) {
            return Err(Error::CastLength);
        }
        let format = Some(format.into());
        let layout = BlockLayout {
            format,
            readonly: memory.readonly,
            ..BlockLayout::c_order(itemsize, &shape)
        };
        Ok(Self::new(base, OwnedMemory { start: memory.buf, layout }))
    }

    /// `memoryview.release`: lets go of the object underneath. Again, it does nothing.
    ///
    /// # Errors
    ///
    /// [`Error::ViewsOut`].
    pub fn release(&self) -> Result<(), Error> {
        if self.object.exports() > 0 {
            return Err(Error::ViewsOut);
        }
        // Out of the cell before it is dropped: what that sets off may come back here.
        let base = self.state.base.take();
        drop(base);
        Ok(())
    }

    /// Asks for a view of the memoryview, as of any other object.
    ///
    /// # Errors
    ///
    /// Those of [`get_buffer`](crate::get_buffer), [`Error::Released`] among them.
    pub fn view(&self, flags: c_int) -> Result<View, Error> {
        self.object.view(flags)
    }

    /// The memoryview as an object to lend from.
    pub fn object(&self) -> &Object {
        &self.object
    }

    /// What it is of, as long as it is not released.
    pub(crate) fn memory(&self) -> Memory<'_> {
        self.state.memory.get()
    }

    /// A memoryview of the same object, of memory that is part of this one's. That is changed while the
    /// object underneath is held.
    pub(crate) fn derive(
        &self,
        change: impl FnOnce(&mut OwnedMemory) -> Result<(), Error>,
    ) -> Result<Self, Error> {
        let base = self.state.base()?;
        let mut memory = self.state.memory.clone();
        change(&mut memory)?;
        Ok(Self::new(base, memory))
    }

    fn new(base: Rc<View>, memory: OwnedMemory) -> Self {
        let base = RefCell::new(Some(base));
        let state = Rc::new(State { base, memory });
        let object = Object::new(Rc::clone(&state));
        Self { state, object }
    }
}

impl State {
    fn base(&self) -> Result<Rc<View>, Error> {
        self.base.borrow().clone().ok_or(Error::Released)
    }
}

// SAFETY: `base` keeps what `start` points at, and is not let go of while views are out. The rest
// is the state's own and does not change.
unsafe impl Exporter for State {
    fn memory(&self) -> Result<Memory<'_>, Error> {
        self.base()?;
        Ok(self.memory.get())
    }

    fn is_immutable(&self) -> bool {
        self.base.borrow().as_ref().is_some_and(|base| base.readonly() && base.is_immutable())
    }
}

impl OwnedMemory {
    fn of(view: &View) -> Self {
        let layout = BlockLayout {
            offset: 0,
            readonly: view.readonly(),
            itemsize: view.itemsize(),
            format: view.format().map(CString::from),
            shape: view.shape().unwrap_or_default().to_vec(),
            strides: view.strides().unwrap_or_default().to_vec(),
            suboffsets: view.suboffsets().map(<[isize]>::to_vec),
        };
        Self { start: view.buf(), layout }
    }

    pub(crate) fn get(&self) -> Memory<'_> {
        self.layout.memory(self.start)
    }
}
