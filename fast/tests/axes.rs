//! Memoryviews along any dimension, against the same done to indices.

mod common;

use common::{first_bytes, strided};
use pybuf_fast::flags::{PyBUF_FULL_RO, PyBUF_WRITABLE};
use pybuf_fast::{Block, BlockLayout, Error, MemoryView, Object, Py_buffer};

const POINTER: isize = size_of::<*mut u8>() as isize;

/// Objects of one byte an element, all different: direct ones in several orders, and one with pointers
/// behind the first, the second or the third of its dimensions.
fn objects() -> Result<Vec<Object>, Error> {
    let mut objects = vec![
        strided(0, 1, &[2, 3, 4], &[12, 4, 1])?,
        strided(23, 1, &[2, 3, 4], &[-12, -4, -1])?,
        strided(0, 1, &[4, 3, 2], &[1, 4, 12])?,
        strided(3, 1, &[3, 1, 5], &[17, 99, 3])?,
        strided(7, 1, &[6], &[5])?,
    ];
    let p = POINTER;
    for (strides, suboffsets) in [
        ([p, 4, 1], [0, -1, -1]),
        ([p, -4, -1], [11, -1, -1]),
        ([3 * p, p, 1], [-1, 2, -1]),
        ([12 * p, 4 * p, p], [-1, -1, 1]),
    ] {
        let layout = BlockLayout {
            strides: strides.to_vec(),
            suboffsets: Some(suboffsets.to_vec()),
            ..BlockLayout::c_order(1, &[2, 3, 4])
        };
        objects.push(Object::new(Block::new(24 * POINTER.unsigned_abs(), layout)?));
    }
    Ok(objects)
}

/// A memoryview as a table: its shape, and its elements in C's order.
#[derive(Clone, Debug, PartialEq)]
struct Table {
    shape: Vec<usize>,
    elements: Vec<u8>,
}

impl Table {
    fn of(memoryview: &MemoryView) -> Result<Self, Error> {
        let view = memoryview.view(PyBUF_FULL_RO)?;
        let shape = view.shape().unwrap_or_default().iter().map(|it| it.unsigned_abs()).collect();
        Ok(Self { shape, elements: first_bytes(&view) })
    }

    /// One of another shape, whose elements are where `source` says.
    fn derived(&self, shape: &[usize], source: impl Fn(&[usize]) -> Vec<usize>) -> Self {
        let count: usize = shape.iter().product();
        let element = |mut number: usize| {
            let mut indices = vec![0; shape.len()];
            for (index, extent) in indices.iter_mut().zip(shape).rev() {
                (*index, number) = (number % extent, number / extent);
            }
            let place = source(&indices).into_iter().zip(&self.shape);
            self.elements[place.fold(0, |place, (index, extent)| place * extent + index)]
        };
        Self { shape: shape.to_vec(), elements: (0..count).map(element).collect() }
    }
}

/// The indices that a slice keeps: one walks from the start to the stop, both moved to the nearest end if they
/// are beyond it.
fn kept(start: Option<isize>, stop: Option<isize>, step: isize, extent: isize) -> Vec<usize> {
    let [low, high] = if step > 0 { [0, extent] } else { [-1, extent - 1] };
    let from_start = |index: isize| if index < 0 { index + extent } else { index };
    let bound = |index: isize| from_start(index).clamp(low, high);
    let start = start.map_or(if step > 0 { low } else { high }, bound);
    let stop = stop.map_or(if step > 0 { high } else { low }, bound);
    let walk = (0..extent).map(|number| start + number * step);
    let walk = walk.take_while(|&index| if step > 0 { index < stop } else { index > stop });
    walk.map(isize::unsigned_abs).collect()
}

