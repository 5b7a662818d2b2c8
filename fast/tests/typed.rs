//! Elements as numbers of Rust: one by one, in order, as slices and as cells.

mod common;

use common::{indirect, strided};
use pybuf_fast::flags::{PyBUF_FULL, PyBUF_FULL_RO, PyBUF_ND, PyBUF_SIMPLE, PyBUF_STRIDES};
use pybuf_fast::{
    Array, Block, BlockLayout, ByteArray, Error, Item, MemoryView, Object, Order, View,
};

fn matrix() -> Result<Object, Error> {
    Object::from_vec(vec![1i16, 2, 3, 4, 5, 6], &[2, 3])
}

fn all<T: Item>(view: &View, order: Order) -> Result<Vec<T>, Error> {
    Ok(view.elements(order)?.collect())
}

#[test]
fn elements_are_got_and_set_by_their_indices() -> Result<(), Error> {
    let view = matrix()?.view(PyBUF_FULL)?;
    assert_eq!((view.get::<i16>(&[0, 0])?, view.get::<i16>(&[1, 2])?), (1, 6));
    assert_eq!((view.get::<i16>(&[-1, 0])?, view.get::<i16>(&[-2, -3])?), (4, 1));
    view.set(&[1, -1], -7i16)?;
    assert_eq!(all::<i16>(&view, Order::C)?, [1, 2, 3, 4, 5, -7]);
    for indices in [&[2, 0][..], &[0, 3], &[-3, 0], &[0], &[0, 0, 0], &[], &[isize::MIN, 0]] {
        assert_eq!(view.get::<i16>(indices), Err(Error::IndexOutOfRange), "{indices:?}");
        assert_eq!(view.set(indices, 1i16), Err(Error::IndexOutOfRange), "{indices:?}");
    }
    Ok(())
}

#[test]
fn orders_are_those_of_the_indices() -> Result<(), Error> {
    let object = matrix()?;
    let view = object.view(PyBUF_FULL_RO)?;
    assert_eq!(all::<i16>(&view, Order::C)?, [1, 2, 3, 4, 5, 6]);
    assert_eq!(all::<i16>(&view, Order::Fortran)?, [1, 4, 2, 5, 3, 6]);
    let transposed = MemoryView::from_object(&object)?.transpose()?.view(PyBUF_FULL_RO)?;
    assert_eq!(all::<i16>(&transposed, Order::C)?, [1, 4, 2, 5, 3, 6]);
    assert_eq!(all::<i16>(&transposed, Order::Fortran)?, [1, 2, 3, 4, 5, 6]);
    Ok(())
}

#[test]
fn in_any_order_elements_are_as_they_lie_or_in_c_order() -> Result<(), Error> {
    let table = MemoryView::from_object(&Object::from_vec(vec![1u8, 2, 3, 4, 5, 6], &[2, 3])?)?;
    let cases = [
        (table.view(PyBUF_FULL_RO)?, [1, 2, 3, 4, 5, 6]),
        (table.view(PyBUF_SIMPLE)?, [1, 2, 3, 4, 5, 6]),
        (table.transpose()?.view(PyBUF_FULL_RO)?, [1, 2, 3, 4, 5, 6]),
        (table.reverse(1)?.view(PyBUF_FULL_RO)?, [3, 2, 1, 6, 5, 4]),
        (table.transpose()?.reverse(1)?.view(PyBUF_FULL_RO)?, [4, 1, 5, 2, 6, 3]),
        (indirect()?.view(PyBUF_FULL_RO)?, [0, 1, 2, 3, 4, 5]),
    ];
    for (view, expected) in cases {
        assert_eq!(all::<u8>(&view, Order::Any)?, expected);
        let mut packed = [0; 6];
        view.to_contiguous(&mut packed, Order::Any)?;
        assert_eq!(packed, expected);
    }
    Ok(())
}

#[test]
fn pointers_are_followed_in_either_order() -> Result<(), Error> {
    let view = indirect()?.view(PyBUF_FULL_RO)?;
    assert_eq!(all::<u8>(&view, Order::C)?, [0, 1, 2, 3, 4, 5]);
    assert_eq!(all::<u8>(&view, Order::Fortran)?, [0, 3, 1, 4, 2, 5]);
    assert_eq!(view.get::<u8>(&[1, 1])?, 4);
    // Pointers along the last dimension: rows of a single element.
    let pointer = size_of::<*mut u8>();
    let p = pointer as isize;
    let layout = BlockLayout {
        strides: vec![2 * p, p],
        suboffsets: Some(vec![-1, 0]),
        ..BlockLayout::c_order(1, &[2, 2])
    };
    let view = Object::new(Block::new(4 * pointer, layout)?).view(PyBUF_FULL_RO)?;
    assert_eq!(all::<u8>(&view, Order::C)?, [0, 1, 2, 3]);
    assert_eq!(all::<u8>(&view, Order::Fortran)?, [0, 2, 1, 3]);
    Ok(())
}

