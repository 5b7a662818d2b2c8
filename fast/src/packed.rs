//! Memoryviews of memory that must be contiguous: a copy of it, if need be.

use alloc::vec;
use alloc::vec::Vec;
use core::ptr;

use crate::block::{Block, BlockLayout};
use crate::contiguous::c_strides;
use crate::error::Error;
use crate::exporter::Object;
use crate::memory::Memory;
use crate::memoryview::MemoryView;

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
        // SAFETY: the memoryview holds a view of the memory.
        let copy = unsafe { copy(&memory, matches!(order, b'C' | b'A'))? };
        Self::from_object(&Object::new(copy))
    }
}

/// A read-only block of the same elements, packed in C's order or in Fortran's.
///
/// # Safety
///
/// The elements are valid to read, and so are the pointers on the way to them.
unsafe fn copy(memory: &Memory<'_>, c_order: bool) -> Result<Block, Error> {
    const LENGTH: Error = Error::InvalidLayout("the length is negative or too large");
    let (shape, itemsize) = (memory.shape.to_vec(), memory.itemsize);
    let strides = match c_order {
        true => c_strides(&shape, itemsize),
        false => reversed(c_strides(&reversed(shape.clone()), itemsize)),
    };
    let size = memory.len().and_then(|len| usize::try_from(len).ok()).ok_or(LENGTH)?;
    let item = usize::try_from(itemsize).map_err(|_| LENGTH)?;
    let format = memory.format.map(Into::into);
    let layout = BlockLayout { format, readonly: true, ..BlockLayout::c_order(itemsize, &shape) };
    let block = Block::new(size, BlockLayout { strides, ..layout })?;
    let mut indices = vec![0; shape.len()];
    for to in (0..size).step_by(item.max(1)) {
        // SAFETY: the indices are inside of the shape, and the block has room for all elements.
        unsafe { ptr::copy_nonoverlapping(element(memory, &indices), block.start().add(to), item) };
        match c_order {
            true => advance(indices.iter_mut().zip(&shape).rev()),
            false => advance(indices.iter_mut().zip(&shape)),
        }
    }
    Ok(block)
}

fn reversed(mut entries: Vec<isize>) -> Vec<isize> {
    entries.reverse();
    entries
}

/// Goes on to the next indices, the first that is given varying the fastest.
fn advance<'a>(fastest_first: impl Iterator<Item = (&'a mut isize, &'a isize)>) {
    for (index, extent) in fastest_first {
        *index += 1;
        if *index < *extent {
            return;
        }
        *index = 0;
    }
}

/// Where an element is.
///
/// # Safety
///
/// The indices are inside of the shape, and the pointers on the way are valid to read.
unsafe fn element(memory: &Memory<'_>, indices: &[isize]) -> *const u8 {
    let mut address = memory.buf.cast_const();
    for (dimension, (index, stride)) in indices.iter().zip(memory.strides).enumerate() {
        // SAFETY: on the way to an element every address is the exporter's.
        address = unsafe { address.offset(index * stride) };
        let suboffset = memory.suboffsets.map_or(-1, |suboffsets| suboffsets[dimension]);
        if suboffset >= 0 {
            // SAFETY: here is a pointer, says the suboffset.
            address = unsafe { address.cast::<*const u8>().read().offset(suboffset) };
        }
    }
    address
}