#[test]
fn slices_take_some_of_a_dimension() -> Result<(), Error> {
    // Interpreted, only every third.
    for object in objects()?.into_iter().step_by(if cfg!(miri) { 3 } else { 1 }) {
        let memoryview = MemoryView::from_object(&object)?;
        let table = Table::of(&memoryview)?;
        for axis in 0..table.shape.len() {
            let extent = table.shape[axis] as isize;
            let bounds = || (-2 * extent - 1..=2 * extent).map(Some).chain([None]);
            for (start, stop) in bounds().flat_map(|start| bounds().map(move |stop| (start, stop)))
            {
                for step in [1, 2, -1, -2] {
                    let kept = kept(start, stop, step, extent);
                    let mut shape = table.shape.clone();
                    shape[axis] = kept.len();
                    let expected = table.derived(&shape, |indices| {
                        let mut source = indices.to_vec();
                        source[axis] = kept[indices[axis]];
                        source
                    });
                    let slice = memoryview.slice_along(axis, start, stop, Some(step))?;
                    let told = format!("{axis}: {start:?}:{stop:?}:{step}");
                    assert_eq!(Table::of(&slice)?, expected, "{told}");
                }
            }
        }
    }
    Ok(())
}

#[test]
fn an_index_takes_a_dimension_away() -> Result<(), Error> {
    for object in objects()? {
        let memoryview = MemoryView::from_object(&object)?;
        let table = Table::of(&memoryview)?;
        for axis in 0..table.shape.len() {
            for index in 0..table.shape[axis] {
                let mut shape = table.shape.clone();
                shape.remove(axis);
                let expected = table.derived(&shape, |indices| {
                    let mut source = indices.to_vec();
                    source.insert(axis, index);
                    source
                });
                let derived = memoryview.index(axis, index as isize)?;
                assert_eq!(Table::of(&derived)?, expected, "{axis}: {index}");
                let from_end = index as isize - table.shape[axis] as isize;
                assert_eq!(Table::of(&memoryview.index(axis, from_end)?)?, expected);
            }
            let extent = table.shape[axis] as isize;
            for outside in [extent, -extent - 1, isize::MIN] {
                let refusal = memoryview.index(axis, outside).err();
                assert_eq!(refusal, Some(Error::IndexOutOfRange));
            }
        }
    }
    Ok(())
}

#[test]
fn a_permutation_renames_dimensions() -> Result<(), Error> {
    let mut refused = 0;
    for object in objects()? {
        let memoryview = MemoryView::from_object(&object)?;
        let table = Table::of(&memoryview)?;
        let all: &[&[usize]] = match table.shape.len() {
            1 => &[&[0]],
            _ => &[&[0, 1, 2], &[0, 2, 1], &[1, 0, 2], &[1, 2, 0], &[2, 0, 1], &[2, 1, 0]],
        };
        for axes in all {
            let shape: Vec<usize> = axes.iter().map(|&axis| table.shape[axis]).collect();
            let expected = table.derived(&shape, |indices| {
                let mut source = vec![0; indices.len()];
                for (&axis, &index) in axes.iter().zip(indices) {
                    source[axis] = index;
                }
                source
            });
            match memoryview.permute(axes) {
                Ok(permuted) => assert_eq!(Table::of(&permuted)?, expected, "{axes:?}"),
                Err(error) => {
                    assert_eq!(error, Error::BehindPointers);
                    refused += 1;
                }
            }
        }
    }
    // Behind the first or the second of three dimensions, pointers leave two of six permutations.
    assert_eq!(refused, 3 * 4);
    Ok(())
}

#[test]
fn transposed_or_reversed_twice_it_is_the_same() -> Result<(), Error> {
    for object in objects()?.into_iter().take(5) {
        let memoryview = MemoryView::from_object(&object)?;
        let table = Table::of(&memoryview)?;
        let last = table.shape.len() - 1;
        assert_eq!(Table::of(&memoryview.transpose()?.transpose()?)?, table);
        assert_eq!(Table::of(&memoryview.reverse(last)?.reverse(last)?)?, table);
        let there = memoryview.view(PyBUF_FULL_RO)?;
        let back = memoryview.transpose()?.transpose()?.view(PyBUF_FULL_RO)?;
        assert_eq!((there.buf(), there.strides()), (back.buf(), back.strides()));
    }
    Ok(())
}

