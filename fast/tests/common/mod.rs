//! What more than one of the tests needs.
#![allow(dead_code)] // Not each of them needs all of it.

use pybuf_fast::{Block, BlockLayout, Error, MAX_NDIM, Memory, Object, Py_buffer, View};

/// A block of 64 bytes and more with this layout.
pub fn strided(
    offset: usize,
    itemsize: isize,
    shape: &[isize],
    strides: &[isize],
) -> Result<Object, Error> {
    let layout =
        BlockLayout { offset, strides: strides.to_vec(), ..BlockLayout::c_order(itemsize, shape) };
    Ok(Object::new(Block::new(64, layout)?))
}

/// Two rows of three bytes, each behind a pointer: 0, 1, 2 and 3, 4, 5.
pub fn indirect() -> Result<Object, Error> {
    let pointer = size_of::<*mut u8>();
    let layout = BlockLayout {
        strides: vec![pointer as isize, 1],
        suboffsets: Some(vec![0, -1]),
        ..BlockLayout::c_order(1, &[2, 3])
    };
    Ok(Object::new(Block::new(2 * pointer, layout)?))
}

/// The first byte of each element, the last index varying the fastest.
pub fn first_bytes(view: &View) -> Vec<u8> {
    let shape = view.shape().unwrap_or(&[]);
    let count: isize = shape.iter().product();
    (0..count)
        .map(|number| {
            // SAFETY: the indices are inside the shape.
            unsafe { element(view, number).read() }
        })
        .collect()
}

/// Walks to an element as a consumer does.
///
/// # Safety
///
/// `number` is smaller than the product of the view's shape.
unsafe fn element(view: &View, mut number: isize) -> *mut u8 {
    let shape = view.shape().unwrap_or(&[]);
    let mut indices = [0; MAX_NDIM];
    for (index, extent) in indices.iter_mut().zip(shape).rev() {
        *index = number % extent;
        number /= extent;
    }
    let strides = view.strides().unwrap_or(&[]);
    let mut address = view.buf();
    for (dimension, (stride, index)) in strides.iter().zip(indices).enumerate() {
        // SAFETY: on the way to an element every address is the exporter's.
        address = unsafe { address.offset(stride * index) };
        let suboffset = view.suboffsets().map_or(-1, |all| all[dimension]);
        if suboffset >= 0 {
            // SAFETY: here is a pointer, says the suboffset.
            address = unsafe { address.cast::<*mut u8>().read().offset(suboffset) };
        }
    }
    address
}

/// A struct that shows which of its fields were written.
pub fn garbage() -> Py_buffer {
    let address = std::ptr::without_provenance_mut::<u8>(0x5a5a);
    Py_buffer {
        buf: address.cast(),
        obj: address.cast(),
        len: -77,
        itemsize: -78,
        readonly: -79,
        ndim: -80,
        format: address.cast(),
        shape: address.cast(),
        strides: address.cast(),
        suboffsets: address.cast(),
        internal: address.cast(),
    }
}

/// Fails unless the struct is [`garbage`] with NULL for `obj`.
pub fn assert_only_obj_is_null(view: &Py_buffer) {
    let expected = Py_buffer { obj: std::ptr::null_mut(), ..garbage() };
    assert_eq!(format!("{view:?}"), format!("{expected:?}"));
}

/// A description of memory that is nowhere.
pub fn nowhere<'a>(itemsize: isize, shape: &'a [isize], strides: &'a [isize]) -> Memory<'a> {
    Memory {
        buf: std::ptr::null_mut(),
        readonly: false,
        itemsize,
        format: None,
        shape,
        strides,
        suboffsets: None,
    }
}
