//! Memoryviews of memory that must be contiguous: a copy of it, if need be.

use alloc::vec::Vec;

use crate::block::{Block, BlockLayout};
use crate::contiguous::c_strides;
use crate::copy::to_contiguous;
use crate::error::Error;
use crate::exporter::Object;
use crate::flags::PyBUF_FULL_RO;
use crate::memory::Memory;
use crate::memoryview::MemoryView;
use crate::view::View;

impl MemoryView {
    /// `PyMemoryView_GetContiguous`: views the object's memory if that is contiguous in the order
    /// `b'C'`, `b'F'` (Fortran) or `b'A'`, either of them; otherwise a read-only copy, for `b'A'` in C's
    /// order. As in CPython, memory is never contiguous in any other order, and copied in Fortran's.
    ///
    /// # Errors
    ///
    /// Those of [`from_object`](Self::from_object); [`Error::NotWritable`] and
    /// [`Error::NotContiguous`] if the memory must be `writable` and is read-only or would have to be
    /// copied; [`Error::NoMemory`].
    pub fn contiguous(object: &Object, writable: bool, order: u8) -> Result<Self, Error> {
        let original = Self::from_object(object)?;
        let memory = original.memory();
        if writable && memory.readonly {
            return Err(Error::NotWritable);
        }
        let contiguous = match order {
            b'C' => memory.is_c_contiguous(),
            b'F' => memory.is_f_contiguous(),
            b'A' => memory.is_c_contiguous() || memory.is_f_contiguous(),
            _ => false,
        };
        if contiguous {
            return Ok(original);
        }
        if writable {
            return Err(Error::NotContiguous);
        }
        let copy = copy(&original.view(PyBUF_FULL_RO)?, &memory, matches!(order, b'C' | b'A'))?;
        Self::from_object(&Object::new(copy))
    }
}

/// A read-only block of the elements of a view, packed in C's order or in Fortran's. `memory` is what
/// the view shows.
fn copy(view: &View, memory: &Memory<'_>, c_order: bool) -> Result<Block, Error> {
    let (shape, itemsize) = (memory.shape.to_vec(), memory.itemsize);
    let (order, strides) = match c_order {
        true => (b'C', c_strides(&shape, itemsize)),
        false => (b'F', reversed(c_strides(&reversed(shape.clone()), itemsize))),
    };
    let format = memory.format.map(Into::into);
    let layout = BlockLayout { format, readonly: true, ..BlockLayout::c_order(itemsize, &shape) };
    let block = Block::new(view.len().unsigned_abs(), BlockLayout { strides, ..layout })?;
    // SAFETY: the view is granted, and the block has that many bytes, which nobody else knows.
    unsafe { to_contiguous(block.start(), view.as_raw(), view.len(), order)? };
    Ok(block)
}

fn reversed(mut entries: Vec<isize>) -> Vec<isize> {
    entries.reverse();
    entries
}