#[test]
fn what_suboffsets_cannot_tell_is_refused() -> Result<(), Error> {
    // The row is walked down from where the pointer leads: reversed, it would start before that.
    let layout = BlockLayout {
        strides: vec![POINTER, 1],
        suboffsets: Some(vec![0, -1]),
        ..BlockLayout::c_order(1, &[2, 3])
    };
    let rows = Object::new(Block::new(2 * POINTER.unsigned_abs(), layout)?);
    let mirrored = MemoryView::from_object(&rows)?.reverse(1)?;
    assert_eq!(Table::of(&mirrored)?.elements, [2, 1, 0, 5, 4, 3]);
    assert_eq!(Table::of(&mirrored.reverse(1)?)?.elements, [0, 1, 2, 3, 4, 5]);
    assert_eq!(mirrored.transpose().err(), Some(Error::BehindPointers));

    // Here the pointers lead to the ends of the rows, and a suboffset cannot go back from there.
    let bytes = [5u8, 6, 7];
    let ends: [*const u8; 2] = [bytes.as_ptr().wrapping_add(2); 2];
    let backwards = from_buffer(ends.as_ptr().cast(), &[2, 3], &[POINTER, -1], &[0, -1])?;
    assert_eq!(Table::of(&backwards)?.elements, [7, 6, 5, 7, 6, 5]);
    assert_eq!(backwards.reverse(1).err(), Some(Error::BehindPointers));
    assert_eq!(backwards.index(1, 1).err(), Some(Error::BehindPointers));
    assert_eq!(Table::of(&backwards.index(0, 1)?.reverse(0)?)?.elements, [5, 6, 7]);
    Ok(())
}

#[test]
fn nothing_is_left_of_any_dimension_without_a_refusal() -> Result<(), Error> {
    let bytes = [5u8, 6, 7];
    let rows: [*const u8; 2] = [bytes.as_ptr(), bytes.as_ptr().wrapping_add(2)];
    for (rows, stride, suboffset) in [(rows, 8, 0), ([rows[1]; 2], -1, 0), (rows, 8, isize::MAX)] {
        let strides = [POINTER, stride];
        let table = from_buffer(rows.as_ptr().cast(), &[2, 1], &strides, &[suboffset, -1])?;
        for (start, stop, step) in
            [(-99, None, -1), (99, None, 1), (0, Some(0), 1), (1, Some(1), 1)]
        {
            let nothing = table.slice_along(1, Some(start), stop, Some(step))?;
            assert_eq!(Table::of(&nothing)?, Table { shape: vec![2, 0], elements: vec![] });
        }
    }
    Ok(())
}

#[test]
fn pointers_in_a_row_stay_apart() -> Result<(), Error> {
    let bytes = [5u8, 6];
    let row = [bytes.as_ptr()];
    let table = [row.as_ptr(); 2];
    let strides = [POINTER, POINTER, 1];
    let deep = from_buffer(table.as_ptr().cast(), &[2, 1, 2], &strides, &[0, 0, -1])?;
    assert_eq!(Table::of(&deep)?.elements, [5, 6, 5, 6]);
    assert_eq!(deep.index(1, 0).err(), Some(Error::BehindPointers));
    assert_eq!(Table::of(&deep.index(0, 1)?)?.elements, [5, 6]);
    assert_eq!(Table::of(&deep.index(0, 1)?.index(0, 0)?)?.elements, [5, 6]);
    assert_eq!(Table::of(&deep.index(2, 1)?)?.elements, [6, 6]);
    Ok(())
}

