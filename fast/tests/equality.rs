//! Equality of views and memoryviews, as Python 3.13 decides it.

mod common;

use common::{indirect, strided};
use pybuf_fast::flags::{PyBUF_FORMAT, PyBUF_FULL_RO, PyBUF_ND, PyBUF_SIMPLE, PyBUF_STRIDES};
use pybuf_fast::{Block, BlockLayout, Error, Item, MemoryView, Object, View};
use std::ffi::CStr;

/// A row of elements of that format and size, in these bytes.
fn row(format: &CStr, itemsize: isize, bytes: &[u8]) -> Result<View, Error> {
    let extent = bytes.len() as isize / itemsize.max(1);
    let layout =
        BlockLayout { format: Some(format.into()), ..BlockLayout::c_order(itemsize, &[extent]) };
    Object::new(Block::from_bytes(bytes, layout)?).view(PyBUF_FULL_RO)
}

fn of<T: Item>(items: &[T], shape: &[isize]) -> Result<View, Error> {
    Object::from_vec(items.to_vec(), shape)?.view(PyBUF_FULL_RO)
}

/// Fails unless they are equal or not from both sides.
fn assert_equal(one: &View, other: &View, expected: bool) {
    let name = |view: &View| format!("{:?} {:?}", view.format(), view.shape());
    assert_eq!(one.equals(other), expected, "{} and {}", name(one), name(other));
    assert_eq!(other.equals(one), expected, "{} and {}", name(other), name(one));
}

#[test]
fn shapes_count() -> Result<(), Error> {
    let bytes = [1u8, 2, 3, 4, 5, 6];
    let flat = of(&bytes, &[6])?;
    let wide = of(&bytes, &[2, 3])?;
    assert_equal(&flat, &of(&bytes, &[6])?, true);
    assert_equal(&wide, &of(&bytes, &[2, 3])?, true);
    assert_equal(&wide, &of(&bytes, &[3, 2])?, false);
    assert_equal(&flat, &wide, false);
    assert_equal(&flat, &of(&bytes[..5], &[5])?, false);
    assert_equal(&of(&[7u8], &[])?, &of(&[7i64], &[])?, true);
    assert_equal(&of(&[7u8], &[])?, &of(&[7u8], &[1])?, false);
    Ok(())
}

#[test]
fn nobody_looks_behind_an_extent_of_zero() -> Result<(), Error> {
    let empty = |shape: &[isize]| of::<f32>(&[], shape);
    assert_equal(&empty(&[0, 3])?, &empty(&[0, 5])?, true);
    assert_equal(&empty(&[2, 0, 7])?, &empty(&[2, 0, 8])?, true);
    assert_equal(&empty(&[2, 0])?, &empty(&[3, 0])?, false);
    assert_equal(&empty(&[0, 3])?, &empty(&[0])?, false);
    assert_equal(&empty(&[0])?, &of::<u8>(&[], &[0])?, true);
    assert_equal(
        &empty(&[isize::MAX, isize::MAX, 0])?,
        &empty(&[isize::MAX, isize::MAX, 0])?,
        true,
    );
    Ok(())
}

/// Four orders and gaps of the same two rows of three elements, for each size of an item.
#[test]
fn strides_do_not_count() -> Result<(), Error> {
    fn layouts<T: Item>(items: [T; 6], other: T) -> Result<(), Error> {
        let wide: Vec<T> = items.iter().flat_map(|&item| [item, other]).collect();
        let [a, b, c, d, e, f] = items;
        let of = |items: &[T], shape: &[isize]| {
            MemoryView::from_object(&Object::from_vec(items.to_vec(), shape)?)
        };
        let same = [
            of(&items, &[2, 3])?,
            of(&[a, d, b, e, c, f], &[3, 2])?.transpose()?,
            of(&wide, &[2, 6])?.slice_along(1, None, None, Some(2))?,
            of(&[f, e, d, c, b, a], &[2, 3])?.reverse(0)?.reverse(1)?,
            of(&[a, b, c, other, d, e, f, other], &[2, 4])?.slice_along(1, None, Some(3), None)?,
        ];
        for (number, one) in same.iter().enumerate() {
            for (with, another) in same.iter().enumerate() {
                assert!(one == another, "{number} and {with} of {:?}", T::FORMAT);
            }
            for place in 0..6 {
                let mut changed = items;
                changed[place] = other;
                assert!(one != &of(&changed, &[2, 3])?, "{place} of {number}");
            }
        }
        Ok(())
    }
    layouts([1u8, 2, 3, 4, 5, 6], 9)?;
    layouts([1i16, -2, 3, 4, -5, 6], 9)?;
    layouts([1u32, 2, 3, 4, 5, 6], 1 << 31)?;
    layouts([1i64, -2, 3, 4, -5, 6], i64::MIN)?;
    layouts([1f32, -2.5, 3.0, 4.0, -5.0, 6.0], 0.5)?;
    layouts([1f64, -2.5, 3.0, 4.0, -5.0, 6.0], f64::NAN)
}

