//! A layout with arrays of its own.

use alloc::ffi::CString;
use alloc::vec::Vec;

use super::contiguous::c_strides;
use super::memory::Memory;

/// How the elements lie in a [`Block`](crate::Block).
#[derive(Clone, Debug)]
pub struct BlockLayout {
    /// Bytes from the start of the block to the element with only zeros for indices.
    pub offset: usize,
    /// Bytes of one element.
    pub itemsize: isize,
    /// What an element is; `None` means `"B"`. Not compared with the itemsize.
    pub format: Option<CString>,
    /// Elements along each dimension.
    pub shape: Vec<isize>,
    /// Bytes from one element to the next along each dimension. As long as `shape`.
    pub strides: Vec<isize>,
    /// Where not negative: follow a pointer, then add these bytes. As long as `shape`.
    pub suboffsets: Option<Vec<isize>>,
    /// Whether the memory must not be written.
    pub readonly: bool,
}

impl BlockLayout {
    /// Writable elements without a format, packed from the start of the block, the last index
    /// varying the fastest.
    pub fn c_order(itemsize: isize, shape: &[isize]) -> Self {
        Self {
            offset: 0,
            itemsize,
            format: None,
            shape: shape.to_vec(),
            strides: c_strides(shape, itemsize),
            suboffsets: None,
            readonly: false,
        }
    }

    /// Memory like this that starts at `start`.
    #[inline]
    pub(crate) fn memory(&self, start: *mut u8) -> Memory<'_> {
        Memory {
            buf: start.wrapping_add(self.offset),
            readonly: self.readonly,
            itemsize: self.itemsize,
            format: self.format.as_deref(),
            shape: &self.shape,
            strides: &self.strides,
            suboffsets: self.suboffsets.as_deref(),
        }
    }
}
