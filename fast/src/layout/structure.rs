//! Whether an array stays inside its memory.

/// `verify_structure`, which the documentation gives in Python: whether every element lies inside
/// `memlen` bytes, the one with only zeros for indices `offset` bytes from their start.
///
/// Offset and strides must be whole multiples of the itemsize. Without dimensions both arrays must be
/// empty. An array without elements may have any strides, but its offset must be that of an element
/// all the same, so that there is no array in no memory. With items of no bytes, where the function in
/// Python divides by zero, the answer is no; so it is if the arrays have not `ndim` entries.
///
/// ```
/// use pybuf_fast::verify_structure;
///
/// assert!(verify_structure(6, 1, 2, &[2, 3], &[-3, 1], 3));
/// assert!(!verify_structure(5, 1, 2, &[2, 3], &[-3, 1], 3));
/// ```
pub fn verify_structure(
    memlen: isize,
    itemsize: isize,
    ndim: isize,
    shape: &[isize],
    strides: &[isize],
    offset: isize,
) -> bool {
    let whole = |bytes: isize| bytes.checked_rem(itemsize) == Some(0);
    let first_inside = offset >= 0 && offset.checked_add(itemsize).is_some_and(|end| end <= memlen);
    if !whole(offset) || !first_inside || !strides.iter().all(|&stride| whole(stride)) {
        return false;
    }
    let Ok(dimensions @ 1..) = usize::try_from(ndim) else {
        return ndim == 0 && shape.is_empty() && strides.is_empty();
    };
    if shape.len() != dimensions || strides.len() != dimensions {
        return false;
    }
    shape.contains(&0) || is_inside(memlen, itemsize, shape, strides, offset)
}

/// Whether both ends of what the strides reach are inside.
fn is_inside(
    memlen: isize,
    itemsize: isize,
    shape: &[isize],
    strides: &[isize],
    offset: isize,
) -> bool {
    let mut low = offset as i128;
    let mut high = offset as i128 + itemsize as i128;
    for (&extent, &stride) in shape.iter().zip(strides) {
        // Two 64-bit numbers; a sum of 64 such products may not fit, but then it is far outside.
        let distance = (extent as i128 - 1) * stride as i128;
        let end = if stride > 0 { &mut high } else { &mut low };
        *end = end.saturating_add(distance);
    }
    low >= 0 && high <= memlen as i128
}

#[cfg(test)]
mod tests {
    use super::verify_structure;

    #[test]
    fn ends_must_be_inside() {
        assert!(verify_structure(6, 1, 2, &[2, 3], &[3, 1], 0));
        assert!(!verify_structure(6, 1, 2, &[2, 3], &[3, 1], 1));
        assert!(verify_structure(6, 1, 2, &[2, 3], &[-3, -1], 5));
        assert!(!verify_structure(6, 1, 2, &[2, 3], &[-3, -1], 4));
        assert!(!verify_structure(isize::MAX, 1, 1, &[isize::MAX], &[isize::MAX], 0));
        assert!(!verify_structure(isize::MAX, 1, 2, &[isize::MAX; 2], &[isize::MIN; 2], 0));
    }

    #[test]
    fn steps_are_whole_items() {
        assert!(verify_structure(8, 2, 1, &[2], &[4], 2));
        assert!(!verify_structure(8, 2, 1, &[2], &[3], 2));
        assert!(!verify_structure(8, 2, 1, &[2], &[4], 1));
        assert!(!verify_structure(8, 0, 1, &[2], &[4], 0));
    }

    #[test]
    fn scalars_have_no_arrays() {
        assert!(verify_structure(4, 4, 0, &[], &[], 0));
        assert!(!verify_structure(4, 4, 0, &[1], &[4], 0));
        assert!(!verify_structure(4, 4, -1, &[], &[], 0));
        assert!(!verify_structure(4, 4, 2, &[1], &[4], 0));
        assert!(!verify_structure(4, 1, 1, &[2], &[1, 1], 0));
        assert!(!verify_structure(4, 1, 1, &[2, 1], &[1], 0));
    }

    #[test]
    fn no_elements_are_anywhere_but_in_no_memory() {
        assert!(verify_structure(1, 1, 2, &[3, 0], &[50, 7], 0));
        assert!(!verify_structure(0, 1, 1, &[0], &[1], 0));
        assert!(!verify_structure(1, 1, 1, &[0], &[1], 1));
    }
}