#[test]
fn pointers_are_followed() -> Result<(), Error> {
    let rows = indirect()?.view(PyBUF_FULL_RO)?;
    assert_equal(&rows, &of(&[0u8, 1, 2, 3, 4, 5], &[2, 3])?, true);
    assert_equal(&rows, &of(&[0u8, 1, 2, 3, 4, 6], &[2, 3])?, false);
    assert_equal(&rows, &of(&[0f64, 1.0, 2.0, 3.0, 4.0, 5.0], &[2, 3])?, true);
    assert_equal(&rows, &indirect()?.view(PyBUF_FULL_RO)?, true);
    Ok(())
}

#[test]
fn numbers_are_equal_by_their_values() -> Result<(), Error> {
    assert_equal(&of(&[1u8, 255], &[2])?, &of(&[1i64, 255], &[2])?, true);
    assert_equal(&of(&[255u8], &[1])?, &of(&[-1i8], &[1])?, false);
    assert_equal(&of(&[u64::MAX], &[1])?, &of(&[-1i64], &[1])?, false);
    assert_equal(&of(&[-3i8], &[1])?, &of(&[-3f32], &[1])?, true);
    assert_equal(&of(&[0.1f32], &[1])?, &of(&[0.1f64], &[1])?, false);
    // One more than a double can tell from its neighbour.
    assert_equal(&of(&[(1i64 << 53) + 1], &[1])?, &of(&[(1i64 << 53) as f64], &[1])?, false);
    assert_equal(&of(&[u64::MAX], &[1])?, &of(&[18_446_744_073_709_551_616.0], &[1])?, false);
    assert_equal(&of(&[i64::MIN], &[1])?, &of(&[-9_223_372_036_854_775_808.0], &[1])?, true);
    assert_equal(&of(&[0u8], &[1])?, &of(&[f64::NAN], &[1])?, false);
    assert_equal(&of(&[i64::MAX], &[1])?, &of(&[f64::INFINITY], &[1])?, false);
    Ok(())
}

#[test]
fn floats_are_not_compared_by_their_bytes() -> Result<(), Error> {
    for view in [of(&[0.0f64, f64::NAN], &[2])?, of(&[0.0f32, f32::NAN], &[2])?] {
        assert_equal(&view, &view, false);
    }
    assert_equal(&of(&[0.0f64], &[1])?, &of(&[-0.0f64], &[1])?, true);
    assert_equal(&of(&[0.0f32], &[1])?, &of(&[-0.0f32], &[1])?, true);
    assert_equal(&of(&[0.0f32], &[1])?, &of(&[-0.0f64], &[1])?, true);
    // Half precision: 1.5, the smallest number, minus infinity.
    let half = row(c"<e", 2, &[0x00, 0x3e, 0x01, 0x00, 0x00, 0xfc])?;
    let exact = [1.5, 1.0 / 16_777_216.0, f64::NEG_INFINITY];
    assert_equal(&half, &of(&exact, &[3])?, true);
    assert_equal(&half, &half, true);
    let not_a_number = row(c"<e", 2, &[0x01, 0x7c])?;
    assert_equal(&not_a_number, &not_a_number, false);
    Ok(())
}

#[test]
fn the_order_of_bytes_counts_only_for_the_value() -> Result<(), Error> {
    let (big, little) = (row(c">H", 2, &[1, 2])?, row(c"<H", 2, &[2, 1])?);
    assert_equal(&big, &little, true);
    assert_equal(&big, &row(c"<H", 2, &[1, 2])?, false);
    assert_equal(&big, &of(&[0x102u16], &[1])?, true);
    assert_equal(&row(c">i", 4, &[255, 255, 255, 254])?, &of(&[-2i8], &[1])?, true);
    assert_equal(&row(c">d", 8, &1.25f64.to_be_bytes())?, &of(&[1.25f32], &[1])?, true);
    Ok(())
}

