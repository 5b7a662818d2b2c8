//! Where an element is.

use core::ptr;

use crate::buffer::Py_buffer;

/// `PyBuffer_GetPointer`: the first byte of the element with these indices.
///
/// Without strides the elements are packed in C's order; without a shape either, a row of bytes or
/// of whole items, whatever `itemsize` says. Indices are not checked.
///
/// # Safety
///
/// There is an index for each of the view's dimensions, inside the shape; the arrays of the view are
/// NULL or have as many entries, and its memory is there to read.
pub unsafe fn get_pointer(view: &Py_buffer, indices: &[isize]) -> *mut u8 {
    let mut pointer = view.buf.cast::<u8>();
    if view.strides.is_null() {
        let mut packed = view.itemsize;
        for (dimension, index) in indices.iter().enumerate().rev() {
            pointer = pointer.wrapping_offset(packed.wrapping_mul(*index));
            if dimension > 0 && !view.shape.is_null() {
                // SAFETY: the caller says that the shape has an extent for each index.
                packed = packed.wrapping_mul(unsafe { *view.shape.add(dimension) });
            }
        }
        return pointer;
    }
    for (dimension, index) in indices.iter().enumerate() {
        // SAFETY: the caller says that there are as many strides.
        let stride = unsafe { *view.strides.add(dimension) };
        // Not inside one allocation on the way, perhaps, but at its end.
        pointer = pointer.wrapping_offset(stride.wrapping_mul(*index));
        // SAFETY: as for the strides.
        if let Some(suboffset) = unsafe { suboffset(view, dimension) } {
            // SAFETY: here is a pointer, says the suboffset.
            let row = unsafe { ptr::read_unaligned(pointer.cast::<*mut u8>()) };
            pointer = row.wrapping_offset(suboffset);
        }
    }
    pointer
}

/// The suboffset along a dimension, if there is a pointer to follow.
///
/// # Safety
///
/// The suboffsets are NULL or have an entry for that dimension.
unsafe fn suboffset(view: &Py_buffer, dimension: usize) -> Option<isize> {
    // SAFETY: left to the caller.
    let entry = (!view.suboffsets.is_null()).then(|| unsafe { *view.suboffsets.add(dimension) });
    entry.filter(|&suboffset| suboffset >= 0)
}
