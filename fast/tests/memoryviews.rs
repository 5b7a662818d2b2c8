//! Memoryviews: re-export, slices, casts, release.

mod common;

use std::cell::Cell;
use std::rc::Rc;

use common::{first_bytes, indirect, strided};
use pybuf_fast::flags::*;
use pybuf_fast::{Block, Error, Exporter, Memory, MemoryView, Object};

fn bytes(len: usize) -> Result<Object, Error> {
    Ok(Object::new(Block::bytes(len, false)?))
}

fn elements(memoryview: &MemoryView) -> Result<Vec<u8>, Error> {
    Ok(first_bytes(&memoryview.view(PyBUF_FULL_RO)?))
}

#[test]
fn its_views_are_views_of_itself() -> Result<(), Error> {
    let object = bytes(3)?;
    let memoryview = MemoryView::from_object(&object)?;
    let view = memoryview.view(PyBUF_FULL)?;
    assert_eq!(view.as_raw().obj.cast_const(), memoryview.object().as_ptr());
    assert_ne!(memoryview.object().as_ptr(), object.as_ptr());
    assert_eq!((object.exports(), memoryview.object().exports()), (1, 1));
    assert_eq!((view.format(), view.readonly()), (Some(c"B"), false));
    assert_eq!(first_bytes(&view), [0, 1, 2]);
    Ok(())
}

#[test]
fn it_takes_over_any_layout() -> Result<(), Error> {
    let rows = MemoryView::from_object(&indirect()?)?;
    assert_eq!(elements(&rows)?, [0, 1, 2, 3, 4, 5]);
    assert_eq!(rows.view(PyBUF_STRIDES).err(), Some(Error::NeedsSuboffsets));
    let scalar = MemoryView::from_object(&strided(2, 1, &[], &[])?)?;
    assert_eq!(elements(&scalar)?, [2]);
    let read_only = MemoryView::from_object(&Object::new(Block::bytes(3, true)?))?;
    assert_eq!(read_only.view(PyBUF_WRITABLE).err(), Some(Error::NotWritable));
    Ok(())
}

#[test]
fn slices_are_pythons() -> Result<(), Error> {
    let ten = MemoryView::from_object(&bytes(10)?)?;
    let sliced = |start, stop, step| elements(&ten.slice(start, stop, step)?);
    assert_eq!(sliced(Some(2), Some(5), None)?, [2, 3, 4]);
    assert_eq!(sliced(None, None, Some(3))?, [0, 3, 6, 9]);
    assert_eq!(sliced(None, None, Some(-4))?, [9, 5, 1]);
    assert_eq!(sliced(Some(-3), None, None)?, [7, 8, 9]);
    assert_eq!(sliced(Some(5), Some(2), None)?, []);
    assert_eq!(sliced(None, None, Some(isize::MIN))?, [9]);
    assert_eq!(sliced(None, None, Some(0)), Err(Error::ZeroStep));
    Ok(())
}

#[test]
fn slices_of_slices_go_on_from_there() -> Result<(), Error> {
    let odd = MemoryView::from_object(&bytes(10)?)?.slice(Some(1), None, Some(2))?;
    assert_eq!(elements(&odd)?, [1, 3, 5, 7, 9]);
    assert_eq!(elements(&odd.slice(None, None, Some(-2))?)?, [9, 5, 1]);
    assert_eq!(odd.view(PyBUF_SIMPLE).err(), Some(Error::NotCContiguous));
    // One element or none is contiguous whatever its stride.
    assert!(odd.slice(Some(0), Some(1), None)?.view(PyBUF_SIMPLE).is_ok());
    assert!(odd.slice(Some(0), Some(0), None)?.view(PyBUF_SIMPLE).is_ok());
    Ok(())
}

#[test]
fn slices_are_of_the_first_dimension() -> Result<(), Error> {
    let matrix = MemoryView::from_object(&strided(0, 1, &[3, 2], &[2, 1])?)?;
    assert_eq!(elements(&matrix.slice(Some(1), None, None)?)?, [2, 3, 4, 5]);
    let rows = MemoryView::from_object(&indirect()?)?;
    assert_eq!(elements(&rows.slice(None, None, Some(-1))?)?, [3, 4, 5, 0, 1, 2]);
    let scalar = MemoryView::from_object(&strided(0, 1, &[], &[])?)?;
    assert_eq!(scalar.slice(None, None, None).err(), Some(Error::NoDimension));
    Ok(())
}

#[test]
fn casts_keep_the_bytes() -> Result<(), Error> {
    let memoryview = MemoryView::from_object(&bytes(12)?)?;
    let ints = memoryview.cast(c"i", 4, None)?;
    let view = ints.view(PyBUF_FULL)?;
    assert_eq!((view.format(), view.itemsize(), view.len()), (Some(c"i"), 4, 12));
    assert_eq!((view.shape(), view.strides()), (Some(&[3][..]), Some(&[4][..])));

    let matrix = memoryview.cast(c"h", 2, Some(vec![2, 3]))?;
    assert_eq!(elements(&matrix)?, [0, 2, 4, 6, 8, 10]);
    let scalar = memoryview.slice(None, Some(4), None)?.cast(c"i", 4, Some(vec![]))?;
    assert_eq!(scalar.view(PyBUF_ND)?.ndim(), 0);
    let none = memoryview.slice(None, Some(0), None)?.cast(c"i", 4, None)?;
    assert_eq!(none.view(PyBUF_ND)?.shape(), Some(&[0][..]));
    Ok(())
}