#[test]
fn an_iterator_knows_what_is_left_and_folds_from_there() -> Result<(), Error> {
    let gaps = strided(1, 1, &[2, 3], &[10, 2])?.view(PyBUF_FULL_RO)?;
    let mut elements = gaps.elements::<u8>(Order::C)?;
    assert_eq!(elements.len(), 6);
    assert_eq!((elements.next(), elements.next()), (Some(1), Some(3)));
    assert_eq!(elements.len(), 4);
    assert_eq!(
        elements.clone().fold(Vec::new(), |seen, it| [seen, vec![it]].concat()),
        [5, 11, 13, 15]
    );
    assert_eq!(elements.by_ref().collect::<Vec<_>>(), [5, 11, 13, 15]);
    assert_eq!((elements.len(), elements.next(), elements.next()), (0, None, None));
    assert_eq!(elements.sum::<u8>(), 0);
    Ok(())
}

#[test]
fn scalars_have_one_element_and_empty_views_none() -> Result<(), Error> {
    let scalar = Object::from_vec(vec![2.5f32], &[])?.view(PyBUF_FULL)?;
    assert_eq!((scalar.get::<f32>(&[])?, all::<f32>(&scalar, Order::Fortran)?), (2.5, vec![2.5]));
    assert_eq!(scalar.get::<f32>(&[0]), Err(Error::IndexOutOfRange));
    for shape in [&[0][..], &[3, 0], &[0, isize::MAX]] {
        let empty = Object::from_vec(Vec::<f64>::new(), shape)?.view(PyBUF_FULL)?;
        assert_eq!(all::<f64>(&empty, Order::C)?, []);
        assert_eq!(empty.as_cells::<f64>()?.len(), 0);
    }
    // Nothing is looked at that is not there, pointers neither.
    let rows = BlockLayout { suboffsets: Some(vec![0, -1]), ..BlockLayout::c_order(1, &[2, 0]) };
    let rows = Object::new(Block::new(0, rows)?).view(PyBUF_FULL)?;
    assert_eq!((all::<u8>(&rows, Order::C)?, all::<u8>(&rows, Order::Fortran)?), (vec![], vec![]));
    Ok(())
}

#[test]
fn elements_need_not_be_aligned_but_slices_must() -> Result<(), Error> {
    let layout = |offset| BlockLayout {
        offset,
        format: Some(c"I".into()),
        readonly: true,
        ..BlockLayout::c_order(4, &[2])
    };
    let bytes: Vec<u8> = [7u32, 9].into_iter().flat_map(u32::to_ne_bytes).collect();
    let odd = Block::from_bytes(&[&[0][..], &bytes].concat(), layout(1))?;
    let odd = Object::new(odd).view(PyBUF_FULL_RO)?;
    assert_eq!((all::<u32>(&odd, Order::C)?, odd.get::<u32>(&[1])?), (vec![7, 9], 9));
    assert_eq!(odd.as_slice::<u32>(), Err(Error::Unaligned));
    let even = Object::new(Block::from_bytes(&bytes, layout(0))?).view(PyBUF_FULL_RO)?;
    assert_eq!(even.as_slice::<u32>()?, [7, 9]);
    Ok(())
}

#[test]
fn a_type_is_that_of_the_format_or_refused() -> Result<(), Error> {
    let view = matrix()?.view(PyBUF_FULL)?;
    assert_eq!(view.get::<u16>(&[0, 0]), Err(Error::ItemDiffers));
    assert_eq!(view.set(&[0, 0], 1i32), Err(Error::ItemDiffers));
    assert_eq!(view.elements::<i8>(Order::C).err(), Some(Error::ItemDiffers));
    assert!(matches!(view.as_cells::<f32>(), Err(Error::ItemDiffers)));
    // Nobody asked for the format: elements of two bytes are no unsigned bytes.
    let unasked = matrix()?.view(PyBUF_STRIDES)?;
    assert_eq!(unasked.get::<i16>(&[0, 0]), Err(Error::ItemDiffers));
    assert_eq!(unasked.get::<u8>(&[0, 0]), Err(Error::ItemDiffers));
    Ok(())
}

#[test]
fn plain_bytes_are_a_row() -> Result<(), Error> {
    let view = matrix()?.view(PyBUF_SIMPLE)?;
    let expected: Vec<u8> = (1..=6i16).flat_map(i16::to_ne_bytes).collect();
    assert_eq!(all::<u8>(&view, Order::Fortran)?, expected);
    assert_eq!(view.get::<u8>(&[-1])?, expected[11]);
    assert_eq!(view.as_cells::<u8>()?.len(), 12);
    assert_eq!(view.get::<u8>(&[12]), Err(Error::IndexOutOfRange));
    let shaped = Object::new(Block::bytes(3, false)?).view(PyBUF_ND)?;
    assert_eq!(all::<u8>(&shaped, Order::C)?, [0, 1, 2]);
    Ok(())
}

