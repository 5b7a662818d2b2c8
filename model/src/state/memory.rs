//! # Memory
//!
//! The bytes that objects lend, as numbers in lists: what a copy moves can be told without a real
//! address. Blocks are numbered as in [`Address`](crate::Address).

use std::collections::BTreeSet;

use crate::layout::{Layout, Order};

/// The most bytes of elements, or of a block, that are told one by one. No case comes near.
const MOST: usize = 1 << 24;

/// The size of a pointer in memory, in bytes.
pub const POINTER: i64 = 8;

/// What the blocks of a case hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    blocks: Vec<Block>,
}

/// The bytes of one block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// Its bytes; of no meaning where it holds pointers.
    pub bytes: Vec<u8>,
    /// The rows that its pointers point to, one behind the other. Empty if it holds none.
    pub rows: Vec<u8>,
}

impl Memory {
    /// Sets what block `number` holds, those before it being empty where they are not there yet.
    pub fn set(&mut self, number: usize, block: Block) {
        if self.blocks.len() <= number {
            self.blocks.resize(number + 1, Block::default());
        }
        self.blocks[number] = block;
    }

    /// What block `number` holds.
    pub fn block(&self, number: usize) -> Option<&Block> {
        self.blocks.get(number)
    }

    /// The bytes of all elements, packed in `order`; `None` if some are not in memory, or if they are
    /// too many to be told.
    pub fn gather(&self, layout: &Layout, order: Order) -> Option<Vec<u8>> {
        let block = self.block(layout.start.block);
        let bytes = block.map(|block| block.lent(layout)).unwrap_or_default();
        positions(layout, order)?.into_iter().map(|index| bytes.get(index).copied()).collect()
    }

    /// Writes packed bytes to the elements, in `order`: as many bytes as there are. Nothing is written
    /// and `None` returned if some elements are not in memory.
    pub fn scatter(&mut self, layout: &Layout, order: Order, bytes: &[u8]) -> Option<()> {
        let positions = positions(layout, order)?;
        if positions.is_empty() {
            return Some(());
        }
        let block = self.blocks.get_mut(layout.start.block)?;
        let lent = if layout.is_indirect() { &mut block.rows } else { &mut block.bytes };
        if positions.iter().any(|index| *index >= lent.len()) {
            return None;
        }
        for (index, byte) in positions.into_iter().zip(bytes) {
            lent[index] = *byte;
        }
        Some(())
    }

    /// Whether two elements of a layout share a byte.
    pub fn overlaps(layout: &Layout) -> bool {
        let mut positions = positions(layout, Order::C).unwrap_or_default();
        let all = positions.len();
        positions.sort_unstable();
        positions.dedup();
        positions.len() < all
    }

    /// What the block of a layout holds where no element is, in runs: from where in its contents on,
    /// and the bytes. None if some elements are not in memory.
    pub fn gaps(&self, layout: &Layout) -> Vec<(usize, Vec<u8>)> {
        let contents = self.block(layout.start.block).map(Block::contents).unwrap_or_default();
        let Some(positions) = positions(layout, Order::C) else { return vec![] };
        let taken: BTreeSet<usize> = positions.into_iter().collect();
        let bytes = contents.iter().copied().enumerate();
        let free: Vec<_> = bytes.filter(|(index, _)| !taken.contains(index)).collect();
        let runs = free.chunk_by(|(index, _), (next, _)| index + 1 == *next);
        runs.map(|run| (run[0].0, run.iter().map(|(_, byte)| *byte).collect())).collect()
    }

    /// Sets the contents of a block that is there: its rows if it has any, its own bytes otherwise.
    /// Nothing is set if that are not as many bytes.
    pub fn set_contents(&mut self, number: usize, bytes: &[u8]) {
        let Some(block) = self.blocks.get_mut(number) else { return };
        let contents = if block.rows.is_empty() { &mut block.bytes } else { &mut block.rows };
        if contents.len() == bytes.len() {
            contents.copy_from_slice(bytes);
        }
    }
}

impl Block {
    /// A block as objects are made with: 0, 1, 2 ... modulo 251, in the block itself or, if a
    /// dimension of `layout` is one of pointers, going on from row to row. Of too many bytes to be
    /// told there are none.
    pub fn counting(size: usize, layout: &Layout) -> Block {
        let count = |size: usize| match size {
            ..=MOST => (0..=250).cycle().take(size).collect(),
            _ => vec![],
        };
        let rows = rows(layout).map_or(0, |(rows, row)| rows.saturating_mul(row));
        Block { bytes: count(size), rows: count(rows) }
    }