/// A memoryview of read-only bytes that are where pointers lead.
fn from_buffer(
    buf: *const u8,
    shape: &[isize],
    strides: &[isize],
    suboffsets: &[isize],
) -> Result<MemoryView, Error> {
    let array = |entries: &[isize]| entries.as_ptr().cast_mut();
    let info = Py_buffer {
        buf: buf.cast_mut().cast(),
        len: shape.iter().product(),
        itemsize: 1,
        readonly: 1,
        ndim: shape.len() as i32,
        shape: array(shape),
        strides: array(strides),
        suboffsets: array(suboffsets),
        ..Py_buffer::EMPTY
    };
    // SAFETY: the tests' tables and bytes are there for as long as the memoryview, and nobody writes.
    unsafe { MemoryView::from_buffer(&info) }
}

#[test]
fn no_pointer_is_followed_where_there_are_no_elements() -> Result<(), Error> {
    let layout = BlockLayout {
        strides: vec![POINTER, isize::MAX, isize::MIN],
        suboffsets: Some(vec![0, -1, -1]),
        ..BlockLayout::c_order(1, &[2, 3, 0])
    };
    let empty = MemoryView::from_object(&Object::new(Block::new(0, layout)?))?;
    assert_eq!(Table::of(&empty.index(0, 1)?)?.shape, [3, 0]);
    assert_eq!(Table::of(&empty.index(1, 2)?)?.shape, [2, 0]);
    assert_eq!(Table::of(&empty.reverse(1)?)?.shape, [2, 3, 0]);
    assert_eq!(empty.index(2, 0).err(), Some(Error::IndexOutOfRange));
    Ok(())
}

#[test]
fn dimensions_that_are_not_there_are_refused() -> Result<(), Error> {
    let table = MemoryView::from_object(&strided(0, 1, &[2, 3], &[3, 1])?)?;
    for axis in [2, 64, usize::MAX] {
        assert_eq!(table.slice_along(axis, None, None, None).err(), Some(Error::NoDimension));
        assert_eq!(table.reverse(axis).err(), Some(Error::NoDimension));
        assert_eq!(table.index(axis, 0).err(), Some(Error::NoDimension));
        assert_eq!(table.permute(&[0, axis]).err(), Some(Error::NotPermutation));
    }
    for axes in [&[][..], &[0], &[0, 0], &[0, 1, 1], &[1, 0, 2]] {
        assert_eq!(table.permute(axes).err(), Some(Error::NotPermutation), "{axes:?}");
    }
    assert_eq!(table.slice_along(1, None, None, Some(0)).err(), Some(Error::ZeroStep));
    let scalar = table.index(0, 1)?.index(0, 1)?;
    assert_eq!(Table::of(&scalar)?, Table { shape: vec![], elements: vec![4] });
    assert_eq!(scalar.index(0, 0).err(), Some(Error::NoDimension));
    assert_eq!(Table::of(&scalar.transpose()?)?.elements, [4]);
    Ok(())
}

#[test]
fn a_memoryview_of_all_dimensions_is_permuted() -> Result<(), Error> {
    let layout = BlockLayout { strides: vec![isize::MIN; 64], ..BlockLayout::c_order(1, &[1; 64]) };
    let deep = MemoryView::from_object(&Object::new(Block::new(1, layout)?))?;
    assert_eq!(Table::of(&deep.transpose()?)?.elements, [0]);
    assert_eq!(Table::of(&deep.reverse(63)?.index(63, -1)?)?.shape.len(), 63);
    Ok(())
}

#[test]
fn read_only_it_stays() -> Result<(), Error> {
    let object = strided(0, 1, &[2, 3], &[3, 1])?;
    let readonly = MemoryView::from_object(&object)?.to_readonly()?;
    for derived in [readonly.reverse(0)?, readonly.index(1, 0)?, readonly.transpose()?] {
        assert_eq!(derived.view(PyBUF_WRITABLE).err(), Some(Error::NotWritable));
    }
    readonly.release()?;
    assert_eq!(readonly.index(0, 0).err(), Some(Error::Released));
    assert_eq!(readonly.transpose().err(), Some(Error::Released));
    assert_eq!(readonly.to_readonly().err(), Some(Error::Released));
    assert_eq!(readonly.reverse(9).err(), Some(Error::Released));
    Ok(())
}