#[test]
fn cells_are_of_writable_contiguous_memory() -> Result<(), Error> {
    let object = matrix()?;
    let (view, again) = (object.view(PyBUF_FULL)?, object.view(PyBUF_FULL_RO)?);
    let cells = view.as_cells::<i16>()?;
    cells[5].set(60);
    assert_eq!(again.get::<i16>(&[1, 2])?, 60);
    again.set(&[0, 0], 10i16)?;
    again.from_contiguous(&20i16.to_ne_bytes(), Order::Fortran)?;
    assert_eq!(cells[0].get(), 20, "others of this thread may write");

    let memoryview = MemoryView::from_object(&object)?;
    let transposed = memoryview.transpose()?.view(PyBUF_FULL_RO)?;
    assert!(matches!(transposed.as_cells::<i16>(), Err(Error::NotCContiguous)));
    let readonly = memoryview.to_readonly()?.view(PyBUF_FULL_RO)?;
    assert!(matches!(readonly.as_cells::<i16>(), Err(Error::NotWritable)));
    assert_eq!(readonly.set(&[0, 0], 1i16), Err(Error::NotWritable));
    Ok(())
}

#[test]
fn slices_are_of_memory_that_nobody_writes() -> Result<(), Error> {
    let frozen = Object::new(Array::new(vec![1u64, 2, 3], &[3])?.read_only());
    assert_eq!(frozen.view(PyBUF_FULL).err(), Some(Error::NotWritable));
    let memoryview = MemoryView::from_object(&frozen)?;
    let tail = memoryview.slice(Some(1), None, None)?.view(PyBUF_FULL_RO)?;
    drop(memoryview);
    assert_eq!(tail.as_slice::<u64>()?, [2, 3]);

    // Read-only for this consumer, but there is another.
    let object = matrix()?;
    let readonly = MemoryView::from_object(&object)?.to_readonly()?.view(PyBUF_FULL_RO)?;
    assert!(readonly.readonly());
    assert_eq!(readonly.as_slice::<i16>(), Err(Error::Mutable));
    assert_eq!(object.view(PyBUF_FULL_RO)?.as_slice::<i16>(), Err(Error::Mutable));
    let bytes = ByteArray::from_bytes(b"abc")?;
    assert_eq!(bytes.view(PyBUF_FULL_RO)?.as_slice::<u8>(), Err(Error::Mutable));
    Ok(())
}

#[test]
fn an_array_takes_a_vec_as_it_is() -> Result<(), Error> {
    let mut items = Vec::with_capacity(10);
    items.extend([1.0, 2.0, 3.0]);
    let start = items.as_ptr();
    let view = Object::from_vec(items, &[3, 1])?.view(PyBUF_FULL)?;
    assert_eq!((view.buf().cast_const(), view.len()), (start.cast(), 24));
    assert_eq!((view.shape(), view.strides()), (Some(&[3, 1][..]), Some(&[8, 8][..])));
    let refused = |shape: &[isize]| Object::from_vec(vec![0u16; 4], shape).err();
    assert_eq!(refused(&[5]), Some(Error::LengthDiffers));
    assert_eq!(refused(&[]), Some(Error::LengthDiffers));
    assert_eq!(refused(&[isize::MAX, isize::MAX]), Some(Error::LengthDiffers));
    assert!(matches!(refused(&[-2, -2]), Some(Error::InvalidLayout(_))));
    assert_eq!(refused(&[1; 65]), Some(Error::TooManyDimensions));
    Ok(())
}

#[test]
fn bytes_of_ones_own_are_copied() -> Result<(), Error> {
    let mut own = *b"abcdef";
    let reversed = BlockLayout { offset: 5, strides: vec![-1], ..BlockLayout::c_order(1, &[6]) };
    let view = Object::new(Block::from_bytes(&own, reversed)?).view(PyBUF_FULL_RO)?;
    own.fill(b'.');
    assert_eq!(all::<u8>(&view, Order::C)?, *b"fedcba");
    assert!(matches!(
        Block::from_bytes(&own, BlockLayout::c_order(1, &[7])),
        Err(Error::InvalidLayout(_))
    ));
    let pointers = BlockLayout { suboffsets: Some(vec![0]), ..BlockLayout::c_order(8, &[1]) };
    assert!(matches!(Block::from_bytes(&[0; 8], pointers), Err(Error::InvalidLayout(_))));

    let grown = ByteArray::from_bytes(b"abc")?;
    grown.resize(5)?;
    assert_eq!(all::<u8>(&grown.view(PyBUF_FULL_RO)?, Order::C)?[..3], *b"abc");
    Ok(())
}
