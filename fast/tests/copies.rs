//! Copies: held against walking from element to element.

mod common;

use common::{first_bytes, indirect, strided};
use pybuf_fast::flags::{
    PyBUF_C_CONTIGUOUS, PyBUF_F_CONTIGUOUS, PyBUF_FULL, PyBUF_FULL_RO, PyBUF_ND, PyBUF_SIMPLE,
};
use pybuf_fast::{
    Block, BlockLayout, Error, MemoryView, Object, Order, Py_buffer, copy_data, copy_to_object,
    fill_info, get_pointer, to_contiguous,
};

/// Offset, itemsize, shape, strides, in a block of 64 bytes.
type Row = (usize, isize, &'static [isize], &'static [isize]);

const LAYOUTS: &[Row] = &[
    (0, 1, &[], &[]),
    (0, 1, &[6], &[1]),
    (0, 1, &[6], &[2]),
    (9, 1, &[6], &[-1]),
    (0, 1, &[2, 3], &[3, 1]),
    (0, 1, &[2, 3], &[1, 2]),
    (0, 1, &[2, 3], &[8, 1]),
    (9, 1, &[2, 3], &[-4, -1]),
    (0, 2, &[3, 2], &[2, 6]),
    (0, 4, &[2, 3], &[4, 8]),
    (0, 8, &[3], &[16]),
    (0, 16, &[2], &[32]),
    (6, 3, &[3], &[-3]),
    (0, 5, &[2, 2], &[5, 12]),
    (0, 1, &[2, 3, 4], &[12, 4, 1]),
    (0, 1, &[2, 3, 4], &[24, 4, 1]),
    (12, 1, &[2, 3, 4], &[-12, 4, 1]),
    (0, 1, &[2, 3, 4], &[1, 2, 6]),
    (0, 1, &[2, 3, 4], &[4, 8, 1]),
    (0, 1, &[1, 6, 1], &[99, 2, 77]),
    (0, 1, &[3, 0], &[50, 7]),
];

fn objects() -> Result<Vec<Object>, Error> {
    let rows = LAYOUTS.iter();
    let mut objects: Vec<Object> = rows
        .map(|&(offset, itemsize, shape, strides)| strided(offset, itemsize, shape, strides))
        .collect::<Result<_, _>>()?;
    objects.push(indirect()?);
    Ok(objects)
}

/// The elements in an order, by walking to each of them.
fn walked(object: &Object, fortran: bool) -> Result<Vec<u8>, Error> {
    let view = object.view(PyBUF_FULL_RO)?;
    let shape = view.shape().unwrap_or_default();
    let itemsize = view.itemsize().unsigned_abs();
    let mut bytes = Vec::new();
    for number in 0..shape.iter().product() {
        let mut rest: isize = number;
        let mut indices = vec![0; shape.len()];
        for i in 0..shape.len() {
            let dimension = if fortran { i } else { shape.len() - 1 - i };
            indices[dimension] = rest % shape[dimension];
            rest /= shape[dimension];
        }
        // SAFETY: the indices are inside the shape, and the view is granted.
        let element = unsafe { get_pointer(view.as_raw(), &indices) };
        // SAFETY: an element of so many bytes.
        bytes.extend((0..itemsize).map(|byte| unsafe { element.add(byte).read() }));
    }
    Ok(bytes)
}

fn packed(object: &Object, order: Order) -> Result<Vec<u8>, Error> {
    let view = object.view(PyBUF_FULL_RO)?;
    let mut bytes = vec![0xA5; view.len().unsigned_abs()];
    view.to_contiguous(&mut bytes, order)?;
    Ok(bytes)
}

#[test]
fn elements_are_packed_in_the_order_that_is_asked_for() -> Result<(), Error> {
    for object in objects()? {
        assert_eq!(packed(&object, Order::C)?, walked(&object, false)?, "{object:?}");
        assert_eq!(packed(&object, Order::Fortran)?, walked(&object, true)?, "{object:?}");
        let fortran = object.view(PyBUF_FULL_RO)?.is_contiguous(Order::Fortran);
        let only = fortran && !object.view(PyBUF_FULL_RO)?.is_contiguous(Order::C);
        assert_eq!(packed(&object, Order::Any)?, walked(&object, only)?, "{object:?}");
    }
    Ok(())
}

