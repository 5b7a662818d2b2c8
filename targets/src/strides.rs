//! An array of strides that is poisoned before it is given out to be filled.

use crate::view::POISONED_SIZE;

/// What there is room for beyond what is to be written.
const BEYOND: usize = 2;

/// Room for the strides of `ndim` dimensions, and for more.
pub fn poisoned(ndim: usize) -> Vec<isize> {
    vec![POISONED_SIZE; ndim + BEYOND]
}

/// What was written, up to the last stride that was.
pub fn written(strides: &[isize]) -> Vec<i64> {
    let end = strides.iter().rposition(|&stride| stride != POISONED_SIZE);
    strides[..end.map_or(0, |last| last + 1)].iter().map(|&stride| stride as i64).collect()
}
