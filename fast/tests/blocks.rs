//! Blocks: their bytes, their rows, and what they refuse.

mod common;

use common::first_bytes;
use pybuf_fast::flags::{PyBUF_FULL, PyBUF_SIMPLE};
use pybuf_fast::{Block, BlockLayout, Error, Object};

const POINTER: usize = size_of::<*mut u8>();

#[test]
fn bytes_count_from_zero() -> Result<(), Error> {
    let view = Object::new(Block::bytes(253, false)?).view(PyBUF_FULL)?;
    let expected: Vec<u8> = (0..=250).chain(0..2).collect();
    assert_eq!(first_bytes(&view), expected);
    assert_eq!((view.format(), view.itemsize()), (Some(c"B"), 1));
    Ok(())
}

#[test]
fn a_block_may_be_empty() -> Result<(), Error> {
    let block = Block::bytes(0, true)?;
    let (start, size) = (block.start(), block.size());
    let view = Object::new(block).view(PyBUF_SIMPLE)?;
    assert_eq!((view.buf(), view.len(), size), (start, 0, 0));
    assert!(!start.is_null() && view.is_empty() && view.readonly());
    Ok(())
}

#[test]
fn a_block_can_be_written() -> Result<(), Error> {
    let view = Object::new(Block::bytes(3, false)?).view(PyBUF_FULL)?;
    // SAFETY: the view is writable and has three bytes.
    unsafe { view.buf().add(1).write(77) };
    assert_eq!(first_bytes(&view), [0, 77, 2]);
    Ok(())
}

#[test]
fn the_offset_is_from_the_start() -> Result<(), Error> {
    let layout = BlockLayout { offset: 4, ..BlockLayout::c_order(2, &[3]) };
    let block = Block::new(10, layout)?;
    let start = block.start();
    let view = Object::new(block).view(PyBUF_FULL)?;
    assert_eq!(view.buf(), start.wrapping_add(4));
    assert_eq!(first_bytes(&view), [4, 6, 8]);
    Ok(())
}

/// `rows` rows of three bytes, behind pointers with these strides between them.
fn rows(offset: usize, rows: isize, stride: isize, suboffset: isize) -> BlockLayout {
    BlockLayout {
        offset,
        strides: vec![stride, 1],
        suboffsets: Some(vec![suboffset, -1]),
        ..BlockLayout::c_order(1, &[rows, 3])
    }
}

#[test]
fn pointers_lead_to_rows_that_go_on_counting() -> Result<(), Error> {
    let block = Block::new(2 * POINTER, rows(0, 2, POINTER as isize, 1))?;
    assert_eq!(block.size(), 2 * POINTER);
    // Three bytes behind one that the suboffset skips.
    assert!(block.rows().all(|(start, size)| !start.is_null() && size == 4));
    assert_eq!(block.rows().len(), 2);
    let view = Object::new(block).view(PyBUF_FULL)?;
    assert_eq!(first_bytes(&view), [1, 2, 3, 5, 6, 7]);
    Ok(())
}

#[test]
fn pointers_may_lie_anyhow() -> Result<(), Error> {
    let backwards = rows(4 * POINTER, 3, -2 * POINTER as isize, 0);
    let view = Object::new(Block::new(5 * POINTER, backwards)?).view(PyBUF_FULL)?;
    assert_eq!(first_bytes(&view), [6, 7, 8, 3, 4, 5, 0, 1, 2]);
    let shared = rows(0, 2, 0, 0);
    let view = Object::new(Block::new(POINTER, shared)?).view(PyBUF_FULL)?;
    assert_eq!(first_bytes(&view), [0, 1, 2, 0, 1, 2]);
    Ok(())
}

#[test]
fn pointers_may_come_last_or_behind_other_dimensions() -> Result<(), Error> {
    let p = POINTER as isize;
    let layout = BlockLayout {
        strides: vec![2 * p, p],
        suboffsets: Some(vec![-1, 0]),
        ..BlockLayout::c_order(1, &[2, 2])
    };
    let view = Object::new(Block::new(4 * POINTER, layout)?).view(PyBUF_FULL)?;
    assert_eq!(first_bytes(&view), [0, 1, 2, 3]);
    Ok(())
}

#[test]
fn what_would_not_be_sound_is_refused() {
    let refused = |size, layout| matches!(Block::new(size, layout), Err(Error::InvalidLayout(_)));
    assert!(refused(5, BlockLayout::c_order(1, &[6])));
    assert!(refused(5, BlockLayout { offset: 6, ..BlockLayout::c_order(1, &[0]) }));
    assert!(refused(5, BlockLayout { strides: vec![], ..BlockLayout::c_order(1, &[5]) }));
    assert!(refused(2 * POINTER, rows(0, 3, POINTER as isize, 0)));
    assert!(refused(2 * POINTER, rows(0, 2, 1, 0)));
    assert_eq!(Block::bytes(usize::MAX, false).err(), Some(Error::NoMemory));
}

#[test]
fn blocks_go_to_other_threads() -> Result<(), Error> {
    let block = Block::bytes(3, false)?;
    let size = std::thread::scope(|scope| scope.spawn(|| block.size()).join());
    assert_eq!(size.ok(), Some(3));
    let size = std::thread::spawn(move || block.size()).join();
    assert_eq!(size.ok(), Some(3));
    Ok(())
}