#[test]
fn elements_of_several_values_are_equal_if_all_are() -> Result<(), Error> {
    let pair = row(c"<2H", 4, &[1, 0, 2, 0])?;
    assert_equal(&pair, &row(c">HH", 4, &[0, 1, 0, 2])?, true);
    assert_equal(&pair, &row(c"<Hf", 6, &[1, 0, 0, 0, 0, 0x40])?, true);
    assert_equal(&pair, &row(c"<HH", 4, &[1, 0, 3, 0])?, false);
    assert_equal(&pair, &row(c"<HHx", 5, &[1, 0, 2, 0, 9])?, true);
    assert_equal(&pair, &row(c"<HHB", 5, &[1, 0, 2, 0, 9])?, false);
    assert_equal(&row(c"<1H", 2, &[7, 0])?, &of(&[7u8], &[1])?, true);
    // What is in a gap is nothing.
    assert_equal(&row(c"<BxB", 3, &[1, 8, 2])?, &row(c"<BxB", 3, &[1, 9, 2])?, true);
    // Only the values count, and here there are none.
    assert_equal(&row(c"2x", 2, &[1, 2])?, &row(c"x", 1, &[3])?, true);
    assert_equal(&row(c"<B", 2, &[1, 8])?, &row(c"<B", 2, &[1, 9])?, true);
    Ok(())
}

#[test]
fn bytes_are_equal_to_bytes_only() -> Result<(), Error> {
    assert_equal(&row(c"c", 1, b"a")?, &row(c"s", 1, b"a")?, true);
    assert_equal(&row(c"c", 1, b"a")?, &row(c"B", 1, b"a")?, false);
    assert_equal(&row(c"3s", 3, b"abc")?, &row(c"3s", 3, b"abd")?, false);
    assert_equal(&row(c"3s", 3, b"abc")?, &row(c"3c", 3, b"abc")?, false);
    assert_equal(&row(c"2s", 2, b"ab")?, &row(c"5p", 5, b"\x02ab..")?, true);
    assert_equal(&row(c"2s", 2, b"ab")?, &row(c"3p", 3, b"\xffab")?, true);
    // A length that is said and not there.
    assert_equal(&row(c"0p", 1, b"x")?, &row(c"0s", 1, b"y")?, true);
    Ok(())
}

#[test]
fn truth_is_a_number() -> Result<(), Error> {
    let truth = row(c"?", 1, &[0, 1, 2])?;
    assert_equal(&truth, &row(c"?", 1, &[0, 3, 1])?, true);
    assert_equal(&truth, &of(&[0i16, 1, 1], &[3])?, true);
    assert_equal(&truth, &of(&[0i16, 1, 2], &[3])?, false);
    Ok(())
}

#[test]
fn what_cannot_be_unpacked_is_equal_to_nothing() -> Result<(), Error> {
    for format in [c"T{B:a:}", c"w", c"3", c"\xff"] {
        let unknown = row(format, 1, &[1])?;
        assert_equal(&unknown, &unknown, false);
        assert_equal(&unknown, &of(&[1u8], &[1])?, false);
        let empty = row(format, 1, &[])?;
        assert_equal(&empty, &empty, false);
    }
    // Formats that are larger than the elements.
    for format in [c"<I", c"<BH", c"9223372036854775807s", c"99999999999999999999s"] {
        let short = row(format, 2, &[1, 2])?;
        assert_equal(&short, &short, false);
    }
    Ok(())
}