#[test]
fn to_pack_in_an_order_that_there_is_not_is_fortrans() -> Result<(), Error> {
    let packed = |object: &Object, flags| {
        let view = object.view(flags)?;
        let mut bytes = vec![0xA5; view.len().unsigned_abs()];
        // SAFETY: the view is granted, and the bytes are as many as it has.
        unsafe { to_contiguous(bytes.as_mut_ptr(), view.as_raw(), view.len(), b'x')? };
        Ok::<_, Error>(bytes)
    };
    for object in objects()? {
        assert_eq!(packed(&object, PyBUF_FULL_RO)?, walked(&object, true)?, "{object:?}");
    }
    assert_eq!(packed(&Object::new(Block::bytes(3, false)?), PyBUF_SIMPLE)?, [0, 1, 2]);
    Ok(())
}

#[test]
fn what_is_put_back_is_there() -> Result<(), Error> {
    for object in objects()? {
        let view = object.view(PyBUF_FULL_RO)?;
        for order in [Order::C, Order::Fortran] {
            let bytes: Vec<u8> = (100..).take(view.len().unsigned_abs()).collect();
            view.from_contiguous(&bytes, order)?;
            assert_eq!(walked(&object, order == Order::Fortran)?, bytes, "{object:?}");
            let bytes: Vec<u8> = bytes.into_iter().rev().collect();
            view.from_contiguous_threads(&bytes, order, 2)?;
            assert_eq!(walked(&object, order == Order::Fortran)?, bytes, "{object:?}");
        }
    }
    Ok(())
}

#[test]
fn fewer_bytes_set_the_first_elements() -> Result<(), Error> {
    let after = |bytes: &[u8], order| {
        let object = strided(0, 2, &[2, 3], &[2, 4])?;
        object.view(PyBUF_FULL_RO)?.from_contiguous(bytes, order)?;
        walked(&object, false)
    };
    assert_eq!(after(&[], Order::C)?, [0, 1, 4, 5, 8, 9, 2, 3, 6, 7, 10, 11]);
    assert_eq!(after(&[91, 92, 93, 94], Order::C)?, [91, 92, 93, 94, 8, 9, 2, 3, 6, 7, 10, 11]);
    // A part of an item is dropped where items are copied one by one.
    assert_eq!(after(&[91, 92, 93], Order::C)?, [91, 92, 4, 5, 8, 9, 2, 3, 6, 7, 10, 11]);
    assert_eq!(
        after(&[91, 92, 93, 94], Order::Fortran)?,
        [91, 92, 4, 5, 8, 9, 93, 94, 6, 7, 10, 11]
    );
    assert_eq!(after(&[7; 99], Order::C)?, [7; 12]);
    Ok(())
}

#[test]
fn lengths_must_agree_and_read_only_memory_stays() -> Result<(), Error> {
    let view = Object::new(Block::bytes(5, true)?).view(PyBUF_SIMPLE)?;
    let mut buf = [9; 6];
    assert_eq!(view.to_contiguous(&mut buf, Order::C), Err(Error::LengthDiffers));
    assert_eq!(view.to_contiguous(&mut buf[..4], Order::C), Err(Error::LengthDiffers));
    assert_eq!(view.from_contiguous(&buf, Order::C), Err(Error::NotWritable));
    assert_eq!(view.from_contiguous_threads(&buf, Order::C, 2), Err(Error::NotWritable));
    assert_eq!(buf, [9; 6]);
    view.to_contiguous(&mut buf[..5], Order::C)?;
    assert_eq!(buf, [0, 1, 2, 3, 4, 9]);
    Ok(())
}

