//! Whether a layout stays inside its block, and where the pointers are if it has any.

use core::ops::Range;
use core::ptr;

use crate::error::Error;
use crate::layout::block::BlockLayout;
use crate::layout::memory::check_layout;

/// Where the elements of a checked layout are.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Placement {
    /// In the block itself.
    InBlock,
    /// In rows, behind pointers in the block.
    InRows(PointerTable),
}

/// Pointers in a block, in bytes: all that the outer dimensions reach, aligned and not overlapping.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PointerTable {
    /// From the start of the block to the first pointer.
    pub(crate) first: usize,
    /// From one pointer to the next.
    pub(crate) step: usize,
    /// How many pointers.
    pub(crate) count: usize,
    /// The size of what each pointer points to.
    pub(crate) row_size: usize,
}

const POINTER: usize = size_of::<*mut u8>();

const OUTSIDE: Error = Error::InvalidLayout("an element lies outside of the block");
const BEFORE_ROW: Error = Error::InvalidLayout("an element lies before the start of its row");
const TOO_DEEP: Error = Error::InvalidLayout("more than one dimension has pointers");
const UNALIGNED: Error = Error::InvalidLayout("the pointers are not aligned");

impl Placement {
    /// Checks a layout for a block of `size` bytes; for the errors see [`Block::new`].
    ///
    /// [`Block::new`]: crate::Block::new
    pub(crate) fn of(size: usize, layout: &BlockLayout) -> Result<Self, Error> {
        check_layout(&layout.memory(ptr::null_mut()))?;
        if layout.offset > size {
            return Err(OUTSIDE);
        }
        let suboffsets = layout.suboffsets.as_deref().unwrap_or_default();
        // The conversion fails for the negative ones, which are none.
        let mut real = suboffsets
            .iter()
            .zip(1..)
            .filter_map(|(&suboffset, depth)| Some((usize::try_from(suboffset).ok()?, depth)));
        let pointers = real.next();
        if real.next().is_some() {
            return Err(TOO_DEEP);
        }
        // Without elements there is nothing to be outside, and no pointer that is ever followed.
        if layout.shape.contains(&0) {
            return Ok(Self::InBlock);
        }
        match pointers {
            None => in_block(size, layout),
            Some((suboffset, depth)) => in_rows(size, layout, suboffset, depth),
        }
    }
}

fn in_block(size: usize, layout: &BlockLayout) -> Result<Placement, Error> {
    let itemsize = layout.itemsize.unsigned_abs();
    reach(layout.offset, &layout.shape, &layout.strides, itemsize)
        .filter(|bytes| bytes.end <= size)
        .map(|_| Placement::InBlock)
        .ok_or(OUTSIDE)
}

/// The first `depth` dimensions lead to pointers, the others from there to the elements.
fn in_rows(
    size: usize,
    layout: &BlockLayout,
    suboffset: usize,
    depth: usize,
) -> Result<Placement, Error> {
    let (outer_shape, inner_shape) = layout.shape.split_at(depth);
    let (outer_strides, inner_strides) = layout.strides.split_at(depth);
    let table = reach(layout.offset, outer_shape, outer_strides, POINTER)
        .filter(|bytes| bytes.end <= size)
        .ok_or(OUTSIDE)?;
    let row = reach(suboffset, inner_shape, inner_strides, layout.itemsize.unsigned_abs())
        .ok_or(BEFORE_ROW)?;

    // Every pointer that is reached is a multiple of this away from every other.
    let step = outer_shape
        .iter()
        .zip(outer_strides)
        .filter(|&(&extent, _)| extent > 1)
        .fold(0, |step, (_, stride)| gcd(step, stride.unsigned_abs()));
    if !layout.offset.is_multiple_of(POINTER) || !step.is_multiple_of(POINTER) {
        return Err(UNALIGNED);
    }
    let last = table.end - POINTER - table.start;
    Ok(Placement::InRows(PointerTable {
        first: table.start,
        step,
        count: last.checked_div(step).map_or(1, |steps| steps + 1),
        row_size: row.end,
    }))
}

