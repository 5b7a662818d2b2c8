//! # Structures
//!
//! `verify_structure`: arrays that fit their memory, that just do not, and that make no sense.

use pybuf_harness::call::Call;
use pybuf_harness::chooser::{Chooser, pick};

use crate::any;
use crate::any::layout::{of_64, shape, span, strides};

domain! { "structure", calls,
    "ndim 0 to 3, -1, 64: small extents x strides x offset x memlen around what fits; itemsize 1 2 3 0; \
    numbers beyond int, and sums beyond Py_ssize_t"
}

fn calls(chooser: &mut dyn Chooser) -> Vec<Call> {
    vec![any::part(chooser, &[scalar, row, matrix, cube, sixty_four, far], &[anything])]
}

/// No dimensions or fewer, also with arrays that should not be there.
fn scalar(chooser: &mut dyn Chooser) -> Call {
    let ndim = *pick(chooser, &[0, -1]);
    let (shape, strides) =
        pick(chooser, &[(vec![], vec![]), (vec![1], vec![4]), (vec![1], vec![])]).clone();
    let itemsize = *pick(chooser, &[4, 1, 0]);
    let memlen = *pick(chooser, &[4, 8, 3, 0]);
    let offset = *pick(chooser, &[0, 4, 2, 8, -4]);
    Call::VerifyStructure { memlen, itemsize, ndim, shape, strides, offset }
}

fn row(chooser: &mut dyn Chooser) -> Call {
    let itemsize = *pick(chooser, &[1, 2, 3, 0]);
    let shape = vec![*pick(chooser, &[3, 1, 0])];
    let strides = vec![*pick(chooser, &[1, 2, -1, 0, 3, -6, 99])];
    let offset = *pick(chooser, &[0, 1, 2, 6, -1, 12]);
    let memlen = *pick(chooser, &[12, 0, 1, 3, 5, 6, 7, 18]);
    Call::VerifyStructure { memlen, itemsize, ndim: 1, shape, strides, offset }
}

fn matrix(chooser: &mut dyn Chooser) -> Call {
    let itemsize = *pick(chooser, &[1, 2]);
    let shape: Vec<i64> = (0..2).map(|_| *pick(chooser, &[2, 3, 1, 0])).collect();
    let strides: Vec<i64> = (0..2).map(|_| itemsize * *pick(chooser, &[1, 3, -1, -3, 0])).collect();
    let offset = itemsize * *pick(chooser, &[0, 2, 5]);
    let memlen = itemsize * 6 + *pick(chooser, &[0, -1, 1]);
    Call::VerifyStructure { memlen, itemsize, ndim: 2, shape, strides, offset }
}

fn cube(chooser: &mut dyn Chooser) -> Call {
    let shape = vec![2, 3, 4];
    let strides = (0..3).map(|_| *pick(chooser, &[12, 4, 1, -1, 6, 2])).collect();
    let offset = *pick(chooser, &[0, 23]);
    let memlen = *pick(chooser, &[24, 23]);
    Call::VerifyStructure { memlen, itemsize: 1, ndim: 3, shape, strides, offset }
}

/// The largest number of dimensions, of which the first and the last are walked.
fn sixty_four(chooser: &mut dyn Chooser) -> Call {
    let (shape, mut strides) = (of_64((2, 3)), vec![99; 64]);
    (strides[0], strides[63]) = *pick(chooser, &[(3, 1), (-3, 1), (1, 2), (0, 0)]);
    let offset = *pick(chooser, &[0, 3]);
    let memlen = *pick(chooser, &[6, 5, 100]);
    Call::VerifyStructure { memlen, itemsize: 1, ndim: 64, shape, strides, offset }
}

/// Numbers that no int holds, and whose sums and products no `Py_ssize_t` does.
fn far(chooser: &mut dyn Chooser) -> Call {
    let shape = vec![*pick(chooser, &[3, 1, 0])];
    let strides = vec![*pick(chooser, &[1, 1 << 32, 1 << 62, -1 << 62])];
    let offset = *pick(chooser, &[0, 1 << 32, i64::MAX]);
    let memlen = *pick(chooser, &[13, 1 << 33, i64::MAX]);
    Call::VerifyStructure { memlen, itemsize: 1, ndim: 1, shape, strides, offset }
}

/// Any layout in memory that it fits into, by a hair or not at all; and with numbers of any size.
fn anything(chooser: &mut dyn Chooser) -> Call {
    let itemsize = *pick(chooser, &[1, 4, 2, 3, 8, 16]);
    let shape = shape(chooser, false);
    let whole = chooser.choose(4) < 3;
    let mut strides = strides(chooser, &shape, itemsize, whole);
    let lead = *pick(chooser, &[0, 1, 3]) * itemsize;
    let (mut offset, end) = span(&shape, &strides, itemsize, lead);
    let mut memlen = end + *pick(chooser, &[0, 0, 1, -1, -itemsize, 100]);
    let mut ndim = shape.len() as i64;
    match chooser.choose(8) {
        4 if !strides.is_empty() => {
            let dimension = chooser.choose(strides.len());
            strides[dimension] = any::number(chooser);
        }
        5 => offset = any::number(chooser),
        6 => memlen = any::number(chooser),
        7 if ndim == 0 => ndim = -1 - chooser.choose(3) as i64,
        _ => {}
    }
    Call::VerifyStructure { memlen, itemsize, ndim, shape, strides, offset }
}