#[test]
fn what_is_null_in_a_view_is_understood() -> Result<(), Error> {
    let object = Object::new(Block::new(12, BlockLayout::c_order(2, &[2, 3]))?);
    let of = |flags, order| {
        let mut bytes = vec![0; 12];
        object.view(flags)?.to_contiguous(&mut bytes, order)?;
        Ok::<_, Error>(bytes)
    };
    assert_eq!(of(PyBUF_ND, Order::Fortran)?, [0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11]);
    assert_eq!(of(PyBUF_SIMPLE, Order::Fortran)?, (0..12).collect::<Vec<_>>());
    Ok(())
}

#[test]
fn the_most_dimensions_are_copied() -> Result<(), Error> {
    let mut shape = [1; 64];
    (shape[0], shape[63]) = (2, 3);
    let mut strides = [0; 64];
    (strides[0], strides[63]) = (1, 2);
    let object = strided(0, 1, &shape, &strides)?;
    assert_eq!(packed(&object, Order::C)?, [0, 2, 4, 1, 3, 5]);
    Ok(())
}

#[test]
fn elements_go_from_object_to_object() -> Result<(), Error> {
    let layouts: [(usize, &[isize]); 5] =
        [(0, &[3, 1]), (0, &[1, 2]), (0, &[8, 2]), (5, &[-3, -1]), (0, &[24, 8])];
    let make = |&(offset, strides): &(usize, &[isize])| strided(offset, 1, &[2, 3], strides);
    for to in &layouts {
        for from in &layouts {
            let (to, from) = (make(to)?, make(from)?);
            copy_data(&to, &from)?;
            assert_eq!(walked(&to, false)?, walked(&from, false)?);
            assert_eq!((to.exports(), from.exports()), (0, 0));
        }
        let (to, rows) = (make(to)?, indirect()?);
        copy_data(&to, &rows)?;
        assert_eq!(walked(&to, false)?, [0, 1, 2, 3, 4, 5]);
        copy_data(&rows, &make(&(0, &[1, 2]))?)?;
        assert_eq!(first_bytes(&rows.view(PyBUF_FULL_RO)?), [0, 2, 4, 1, 3, 5]);
    }
    Ok(())
}

#[test]
fn shapes_that_differ_are_rows_of_bytes_parts_or_refused() -> Result<(), Error> {
    let row = Object::new(Block::bytes(6, false)?);
    let fortran = strided(0, 1, &[2, 3], &[1, 2])?;
    copy_data(&fortran, &row)?;
    assert_eq!(walked(&fortran, false)?, [0, 2, 4, 1, 3, 5]);
    let larger = strided(0, 1, &[3, 4], &[8, 2])?;
    copy_data(&larger, &fortran)?;
    assert_eq!(walked(&larger, false)?, [0, 2, 4, 6, 1, 3, 5, 14, 16, 18, 20, 22]);
    assert_eq!(copy_data(&fortran, &larger), Err(Error::DestinationTooSmall));
    let other = strided(0, 1, &[12], &[2])?;
    assert_eq!(copy_data(&other, &fortran), Err(Error::ShapesDiffer));
    let read_only = Object::new(Block::bytes(6, true)?);
    assert_eq!(copy_data(&read_only, &row), Err(Error::NotWritable));
    Ok(())
}

#[test]
fn memory_that_is_shared_is_copied_all_the_same() -> Result<(), Error> {
    let object = Object::new(Block::bytes(8, false)?);
    let view = MemoryView::from_object(&object)?;
    copy_data(&object, &object)?;
    let reversed = view.slice(None, None, Some(-1))?;
    let every_second = view.slice(None, Some(4), Some(1))?;
    copy_data(view.slice(Some(4), None, None)?.object(), every_second.object())?;
    assert_eq!(packed(&object, Order::C)?, [0, 1, 2, 3, 0, 1, 2, 3]);
    // What arrives is any of the two, but each byte is one of them.
    copy_data(reversed.object(), &object)?;
    assert!(packed(&object, Order::C)?.iter().all(|byte| *byte < 4));
    Ok(())
}