/// The bytes between the ends of what the indices reach from `origin`, where each extent is 1 at
/// least. `None` if that is below zero or more than a `usize` holds.
fn reach(
    origin: usize,
    shape: &[isize],
    strides: &[isize],
    itemsize: usize,
) -> Option<Range<usize>> {
    let (mut low, mut high) = (origin, origin);
    for (extent, stride) in shape.iter().zip(strides) {
        let distance = (extent.unsigned_abs() - 1).checked_mul(stride.unsigned_abs())?;
        if *stride < 0 {
            low = low.checked_sub(distance)?;
        } else {
            high = high.checked_add(distance)?;
        }
    }
    Some(low..high.checked_add(itemsize)?)
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(offset: usize, itemsize: isize, shape: &[isize], strides: &[isize]) -> BlockLayout {
        BlockLayout { offset, strides: strides.to_vec(), ..BlockLayout::c_order(itemsize, shape) }
    }

    fn with_suboffsets(layout: BlockLayout, suboffsets: &[isize]) -> BlockLayout {
        BlockLayout { suboffsets: Some(suboffsets.to_vec()), ..layout }
    }

    #[test]
    fn every_byte_of_every_element_is_inside() {
        let fits = |size, layout| Placement::of(size, &layout) == Ok(Placement::InBlock);
        assert!(fits(10, layout(0, 2, &[5], &[2])));
        assert!(!fits(9, layout(0, 2, &[5], &[2])));
        assert!(fits(5, layout(4, 1, &[5], &[-1])));
        assert!(!fits(9, layout(3, 1, &[5], &[-1])));
        assert!(fits(7, layout(2, 1, &[2, 3], &[4, -1])));
        assert!(!fits(6, layout(2, 1, &[2, 3], &[4, -1])));
        assert!(fits(1, layout(0, 1, &[isize::MAX], &[0])));
        assert!(fits(1, layout(0, 1, &[1], &[isize::MIN])));
        assert!(fits(4, layout(4, 0, &[], &[])));
        assert!(!fits(4, layout(4, 1, &[], &[])));
    }

    #[test]
    fn without_elements_only_the_offset_counts() {
        let empty = |offset| Placement::of(3, &layout(offset, 1, &[0, 9], &[50, isize::MAX]));
        assert_eq!(empty(3), Ok(Placement::InBlock));
        assert_eq!(empty(4), Err(OUTSIDE));
    }

    #[test]
    fn nothing_overflows() {
        let far = |stride| Placement::of(usize::MAX, &layout(9, 1, &[3], &[stride]));
        assert_eq!(far(isize::MIN), Err(OUTSIDE));
        let two = |stride| Placement::of(8, &layout(8, 1, &[3, 3], &[stride, stride]));
        assert_eq!(two(isize::MAX), Err(OUTSIDE));
        let much = Placement::of(8, &layout(0, 2, &[isize::MAX], &[0]));
        assert!(matches!(much, Err(Error::InvalidLayout(_))));
    }

    #[test]
    fn nonsense_is_refused() {
        let invalid = |layout| matches!(Placement::of(64, &layout), Err(Error::InvalidLayout(_)));
        assert!(invalid(layout(0, 1, &[2], &[])));
        assert!(invalid(layout(0, 1, &[-1], &[1])));
        assert!(invalid(layout(0, -1, &[1], &[1])));
        assert!(invalid(with_suboffsets(layout(0, 1, &[2], &[1]), &[])));
        let deep = layout(0, 1, &[1; 65], &[0; 65]);
        assert_eq!(Placement::of(64, &deep), Err(Error::TooManyDimensions));
    }

    #[test]
    fn pointers_lead_to_rows() {
        let p = POINTER as isize;
        let table = |layout| match Placement::of(6 * POINTER, &layout) {
            Ok(Placement::InRows(t)) => {
                Ok((t.first / POINTER, t.step / POINTER, t.count, t.row_size))
            }
            Ok(Placement::InBlock) => Ok((0, 0, 0, 0)),
            Err(error) => Err(error),
        };
        let one = |offset, shape: &[isize], strides: &[isize], suboffsets: &[isize]| {
            table(with_suboffsets(layout(offset, 1, shape, strides), suboffsets))
        };
        assert_eq!(one(0, &[2, 3], &[p, 1], &[0, -1]), Ok((0, 1, 2, 3)));
        assert_eq!(one(0, &[2, 3], &[p, 1], &[5, -1]), Ok((0, 1, 2, 8)));
        // A stride that is never walked may be odd.
        assert_eq!(one(0, &[1, 3], &[3, 1], &[0, -1]), Ok((0, 0, 1, 3)));
        assert_eq!(one(0, &[2, 3], &[p, -1], &[2, -1]), Ok((0, 1, 2, 3)));
        assert_eq!(one(0, &[2, 3], &[p, -1], &[1, -1]), Err(BEFORE_ROW));
        assert_eq!(one(5 * POINTER, &[3, 2], &[-2 * p, 4], &[0, -1]), Ok((1, 2, 3, 5)));
        assert_eq!(one(0, &[9, 2], &[0, 4], &[0, -1]), Ok((0, 0, 1, 5)));
        assert_eq!(one(0, &[2, 2, 2], &[3 * p, 2 * p, 1], &[-1, 0, -1]), Ok((0, 1, 6, 2)));
        assert_eq!(one(0, &[7, 3], &[p, 1], &[0, -1]), Err(OUTSIDE));
        assert_eq!(one(1, &[1, 3], &[p, 1], &[0, -1]), Err(UNALIGNED));
        assert_eq!(one(0, &[2, 3], &[p + 1, 1], &[0, -1]), Err(UNALIGNED));
        assert_eq!(one(0, &[2, 2], &[p, p], &[0, 0]), Err(TOO_DEEP));
        assert_eq!(one(0, &[2, 0], &[p, 1], &[0, -1]), Ok((0, 0, 0, 0)));
        assert_eq!(one(0, &[2, 3], &[3, 1], &[-1, -7]), Ok((0, 0, 0, 0)));
    }
}