    /// What of it holds elements: the rows if it has any, its own bytes otherwise.
    pub fn contents(&self) -> &[u8] {
        if self.rows.is_empty() { &self.bytes } else { &self.rows }
    }

    /// What of it a layout has its elements in.
    fn lent(&self, layout: &Layout) -> &[u8] {
        if layout.is_indirect() { &self.rows } else { &self.bytes }
    }
}

/// The size of a row behind the pointers of `layout`, in bytes; 0 if there are none.
pub(crate) fn row_size(layout: &Layout) -> i64 {
    rows(layout).and_then(|(_, size)| i64::try_from(size).ok()).unwrap_or(0)
}

/// How many rows there are behind the pointers of `layout`, and the size of each in bytes; `None` if
/// there are no pointers. A row ends where the highest element that the dimensions behind the pointers
/// lead to does.
fn rows(layout: &Layout) -> Option<(usize, usize)> {
    let (pointers, suboffset) = pointers(layout)?;
    let (outer, inner) = layout.shape.split_at_checked(pointers + 1)?;
    let strides = layout.strides.get(pointers + 1..)?;
    let along =
        |(extent, stride): (&i64, &i64)| i128::from((*stride).max(0)) * (i128::from(*extent) - 1);
    let reach = inner.iter().zip(strides).map(along).fold(0, i128::saturating_add);
    let item_end = i128::from(suboffset) + i128::from(layout.itemsize);
    let size = if inner.contains(&0) { 0 } else { reach.saturating_add(item_end) };
    let rows = product(outer)?;
    Some((rows, usize::try_from(size).ok()?))
}

/// The dimension of pointers, and its suboffset.
fn pointers(layout: &Layout) -> Option<(usize, i64)> {
    let suboffsets = layout.suboffsets.as_ref()?;
    let dimension = suboffsets.iter().position(|&suboffset| suboffset >= 0)?;
    Some((dimension, suboffsets[dimension]))
}

/// The product of some extents; `None` if there can be none.
fn product(extents: &[i64]) -> Option<usize> {
    if extents.contains(&0) {
        return Some(0);
    }
    extents.iter().try_fold(1_usize, |all, &extent| all.checked_mul(usize::try_from(extent).ok()?))
}

/// Where the bytes of all elements are, in `order`: in the rows if a dimension is one of pointers, in the
/// block itself otherwise. `None` where no memory can be.
fn positions(layout: &Layout, order: Order) -> Option<Vec<usize>> {
    let count = product(&layout.shape)?.checked_mul(usize::try_from(layout.itemsize).ok()?)?;
    if count > MOST || layout.strides.len() != layout.shape.len() {
        return None;
    }
    if count == 0 {
        return Some(vec![]);
    }
    let mut offsets = vec![layout.start.offset];
    for (dimension, (extent, stride)) in layout.shape.iter().zip(&layout.strides).enumerate() {
        offsets = along(&offsets, *extent, *stride, order)?;
        if let Some((_, suboffset)) = pointers(layout).filter(|(first, _)| *first == dimension) {
            let row = row_size(layout);
            // The rows are numbered as the pointers to them lie in the block.
            let in_rows =
                |offset: &i64| (offset / POINTER).checked_mul(row)?.checked_add(suboffset);
            offsets = offsets.iter().map(in_rows).collect::<Option<_>>()?;
        }
    }
    let index = |first: i64, byte| usize::try_from(first.checked_add(byte)?).ok();
    let indices = |first| (0..layout.itemsize).map(move |byte| index(first, byte));
    offsets.into_iter().flat_map(indices).collect()
}

/// Where one dimension more leads to from each of these offsets; the one that is added last varies the
/// fastest in C order, and the slowest in Fortran order.
fn along(offsets: &[i64], extent: i64, stride: i64, order: Order) -> Option<Vec<i64>> {
    let step = |from: &i64, i: i64| from.checked_add(i.checked_mul(stride)?);
    match order {
        Order::C => {
            offsets.iter().flat_map(|from| (0..extent).map(move |i| step(from, i))).collect()
        }
        Order::Fortran => {
            (0..extent).flat_map(|i| offsets.iter().map(move |it| step(it, i))).collect()
        }
    }
}
