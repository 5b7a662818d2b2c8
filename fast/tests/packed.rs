//! Memoryviews of memory that must be contiguous.

mod common;

use common::{first_bytes, indirect, strided};
use pybuf_fast::flags::*;
use pybuf_fast::{Block, BlockLayout, Error, MemoryView, Object, Order, Py_buffer};

/// The bytes of contiguous memory, as they lie there.
fn raw(memoryview: &MemoryView) -> Result<Vec<u8>, Error> {
    let view = memoryview.view(PyBUF_FULL_RO)?;
    assert!(view.is_contiguous(Order::Any));
    // SAFETY: it is contiguous.
    Ok((0..view.len()).map(|offset| unsafe { view.buf().offset(offset).read() }).collect())
}

#[test]
fn contiguous_memory_is_not_copied() -> Result<(), Error> {
    let matrix = strided(0, 1, &[2, 3], &[3, 1])?;
    for order in [Order::C, Order::Any] {
        let memoryview = MemoryView::contiguous(&matrix, true, order)?;
        let view = memoryview.view(PyBUF_FULL)?;
        assert_eq!(view.buf(), matrix.view(PyBUF_SIMPLE)?.buf());
        assert_eq!(matrix.reference_count(), 2);
    }
    assert_eq!(
        MemoryView::contiguous(&matrix, true, Order::Fortran).err(),
        Some(Error::NotContiguous)
    );
    let fortran = strided(0, 1, &[2, 3], &[1, 2])?;
    let same = MemoryView::contiguous(&fortran, true, Order::Fortran)?;
    assert_eq!(same.view(PyBUF_FULL)?.buf(), fortran.view(PyBUF_STRIDED)?.buf());
    Ok(())
}

#[test]
fn other_memory_is_copied_in_the_order_asked_for() -> Result<(), Error> {
    let matrix = strided(0, 1, &[2, 3], &[8, 2])?;
    let copy = |order| MemoryView::contiguous(&matrix, false, order);
    assert_eq!(raw(&copy(Order::C)?)?, [0, 2, 4, 8, 10, 12]);
    assert_eq!(raw(&copy(Order::Fortran)?)?, [0, 8, 2, 10, 4, 12]);
    assert_eq!(raw(&copy(Order::Any)?)?, [0, 2, 4, 8, 10, 12]);
    let fortran = copy(Order::Fortran)?;
    assert_eq!((matrix.reference_count(), matrix.exports()), (1, 0));
    let view = fortran.view(PyBUF_FULL_RO)?;
    assert_eq!((view.shape(), view.strides()), (Some(&[2, 3][..]), Some(&[1, 2][..])));
    assert_eq!(first_bytes(&view), [0, 2, 4, 8, 10, 12]);
    assert!(view.readonly());
    Ok(())
}

#[test]
fn items_stay_whole_and_keep_their_format() -> Result<(), Error> {
    let layout = BlockLayout {
        offset: 8,
        strides: vec![-4],
        format: Some(c"h".into()),
        ..BlockLayout::c_order(2, &[3])
    };
    let object = Object::new(Block::new(12, layout)?);
    let copy = MemoryView::contiguous(&object, false, Order::C)?;
    assert_eq!(raw(&copy)?, [8, 9, 4, 5, 0, 1]);
    assert_eq!(copy.view(PyBUF_FULL_RO)?.format(), Some(c"h"));
    Ok(())
}

#[test]
fn rows_behind_pointers_are_copied() -> Result<(), Error> {
    let rows = MemoryView::contiguous(&indirect()?, false, Order::Fortran)?;
    assert_eq!(raw(&rows)?, [0, 3, 1, 4, 2, 5]);
    assert!(rows.view(PyBUF_F_CONTIGUOUS)?.suboffsets().is_none());
    Ok(())
}

#[test]
fn read_only_memory_is_not_to_be_written() -> Result<(), Error> {
    let object = Object::new(Block::bytes(3, true)?);
    assert_eq!(MemoryView::contiguous(&object, true, Order::C).err(), Some(Error::NotWritable));
    assert_eq!(raw(&MemoryView::contiguous(&object, false, Order::C)?)?, [0, 1, 2]);
    Ok(())
}

/// A pointer behind an odd number of bytes is as good as any.
#[test]
fn pointers_need_not_be_aligned() -> Result<(), Error> {
    let rows = [[1u8, 2, 3], [4, 5, 6]];
    let step = size_of::<*const u8>() + 1;
    let mut table = vec![0u8; 1 + 2 * step];
    for (index, row) in rows.iter().enumerate() {
        let place = table[1 + index * step..].as_mut_ptr().cast::<*const u8>();
        // SAFETY: a step further there is room for a pointer.
        unsafe { place.write_unaligned(row.as_ptr()) };
    }
    let (mut shape, mut strides, mut suboffsets) = ([2, 3], [step as isize, 1], [0, -1]);
    let info = Py_buffer {
        buf: table.as_mut_ptr().wrapping_add(1).cast(),
        len: 6,
        itemsize: 1,
        readonly: 1,
        ndim: 2,
        shape: shape.as_mut_ptr(),
        strides: strides.as_mut_ptr(),
        suboffsets: suboffsets.as_mut_ptr(),
        ..Py_buffer::EMPTY
    };
    // SAFETY: the arrays have two entries each, and the rows are there until the end.
    let indirect = unsafe { MemoryView::from_buffer(&info)? };
    let copy = |order| MemoryView::contiguous(indirect.object(), false, order);
    assert_eq!(raw(&copy(Order::C)?)?, [1, 2, 3, 4, 5, 6]);
    assert_eq!(raw(&copy(Order::Fortran)?)?, [1, 4, 2, 5, 3, 6]);
    Ok(())
}