#[test]
fn elements_without_bytes_are_equal_at_once() -> Result<(), Error> {
    let huge = 1 << (isize::BITS / 2);
    let layouts: [(&[isize], &[isize]); 8] = [
        (&[], &[]),
        (&[3], &[0]),
        (&[3], &[5]),
        (&[2, 3], &[0, 0]),
        (&[2, 3], &[7, 2]),
        (&[isize::MAX, isize::MAX], &[0, 0]),
        (&[isize::MAX, 3], &[0, 9]),
        // As many as do not fit a word: the number wraps to none.
        (&[huge, huge], &[0, 0]),
    ];
    for (shape, strides) in layouts {
        let nothing = |format: &CStr| without_bytes(format, shape, strides);
        assert_equal(&nothing(c"")?, &nothing(c"")?, true);
        assert_equal(&nothing(c"")?, &nothing(c"0i")?, true);
        assert_equal(&nothing(c"0s")?, &nothing(c"0p")?, true);
        assert_equal(&nothing(c"0s")?, &nothing(c"")?, false);
        assert_equal(&nothing(c"B")?, &nothing(c"B")?, false);
        assert_equal(&nothing(c"")?, &without_bytes(c"", &[4], &[0])?, false);
    }
    // Values without bytes are equal wherever there are elements, but these are not of the same values.
    let (none, empty) =
        (without_bytes(c"", &[2, 0], &[3, 5])?, without_bytes(c"0s", &[2, 0], &[0, 0])?);
    assert_equal(&none, &empty, true);
    let bytes = row(c"0s", 1, &[1, 2, 3])?;
    assert_equal(&bytes, &without_bytes(c"0s", &[3], &[0])?, true);
    assert_equal(&bytes, &without_bytes(c"", &[3], &[0])?, false);
    Ok(())
}

/// Elements of no bytes.
fn without_bytes(format: &CStr, shape: &[isize], strides: &[isize]) -> Result<View, Error> {
    let layout = BlockLayout {
        format: Some(format.into()),
        strides: strides.to_vec(),
        ..BlockLayout::c_order(0, shape)
    };
    // As many bytes as the strides lead over: none of them is an element's.
    Object::new(Block::new(20, layout)?).view(PyBUF_FULL_RO)
}

#[test]
fn what_was_not_asked_for_is_not_there() -> Result<(), Error> {
    let object = Object::from_vec(vec![1u16, 2], &[2])?;
    let (plain, full) = (object.view(PyBUF_SIMPLE)?, object.view(PyBUF_FULL_RO)?);
    let bytes: Vec<u8> = [1u16, 2].into_iter().flat_map(u16::to_ne_bytes).collect();
    assert_equal(&plain, &plain, true);
    assert_equal(&plain, &of(&bytes, &[4])?, true);
    assert_equal(&plain, &full, false);
    // Elements of two bytes, and of each the first as an unsigned byte.
    let unasked = object.view(PyBUF_STRIDES)?;
    assert_equal(&unasked, &of(&[bytes[0], bytes[2]], &[2])?, true);
    Ok(())
}

#[test]
fn without_strides_elements_are_packed() -> Result<(), Error> {
    let bare = |items: &[i32], shape: &[isize]| {
        Object::from_vec(items.to_vec(), shape)?.view(PyBUF_ND | PyBUF_FORMAT)
    };
    let items = [1, 2, 3, 4, 5, 6];
    let view = bare(&items, &[2, 3])?;
    assert_equal(&view, &bare(&items, &[2, 3])?, true);
    assert_equal(&view, &of(&items, &[2, 3])?, true);
    assert_equal(&view, &of(&[1i64, 2, 3, 4, 5, 6], &[2, 3])?, true);
    let transposed = MemoryView::from_object(&Object::from_vec(vec![1, 4, 2, 5, 3, 6], &[3, 2])?)?;
    assert_equal(&view, &transposed.transpose()?.view(PyBUF_FULL_RO)?, true);
    assert_equal(&view, &transposed.view(PyBUF_FULL_RO)?, false);
    for other in [bare(&[1, 2, 3, 4, 5, 7], &[2, 3])?, bare(&items, &[3, 2])?, bare(&items, &[6])?]
    {
        assert_equal(&view, &other, false);
    }
    // A row of bytes is as long as it is.
    let row = |items: &[i32]| {
        Object::from_vec(items.to_vec(), &[items.len() as isize])?.view(PyBUF_SIMPLE)
    };
    assert_equal(&row(&items)?, &row(&items)?, true);
    assert_equal(&row(&items)?, &row(&items[..5])?, false);
    assert_equal(&row(&items)?, &row(&[1, 2, 3, 4, 5, 7])?, false);
    Ok(())
}

#[test]
fn a_released_memoryview_is_only_itself() -> Result<(), Error> {
    let object = strided(0, 1, &[3], &[1])?;
    let (one, other) = (MemoryView::from_object(&object)?, MemoryView::from_object(&object)?);
    assert!(one == other);
    one.release()?;
    let same = &one;
    assert!(one == *same);
    assert!(one != other);
    assert!(other != one);
    other.release()?;
    assert!(one != other);
    Ok(())
}
