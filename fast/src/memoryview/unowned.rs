//! Memoryviews of memory that no object owns.

use alloc::vec;
use core::ffi::CStr;

use crate::buffer::{MAX_NDIM, Py_buffer};
use crate::error::Error;
use crate::exporter::{Exporter, Object};
use crate::layout::block::BlockLayout;
use crate::layout::contiguous::{c_strides, entries};
use crate::layout::memory::Memory;
use crate::memoryview::{MemoryView, OwnedMemory};

/// An exporter of memory that is somebody else's.
struct Unowned(OwnedMemory);

// SAFETY: who made it vouches for the memory; the rest is its own and does not change.
unsafe impl Exporter for Unowned {
    fn memory(&self) -> Result<Memory<'_>, Error> {
        Ok(self.0.get())
    }
}

impl MemoryView {
    /// `PyMemoryView_FromMemory`: views `size` bytes.
    ///
    /// # Errors
    ///
    /// [`Error::NullMemory`]; [`Error::InvalidLayout`] if `size` is negative.
    ///
    /// # Safety
    ///
    /// The bytes are initialised and valid to read, and to write too unless `readonly`, until the
    /// memoryview, all that is made of it and all views of it are gone. Other threads and, while one of this
    /// crate's functions or methods copies any of them, all others keep off as an [`Exporter`] promises it.
    pub unsafe fn from_memory(mem: *mut u8, size: isize, readonly: bool) -> Result<Self, Error> {
        if mem.is_null() {
            return Err(Error::NullMemory);
        }
        let format = Some(c"B".into());
        let layout = BlockLayout { format, readonly, ..BlockLayout::c_order(1, &[size]) };
        Self::from_object(&Object::new(Unowned(OwnedMemory { start: mem, layout })))
    }

    /// `PyMemoryView_FromBuffer`: views what a struct describes. Format and arrays are copied; `obj` is
    /// not looked at, so that who filled the struct still has to release it.
    ///
    /// Without strides the elements are packed in C's order, and without a shape they are a row.
    ///
    /// # Errors
    ///
    /// [`Error::NullMemory`]; [`Error::TooManyDimensions`]; [`Error::InvalidLayout`] if there are
    /// several dimensions and no shape, or no bytes in an item and no shape, or what
    /// [`fill`](crate::fill) finds.
    ///
    /// # Safety
    ///
    /// `info.format` is NULL or a C string, and the arrays are NULL or have `ndim` entries. The elements
    /// are valid as for [`from_memory`](Self::from_memory), and so are, to read, the pointers on the way to
    /// them and the bytes between two that are less than 256 bytes apart along a dimension, which copies read,
    /// too. None of them need be aligned. All else that an [`Exporter`] promises of its memory is true.
    pub unsafe fn from_buffer(info: &Py_buffer) -> Result<Self, Error> {
        if info.buf.is_null() {
            return Err(Error::NullMemory);
        }
        if usize::try_from(info.ndim).is_ok_and(|ndim| ndim > MAX_NDIM) {
            return Err(Error::TooManyDimensions);
        }
        // SAFETY: left to the caller.
        let [shape, strides, suboffsets] = unsafe {
            [info.shape, info.strides, info.suboffsets].map(|array| entries(info, array))
        };
        let shape = match shape {
            Some(shape) => shape.to_vec(),
            None if info.ndim == 1 && info.itemsize > 0 => vec![info.len / info.itemsize],
            None => return Err(Error::InvalidLayout("there is no shape to tell by")),
        };
        let layout = BlockLayout {
            offset: 0,
            readonly: info.readonly != 0,
            itemsize: info.itemsize,
            // SAFETY: not NULL, so a C string, says the caller.
            format: (!info.format.is_null()).then(|| unsafe { CStr::from_ptr(info.format) }.into()),
            strides: strides.map_or_else(|| c_strides(&shape, info.itemsize), <[isize]>::to_vec),
            shape,
            suboffsets: suboffsets.map(<[isize]>::to_vec),
        };
        let start = info.buf.cast();
        Self::from_object(&Object::new(Unowned(OwnedMemory { start, layout })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flags::*;

    #[test]
    fn memory_is_read_only_or_not() -> Result<(), Error> {
        let mut bytes = [7, 8, 9];
        let start = bytes.as_mut_ptr();
        for readonly in [false, true] {
            // SAFETY: the bytes are there until the end.
            let memoryview = unsafe { MemoryView::from_memory(start, 3, readonly)? };
            let view = memoryview.view(PyBUF_FULL_RO)?;
            assert_eq!((view.buf(), view.len(), view.readonly()), (start, 3, readonly));
            assert_eq!(memoryview.view(PyBUF_WRITABLE).is_err(), readonly);
        }
        // SAFETY: nothing is looked at.
        let refused = |mem, size| unsafe { MemoryView::from_memory(mem, size, true).err() };
        assert_eq!(refused(core::ptr::null_mut(), 0), Some(Error::NullMemory));
        assert!(matches!(refused(start, -1), Some(Error::InvalidLayout(_))));
        Ok(())
    }

    #[test]
    fn what_a_struct_leaves_out_is_made_up() -> Result<(), Error> {
        let mut bytes = [0; 24];
        let mut shape = [2, 3];
        let info = Py_buffer {
            buf: bytes.as_mut_ptr().cast(),
            len: 24,
            itemsize: 4,
            ndim: 2,
            shape: shape.as_mut_ptr(),
            readonly: -1,
            ..Py_buffer::EMPTY
        };
        // SAFETY: the bytes are there until the end, and the arrays have `ndim` entries.
        let of = |info: Py_buffer| unsafe { MemoryView::from_buffer(&info) };
        let view = of(info)?.view(PyBUF_FULL_RO)?;
        assert_eq!((view.shape(), view.strides()), (Some(&[2, 3][..]), Some(&[12, 4][..])));
        assert_eq!((view.format(), view.readonly()), (Some(c"B"), true));

        let row = Py_buffer { ndim: 1, shape: core::ptr::null_mut(), ..info };
        assert_eq!(of(row)?.view(PyBUF_ND)?.shape(), Some(&[6][..]));
        let scalar = Py_buffer { ndim: 0, len: 4, ..row };
        assert_eq!(of(scalar)?.view(PyBUF_ND)?.len(), 4);
        Ok(())
    }

    #[test]
    fn structs_that_cannot_be_are_refused() {
        // SAFETY: nothing is looked at.
        let refusal = |info: Py_buffer| unsafe { MemoryView::from_buffer(&info).err() };
        let mut byte = 0u8;
        let info =
            Py_buffer { buf: (&raw mut byte).cast(), len: 1, itemsize: 1, ..Py_buffer::EMPTY };
        assert_eq!(refusal(Py_buffer::EMPTY), Some(Error::NullMemory));
        assert_eq!(refusal(Py_buffer { ndim: 65, ..info }), Some(Error::TooManyDimensions));
        let invalid = |info| matches!(refusal(info), Some(Error::InvalidLayout(_)));
        assert!(invalid(Py_buffer { ndim: 2, ..info }));
        assert!(invalid(Py_buffer { ndim: 1, itemsize: 0, ..info }));
        assert!(invalid(Py_buffer { ndim: 1, len: -1, ..info }));
        assert_eq!(refusal(info), None);
    }
}
