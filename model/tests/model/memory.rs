//! What memory holds, and where elements are in it.

use pybuf_model::layout::{Layout, Order};
use pybuf_model::memory::{Block, Memory};

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
    // No elements are written wherever they would be.
    assert_eq!(Memory::default().scatter(&Layout::bytes(0), Order::C, &[]), Some(()));
}
