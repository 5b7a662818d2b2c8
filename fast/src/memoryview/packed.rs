//! Memoryviews of memory that must be contiguous: a copy of it, if need be.

use alloc::vec;

use crate::copy::to_contiguous;
use crate::error::Error;
use crate::exporter::Object;
use crate::flags::PyBUF_FULL_RO;
use crate::layout::block::BlockLayout;
use crate::layout::contiguous::fill_contiguous_strides;
use crate::layout::memory::Memory;
use crate::memoryview::MemoryView;
use crate::objects::block::Block;
use crate::order::Order;
use crate::view::View;

impl MemoryView {
    /// `PyMemoryView_GetContiguous`: views the object's memory if that is contiguous in the order;
    /// otherwise a read-only copy, for [`Order::Any`] in C's order.
    ///
    /// # Errors
    ///
    /// Those of [`from_object`](Self::from_object); [`Error::NotWritable`] and
    /// [`Error::NotContiguous`] if the memory must be `writable` and is read-only or would have to be
    /// copied; [`Error::NoMemory`].
    pub fn contiguous(object: &Object, writable: bool, order: Order) -> Result<Self, Error> {
        let original = Self::from_object(object)?;
        let memory = original.memory();
        if writable && memory.readonly {
            return Err(Error::NotWritable);
        }
        let contiguous = match order {
            Order::C => memory.is_c_contiguous(),
            Order::Fortran => memory.is_f_contiguous(),
            Order::Any => memory.is_c_contiguous() || memory.is_f_contiguous(),
        };
        if contiguous {
            return Ok(original);
        }
        if writable {
            return Err(Error::NotContiguous);
        }
        let copy = copy(&original.view(PyBUF_FULL_RO)?, &memory, order)?;
        Self::from_object(&Object::new(copy))
    }
}

/// A read-only block of the elements of a view, which are not contiguous in the order, packed in it. `memory` is
/// what the view shows.
fn copy(view: &View, memory: &Memory<'_>, order: Order) -> Result<Block, Error> {
    let (shape, itemsize) = (memory.shape.to_vec(), memory.itemsize);
    let mut strides = vec![0; shape.len()];
    fill_contiguous_strides(&shape, &mut strides, itemsize, order.byte());
    let format = memory.format.map(Into::into);
    let layout = BlockLayout { format, readonly: true, ..BlockLayout::c_order(itemsize, &shape) };
    let block = Block::new(view.len().unsigned_abs(), BlockLayout { strides, ..layout })?;
    // SAFETY: the view is granted, and the block has that many bytes, which nobody else knows.
    unsafe { to_contiguous(block.start(), view.as_raw(), view.len(), order.byte())? };
    Ok(block)
}