#[test]
fn casts_may_have_all_dimensions_and_stay_read_only() -> Result<(), Error> {
    let object = Object::new(Block::bytes(1, true)?);
    let memoryview = MemoryView::from_object(&object)?;
    let cast = |ndim| memoryview.cast(c"B", 1, Some(vec![1; ndim]));
    assert!(cast(64)?.view(PyBUF_FULL_RO)?.readonly());
    assert_eq!(cast(65).err(), Some(Error::TooManyDimensions));
    Ok(())
}

#[test]
fn casts_that_do_not_fit_are_refused() -> Result<(), Error> {
    let memoryview = MemoryView::from_object(&bytes(12)?)?;
    let refusal = |itemsize, shape| memoryview.cast(c"x", itemsize, shape).err();
    assert_eq!(refusal(5, None), Some(Error::CastLength));
    assert_eq!(refusal(4, Some(vec![2])), Some(Error::CastLength));
    assert_eq!(refusal(4, Some(vec![isize::MAX, isize::MAX])), Some(Error::CastLength));
    assert_eq!(refusal(0, None), Some(Error::CastShape));
    assert_eq!(refusal(-4, Some(vec![-3])), Some(Error::CastShape));
    assert_eq!(refusal(1, Some(vec![0])), Some(Error::CastShape));
    assert_eq!(refusal(12, Some(vec![1; 65])), Some(Error::TooManyDimensions));
    let odd = memoryview.slice(None, None, Some(2))?;
    assert_eq!(odd.cast(c"B", 1, None).err(), Some(Error::CastNotContiguous));
    Ok(())
}

#[test]
fn released_it_does_nothing_more() -> Result<(), Error> {
    let object = bytes(3)?;
    let memoryview = MemoryView::from_object(&object)?;
    memoryview.release()?;
    memoryview.release()?;
    assert_eq!((object.exports(), object.reference_count()), (0, 1));
    assert_eq!(memoryview.view(PyBUF_SIMPLE).err(), Some(Error::Released));
    assert_eq!(memoryview.slice(None, None, None).err(), Some(Error::Released));
    assert_eq!(memoryview.cast(c"B", 1, None).err(), Some(Error::Released));
    Ok(())
}

#[test]
fn it_is_not_released_under_its_views() -> Result<(), Error> {
    let object = bytes(3)?;
    let memoryview = MemoryView::from_object(&object)?;
    // A refused request is no view.
    assert!(memoryview.view(PyBUF_FORMAT).is_err());
    let (first, second) = (memoryview.view(PyBUF_SIMPLE)?, memoryview.view(PyBUF_SIMPLE)?);
    drop(first);
    assert_eq!(memoryview.release(), Err(Error::ViewsOut));
    assert_eq!(first_bytes(&memoryview.view(PyBUF_FULL)?), [0, 1, 2]);
    drop(second);
    assert_eq!(memoryview.release(), Ok(()));
    Ok(())
}

#[test]
fn the_object_is_released_with_the_last_slice() -> Result<(), Error> {
    let object = bytes(10)?;
    let memoryview = MemoryView::from_object(&object)?;
    let slice = memoryview.slice(Some(5), None, None)?;
    assert_eq!(object.exports(), 1);
    memoryview.release()?;
    assert_eq!(elements(&slice)?, [5, 6, 7, 8, 9]);
    assert_eq!(object.exports(), 1);
    drop(slice);
    assert_eq!((object.exports(), object.reference_count()), (0, 1));
    Ok(())
}

#[test]
fn a_view_keeps_the_whole_chain() -> Result<(), Error> {
    let first = MemoryView::from_object(&bytes(3)?)?;
    let second = MemoryView::from_object(first.object())?;
    assert_eq!(first.release(), Err(Error::ViewsOut));
    let view = second.slice(Some(1), None, None)?.view(PyBUF_FULL)?;
    drop((first, second));
    assert_eq!(first_bytes(&view), [1, 2]);
    Ok(())
}

/// An exporter that counts the calls.
struct Counting {
    block: Block,
    asked: Cell<usize>,
    granted: Cell<usize>,
    released: Cell<usize>,
}

// SAFETY: the block keeps the promises.
unsafe impl Exporter for Counting {
    fn memory(&self) -> Result<Memory<'_>, Error> {
        self.asked.set(self.asked.get() + 1);
        self.block.memory()
    }

    fn granted(&self) {
        self.granted.set(self.granted.get() + 1);
    }

    fn released(&self) {
        self.released.set(self.released.get() + 1);
    }
}

#[test]
fn an_exporter_is_told_of_each_release_once() -> Result<(), Error> {
    let block = Block::bytes(3, false)?;
    let counting =
        Rc::new(Counting { block, asked: 0.into(), granted: 0.into(), released: 0.into() });
    let counts = || (counting.asked.get(), counting.released.get());
    let object = Object::new(Rc::clone(&counting));
    assert!(object.view(PyBUF_FORMAT).is_err());
    assert_eq!((counts(), counting.granted.get()), ((1, 0), 0));
    drop(object.view(PyBUF_SIMPLE)?);
    assert_eq!(counts(), (2, 1));
    let memoryview = MemoryView::from_object(&object)?;
    drop((memoryview.view(PyBUF_SIMPLE)?, memoryview.slice(None, None, None)?));
    assert_eq!(counts(), (3, 1));
    memoryview.release()?;
    assert_eq!(counts(), (3, 2));
    assert_eq!(counting.granted.get(), 2);
    Ok(())
}
