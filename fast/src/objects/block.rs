//! An exporter with memory of its own, laid out in any way that the protocol can describe.

use alloc::vec::Vec;

use super::allocation::Allocation;
use super::placement::{Placement, PointerTable};
use crate::error::Error;
use crate::exporter::Exporter;
use crate::layout::memory::Memory;
use crate::old_protocol::{Segment, Segments};

pub use crate::layout::block::BlockLayout;

/// An exporter that owns its memory. It starts aligned to 16 bytes and never moves. Unless it is made of
/// bytes of one's own, it counts 0, 1, 2, ... up to 250 and from 0 again.
///
/// If one dimension has a suboffset that is not negative, the block holds pointers, each to a
/// *row* of its own where the dimensions behind that one are. The rows go on with the counting,
/// row by row.
///
/// A block may be sent to and shared with other threads, as what a type of another runtime owns must be.
/// The crate's objects and views stay in theirs.
#[derive(Debug)]
pub struct Block {
    layout: BlockLayout,
    block: Allocation,
    rows: Vec<Allocation>,
}

impl Block {
    /// Allocates a block of `size` bytes, and rows of the size that the layout needs.
    ///
    /// # Errors
    ///
    /// - [`Error::TooManyDimensions`];
    /// - [`Error::InvalidLayout`] if the arrays differ in length, if an extent or the itemsize is
    ///   negative, if the length does not fit an `isize`, if the offset or an element lies outside
    ///   of the block or before the start of its row, if more than one dimension has pointers, or
    ///   if a pointer is not aligned;
    /// - [`Error::NoMemory`].
    pub fn new(size: usize, layout: BlockLayout) -> Result<Self, Error> {
        let placement = Placement::of(size, &layout)?;
        let block = Allocation::counting(size, 0)?;
        let rows = match placement {
            Placement::InBlock => Vec::new(),
            Placement::InRows(table) => add_rows(&block, &table)?,
        };
        Ok(Self { layout, block, rows })
    }

    /// Allocates a block with a copy of these bytes.
    ///
    /// ```
    /// use pybuf_fast::flags::PyBUF_FULL_RO;
    /// use pybuf_fast::{Block, BlockLayout, Object, Order};
    ///
    /// // Pixels of four bytes, of which three are shown, in two rows of two.
    /// let layout = BlockLayout {
    ///     strides: vec![8, 4, 1],
    ///     ..BlockLayout::c_order(1, &[2, 2, 3])
    /// };
    /// let object = Object::new(Block::from_bytes(b"rgb.RGB.xyz.XYZ.", layout)?);
    /// let mut shown = [0; 12];
    /// object.view(PyBUF_FULL_RO)?.to_contiguous(&mut shown, Order::C)?;
    /// assert_eq!(&shown, b"rgbRGBxyzXYZ");
    /// # Ok::<(), pybuf_fast::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`new`](Self::new); [`Error::InvalidLayout`] if the layout has pointers, which bytes that
    /// come from elsewhere cannot be.
    pub fn from_bytes(bytes: &[u8], layout: BlockLayout) -> Result<Self, Error> {
        match Placement::of(bytes.len(), &layout)? {
            Placement::InBlock => {
                Ok(Self { layout, block: Allocation::copy_of(bytes)?, rows: Vec::new() })
            }
            Placement::InRows(_) => Err(Error::InvalidLayout("bytes cannot be pointers")),
        }
    }

    /// Allocates a block of bytes, all of them elements, without a format.
    ///
    /// # Errors
    ///
    /// [`Error::NoMemory`].
    pub fn bytes(len: usize, readonly: bool) -> Result<Self, Error> {
        // Before anything is allocated for it.
        let layout = row(len, readonly)?;
        Ok(Self { layout, block: Allocation::counting(len, 0)?, rows: Vec::new() })
    }

    /// A block of writable bytes, all of them elements.
    pub(crate) fn of(block: Allocation) -> Result<Self, Error> {
        Ok(Self { layout: row(block.size(), false)?, block, rows: Vec::new() })
    }

    /// The first byte of the block. It stays there until the block is dropped. If the block is read-only,
    /// nobody may write there while views are out.
    pub fn start(&self) -> *mut u8 {
        self.block.start().as_ptr()
    }

    /// The bytes of the block, rows not included.
    pub fn size(&self) -> usize {
        self.block.size()
    }

    /// The first byte and the size of each row, in the order of the pointers to them in memory.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = (*mut u8, usize)> {
        self.rows.iter().map(|row| (row.start().as_ptr(), row.size()))
    }
}

// SAFETY: the memory is allocated once and freed when the block is dropped, the layout does not
// change, and `Placement` has checked that every element lies in the block or in its row.
unsafe impl Exporter for Block {
    #[inline]
    fn memory(&self) -> Result<Memory<'_>, Error> {
        Ok(self.layout.memory(self.start()))
    }

    fn is_immutable(&self) -> bool {
        self.layout.readonly
    }
}

/// A block of elements in C's order is one segment, of characters if it has no format. Any other has
/// no slots.
// SAFETY: that memory is the block's for as long as it is there, and neither moves nor shrinks.
unsafe impl Segments for Block {
    fn read(&self, _segment: isize) -> Option<Result<Segment, Error>> {
        let memory = self.layout.memory(self.start());
        let len = memory.len().filter(|_| memory.is_c_contiguous())?;
        Some(Ok(Segment { ptr: memory.buf, len }))
    }

    fn write(&self, segment: isize) -> Option<Result<Segment, Error>> {
        self.read(segment).filter(|_| !self.layout.readonly)
    }

    fn char(&self, segment: isize) -> Option<Result<Segment, Error>> {
        self.read(segment).filter(|_| self.layout.format.is_none())
    }

    fn segment_count(&self) -> Option<isize> {
        self.read(0).map(|_| 1)
    }
}

/// A row of bytes.
fn row(len: usize, readonly: bool) -> Result<BlockLayout, Error> {
    let extent = isize::try_from(len).map_err(|_| Error::NoMemory)?;
    Ok(BlockLayout { readonly, ..BlockLayout::c_order(1, &[extent]) })
}

/// Allocates the rows of a table and lets the pointers in the block point to them.
fn add_rows(block: &Allocation, table: &PointerTable) -> Result<Vec<Allocation>, Error> {
    let mut rows = Vec::new();
    for index in 0..table.count {
        // No overflow: this is the size of the rows that are there already.
        let row = Allocation::counting(table.row_size, index * table.row_size)?;
        // SAFETY: `Placement` has checked that the table's pointers are inside the block and
        // aligned relative to its start, which is aligned to 16 bytes.
        unsafe {
            let pointer = block.start().add(table.first + index * table.step);
            pointer.cast::<*mut u8>().write(row.start().as_ptr());
        }
        rows.push(row);
    }
    Ok(rows)
}
