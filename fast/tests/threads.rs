//! Copies that one thread makes, or several share, held against the elements' places.

use pybuf_fast::{Py_buffer, from_contiguous_threads, to_contiguous_threads};

/// Bytes of the memory that is viewed.
const SIZE: usize = 40 << 20;

/// Where the first element is, itemsize, shape, strides: each of several MiB.
type Row = (usize, isize, &'static [isize], &'static [isize]);

const LAYOUTS: &[Row] = &[
    (0, 1, &[12 << 20], &[1]),
    // So many that one thread writes them past the caches, too.
    (5, 1, &[(32 << 20) + 77], &[1]),
    (0, 1, &[9_000_001], &[2]),
    (SIZE - 8, 8, &[1_000_003], &[-8]),
    (0, 8, &[1100, 1200], &[8, 8800]),
    (0, 4, &[3, 1000, 1001], &[4, 12 * 1001, 12]),
    (16, 3, &[1100, 1501], &[4503, 3]),
    (0, 4, &[2000, 2000], &[0, 4]),
    // Elements that share bytes are not shared by threads.
    (0, 4, &[3 << 20], &[2]),
    (0, 4, &[2, 2 << 20], &[4, 4]),
];

#[test]
#[cfg_attr(miri, ignore = "large copies take Miri hours")]
fn any_number_of_threads_copies_all() {
    for &(start, itemsize, shape, strides) in LAYOUTS {
        let mut memory: Vec<u8> = (0..SIZE).map(|byte| (byte % 251) as u8).collect();
        let before = memory.clone();
        let len = shape.iter().product::<isize>() * itemsize;
        let (mut shape, mut strides) = (shape.to_vec(), strides.to_vec());
        let view = Py_buffer {
            buf: memory.as_mut_ptr().wrapping_add(start).cast(),
            len,
            itemsize,
            ndim: shape.len() as i32,
            shape: shape.as_mut_ptr(),
            strides: strides.as_mut_ptr(),
            ..Py_buffer::EMPTY
        };
        for order in [b'C', b'F'] {
            let places = places(&shape, &strides, start, order);
            let size = itemsize as usize;
            let packed: Vec<u8> =
                places.iter().flat_map(|&place| &before[place..place + size]).copied().collect();
            // Where elements share bytes, all of them say the same of these.
            let other: Vec<u8> = packed.iter().map(|byte| byte ^ 0xFF).collect();
            let mut expected = before.clone();
            for (item, &place) in other.chunks(size).zip(&places) {
                expected[place..place + size].copy_from_slice(item);
            }
            for threads in [0, 1, 2, 3, 64] {
                memory.copy_from_slice(&before);
                let mut shared = vec![0; len as usize];
                // SAFETY: the memory has all elements, and `shared` has room for them.
                unsafe {
                    to_contiguous_threads(shared.as_mut_ptr(), &view, len, order, threads)
                        .expect("copied");
                    assert!(shared == packed, "{shape:?} {strides:?} by {threads}");
                    from_contiguous_threads(&view, other.as_ptr(), len, order, threads)
                        .expect("copied");
                }
                assert!(memory == expected, "{shape:?} {strides:?} by {threads}, back");
            }
            memory.copy_from_slice(&before);
        }
    }
}

/// Where each element is, in an order.
fn places(shape: &[isize], strides: &[isize], start: usize, order: u8) -> Vec<usize> {
    let mut places = vec![start];
    let mut dimensions: Vec<_> = shape.iter().zip(strides).collect();
    if order == b'F' {
        dimensions.reverse();
    }
    for (&extent, &stride) in dimensions {
        let along = |place: usize| (0..extent).map(move |i| place.wrapping_add_signed(i * stride));
        places = places.into_iter().flat_map(along).collect();
    }
    places
}
