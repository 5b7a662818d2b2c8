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

/// Where a byte is: in which block, whether in its rows, and how far from the start.
type Position = (usize, bool, usize);

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
        let positions = positions(layout, order)?;
        positions.into_iter().map(|position| self.byte(position).copied()).collect()
    }

    /// Writes packed bytes to the elements, in `order`: as many bytes as there are. Nothing is written
    /// and `None` returned if some elements are not in memory.
    pub fn scatter(&mut self, layout: &Layout, order: Order, bytes: &[u8]) -> Option<()> {
        let positions = positions(layout, order)?;
        if positions.iter().any(|position| self.byte(*position).is_none()) {
            return None;
        }
        for ((number, in_rows, index), byte) in positions.into_iter().zip(bytes) {
            let block = &mut self.blocks[number];
            let bytes = if in_rows { &mut block.rows } else { &mut block.bytes };
            bytes[index] = *byte;
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
        let taken: BTreeSet<usize> = positions.into_iter().map(|(_, _, index)| index).collect();
        let mut gaps: Vec<(usize, Vec<u8>)> = vec![];
        for (index, byte) in contents.iter().enumerate().filter(|(index, _)| !taken.contains(index))
        {
            match gaps.last_mut() {
                Some((first, gap)) if *first + gap.len() == index => gap.push(*byte),
                _ => gaps.push((index, vec![*byte])),
            }
        }
        gaps
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

    fn byte(&self, (number, in_rows, index): Position) -> Option<&u8> {
        let block = self.blocks.get(number)?;
        if in_rows { block.rows.get(index) } else { block.bytes.get(index) }
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

/// Where the bytes of all elements are, in `order`.
fn positions(layout: &Layout, order: Order) -> Option<Vec<Position>> {
    let count = product(&layout.shape)?.checked_mul(usize::try_from(layout.itemsize).ok()?)?;
    if count > MOST || layout.strides.len() != layout.shape.len() {
        return None;
    }
    if count == 0 {
        return Some(vec![]);
    }
    let elements = indices(&layout.shape, order);
    let mut positions = Vec::new();
    for index in elements {
        let (in_rows, first) = element(layout, &index)?;
        for byte in 0..layout.itemsize {
            let place = usize::try_from(first.checked_add(byte)?).ok()?;
            positions.push((layout.start.block, in_rows, place));
        }
    }
    Some(positions)
}

/// Whether an element is in the rows, and its offset there or in the block, in bytes; `None` where no
/// memory can be.
fn element(layout: &Layout, index: &[i64]) -> Option<(bool, i64)> {
    let step = |(i, stride): (&i64, &i64)| i.checked_mul(*stride);
    let steps: Vec<i64> = index.iter().zip(&layout.strides).map(step).collect::<Option<_>>()?;
    let sum =
        |from: i64, steps: &[i64]| steps.iter().try_fold(from, |sum, step| sum.checked_add(*step));
    let Some(((dimension, suboffset), (_, row))) = pointers(layout).zip(rows(layout)) else {
        return Some((false, sum(layout.start.offset, &steps)?));
    };
    let (outer, inner) = steps.split_at_checked(dimension + 1)?;
    // The rows are numbered as the pointers to them lie in the block.
    let number = sum(layout.start.offset, outer)? / POINTER;
    let row = number.checked_mul(i64::try_from(row).ok()?)?.checked_add(suboffset)?;
    Some((true, sum(row, inner)?))
}

/// All indices of a shape, in `order`; none if there are no elements.
pub(crate) fn indices(shape: &[i64], order: Order) -> Vec<Vec<i64>> {
    // The dimension that is added last varies the fastest.
    let with = |index: &Vec<i64>, i: i64| match order {
        Order::C => index.iter().copied().chain([i]).collect(),
        Order::Fortran => [i].into_iter().chain(index.iter().copied()).collect(),
    };
    let longer = |all: Vec<Vec<i64>>, extent: i64| -> Vec<Vec<i64>> {
        all.iter().flat_map(|index| (0..extent).map(move |i| with(index, i))).collect()
    };
    let none_yet = vec![vec![]];
    match order {
        Order::C => shape.iter().copied().fold(none_yet, longer),
        Order::Fortran => shape.iter().rev().copied().fold(none_yet, longer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows_of_three() -> Layout {
        let suboffsets = Some(vec![2, -1]);
        Layout { shape: vec![2, 3], strides: vec![8, 1], suboffsets, ..Layout::bytes(0) }
    }

    #[test]
    fn elements_come_in_either_order() {
        let layout = Layout { shape: vec![2, 3], strides: vec![3, 1], ..Layout::bytes(0) };
        let mut memory = Memory::default();
        memory.set(0, Block::counting(6, &layout));
        assert_eq!(memory.gather(&layout, Order::C), Some(vec![0, 1, 2, 3, 4, 5]));
        assert_eq!(memory.gather(&layout, Order::Fortran), Some(vec![0, 3, 1, 4, 2, 5]));
        memory.scatter(&layout, Order::Fortran, &[9, 8]);
        assert_eq!(memory.block(0).map(Block::contents), Some(&[9, 1, 2, 8, 4, 5][..]));
    }

    #[test]
    fn rows_are_behind_pointers() {
        let layout = rows_of_three();
        let mut memory = Memory::default();
        memory.set(0, Block::counting(16, &layout));
        assert_eq!(memory.block(0).map(|block| block.rows.len()), Some(10));
        assert_eq!(memory.gather(&layout, Order::C), Some(vec![2, 3, 4, 7, 8, 9]));
    }

    #[test]
    fn what_is_outside_of_memory_is_not_there() {
        let layout = Layout::bytes(5);
        let mut memory = Memory::default();
        assert_eq!(memory.gather(&layout, Order::C), None);
        memory.set(0, Block::counting(4, &layout));
        assert_eq!(memory.gather(&layout, Order::C), None);
        assert_eq!(memory.scatter(&layout, Order::C, &[7; 5]), None);
        assert_eq!(memory.block(0).map(Block::contents), Some(&[0, 1, 2, 3][..]));
    }
}