#[test]
fn bytes_go_to_an_object() -> Result<(), Error> {
    let object = strided(0, 1, &[2, 3], &[8, 2])?;
    copy_to_object(&object, &[90, 91, 92, 93, 94, 95], b'F')?;
    assert_eq!(walked(&object, false)?, [90, 92, 94, 91, 93, 95]);
    copy_to_object(&object, &[7], b'C')?;
    assert_eq!(walked(&object, false)?, [7, 92, 94, 91, 93, 95]);
    assert_eq!(copy_to_object(&object, &[7; 7], b'C'), Err(Error::DestinationTooSmall));
    let read_only = Object::new(Block::bytes(6, true)?);
    assert_eq!(copy_to_object(&read_only, &[7], b'C'), Err(Error::NotWritable));
    Ok(())
}

#[test]
fn a_negative_length_copies_nothing() -> Result<(), Error> {
    let mut bytes = [7; 4];
    let mut info = Py_buffer::EMPTY;
    let mut packed = [0; 4];
    let start = bytes.as_mut_ptr();
    // SAFETY: the structs are there to be written, the bytes to be read. Of a negative length are none.
    unsafe {
        fill_info(&raw mut info, None, start, -4, 0, PyBUF_SIMPLE)?;
        to_contiguous(packed.as_mut_ptr(), &info, -4, b'C')?;
    }
    assert_eq!(packed, [0; 4]);
    Ok(())
}

#[test]
fn items_of_no_bytes_are_contiguous_in_each_order() -> Result<(), Error> {
    let object = strided(0, 0, &[3, 2], &[5, 7])?;
    let view = object.view(PyBUF_FULL_RO)?;
    assert!(
        [Order::C, Order::Fortran, Order::Any].into_iter().all(|order| view.is_contiguous(order))
    );
    for flags in [PyBUF_SIMPLE, PyBUF_ND, PyBUF_C_CONTIGUOUS, PyBUF_F_CONTIGUOUS] {
        assert_eq!(object.view(flags)?.len(), 0);
    }
    Ok(())
}

/// More elements than anybody can count, but not a byte.
#[test]
fn items_of_no_bytes_are_not_walked_through() -> Result<(), Error> {
    let layout = BlockLayout {
        strides: vec![0, 0],
        suboffsets: Some(vec![0, -1]),
        ..BlockLayout::c_order(0, &[isize::MAX; 2])
    };
    let behind_pointers = Block::new(size_of::<*mut u8>(), layout)?;
    let view = Object::new(behind_pointers).view(PyBUF_FULL_RO)?;
    view.to_contiguous(&mut [], Order::C)?;
    view.from_contiguous(&[], Order::Fortran)?;
    Ok(())
}

/// So many bytes together that they are written past the caches; also if each row is walked from its end.
#[test]
#[cfg_attr(miri, ignore = "large copies take Miri hours")]
fn many_rows_behind_pointers_are_all_copied() -> Result<(), Error> {
    const BYTES: isize = 12 << 20;
    for (step, suboffset) in [(1, 2), (-1, BYTES + 1)] {
        let pointer = size_of::<*mut u8>();
        let rows = || {
            let layout = BlockLayout {
                strides: vec![pointer as isize, step],
                suboffsets: Some(vec![suboffset, -1]),
                ..BlockLayout::c_order(1, &[3, BYTES])
            };
            Ok(Object::new(Block::new(3 * pointer, layout)?))
        };
        let [object, target] = [rows()?, rows()?];
        let view = object.view(PyBUF_FULL_RO)?;
        let mut packed = vec![0; view.len() as usize];
        view.to_contiguous(&mut packed, Order::C)?;
        assert!(packed == first_bytes(&view), "{step}: packed");
        let other: Vec<u8> = packed.iter().map(|byte| byte ^ 0xFF).collect();
        object.view(PyBUF_FULL)?.from_contiguous(&other, Order::C)?;
        assert!(first_bytes(&view) == other, "{step}: unpacked");
        copy_data(&target, &object)?;
        assert!(
            first_bytes(&target.view(PyBUF_FULL_RO)?) == other,
            "{step}: from object to object"
        );
    }
    Ok(())
}
