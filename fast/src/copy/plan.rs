//! Elements in memory, whatever the view that they come from, and the plan of a copy between two such.

use core::slice;

use crate::buffer::{MAX_NDIM, Py_buffer};
use crate::contiguous::fill_contiguous_strides;
use crate::error::Error;

/// The two orders in which elements can be packed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    C,
    Fortran,
}

/// Elements in memory. Each array has `ndim` entries that count.
pub(super) struct Elements {
    start: *mut u8,
    itemsize: isize,
    ndim: usize,
    shape: [isize; MAX_NDIM],
    strides: [isize; MAX_NDIM],
    /// Negative where no pointer is to be followed.
    suboffsets: [isize; MAX_NDIM],
}

/// One dimension of a copy.
#[derive(Clone, Copy)]
pub(super) struct Dimension {
    pub(super) extent: isize,
    pub(super) to: Step,
    pub(super) from: Step,
}

/// How one side of a copy goes along a dimension, in bytes.
#[derive(Clone, Copy)]
pub(super) struct Step {
    pub(super) stride: isize,
    /// Negative where no pointer is to be followed.
    pub(super) suboffset: isize,
}

/// A copy, as few dimensions as it comes to, the outermost first.
pub(super) struct Plan {
    pub(super) dimensions: [Dimension; MAX_NDIM],
    pub(super) ndim: usize,
    /// How many bytes are copied at a time: an item, or many in a row.
    pub(super) run: usize,
}

impl Elements {
    /// Those of a view: without strides in C's order, without a shape a row of bytes.
    ///
    /// # Errors
    ///
    /// [`Error::TooManyDimensions`].
    ///
    /// # Safety
    ///
    /// The arrays of the view are NULL or have `ndim` entries.
    pub(super) unsafe fn of(view: &Py_buffer) -> Result<Elements, Error> {
        let row = view.ndim > 0 && view.shape.is_null();
        let ndim = if row { 1 } else { usize::try_from(view.ndim).unwrap_or(0) };
        if ndim > MAX_NDIM {
            return Err(Error::TooManyDimensions);
        }
        let mut elements = Elements {
            start: view.buf.cast(),
            itemsize: if row { 1 } else { view.itemsize },
            ndim,
            shape: [view.len; MAX_NDIM],
            strides: [1; MAX_NDIM],
            suboffsets: [-1; MAX_NDIM],
        };
        if row {
            return Ok(elements);
        }
        let arrays = [
            (&mut elements.shape, view.shape),
            (&mut elements.strides, view.strides),
            (&mut elements.suboffsets, view.suboffsets),
        ];
        for (array, entries) in arrays.into_iter().filter(|(_, entries)| !entries.is_null()) {
            // SAFETY: not NULL, so the caller says that it has as many entries.
            array[..ndim].copy_from_slice(unsafe { slice::from_raw_parts(entries, ndim) });
        }
        if view.strides.is_null() {
            elements.pack(Order::C);
        }
        Ok(elements)
    }

    /// As many elements of the same shape, packed in an order from `start` on.
    pub(super) fn packed(start: *mut u8, like: &Elements, order: Order) -> Elements {
        let suboffsets = [-1; MAX_NDIM];
        let mut packed = Elements { start, suboffsets, ..*like };
        packed.pack(order);
        packed
    }

    fn pack(&mut self, order: Order) {
        let (shape, strides) = (&self.shape[..self.ndim], &mut self.strides[..self.ndim]);
        let order = if order == Order::C { b'C' } else { b'F' };
        fill_contiguous_strides(shape, strides, self.itemsize, order);
    }

    /// Those of its elements that have indices of `others`, which are indices of its own, too.
    pub(super) fn within(self, others: &Elements) -> Elements {
        Elements { shape: others.shape, ..self }
    }

    pub(super) fn start(&self) -> *mut u8 {
        self.start
    }

    pub(super) fn itemsize(&self) -> isize {
        self.itemsize
    }

    pub(super) fn shape(&self) -> &[isize] {
        &self.shape[..self.ndim]
    }

    pub(super) fn step(&self, dimension: usize) -> Step {
        Step { stride: self.strides[dimension], suboffset: self.suboffsets[dimension] }
    }
}

impl Step {
    const NONE: Step = Step { stride: 0, suboffset: -1 };

    fn follows(self) -> bool {
        self.suboffset >= 0
    }

    /// Whether one step of this is as far as all `extent` steps of `inner`.
    fn continues(self, inner: Step, extent: isize) -> bool {
        !self.follows() && inner.stride.checked_mul(extent) == Some(self.stride)
    }
}

impl Dimension {
    const NONE: Dimension = Dimension { extent: 1, to: Step::NONE, from: Step::NONE };

    fn follows(&self) -> bool {
        self.to.follows() || self.from.follows()
    }
}

impl Plan {
    /// The plan for a copy of all elements; `None` if they have no bytes. Both have the same shape.
    pub(super) fn of(to: &Elements, from: &Elements) -> Option<Plan> {
        let itemsize = usize::try_from(to.itemsize).ok().filter(|&itemsize| itemsize > 0)?;
        let mut plan = Plan { dimensions: [Dimension::NONE; MAX_NDIM], ndim: 0, run: itemsize };
        for (dimension, &extent) in from.shape().iter().enumerate() {
            let it = Dimension { extent, to: to.step(dimension), from: from.step(dimension) };
            if extent <= 0 {
                return None;
            }
            // Nothing to walk, unless there is a pointer to follow.
            if extent > 1 || it.follows() {
                plan.dimensions[plan.ndim] = it;
                plan.ndim += 1;
            }
        }
        plan.sort();
        plan.merge();
        plan.absorb();
        Some(plan)
    }

    /// Lets what is written come one behind the other, as far as it can: the smallest steps inside.
    /// Pointers must be followed in the order of the dimensions.
    fn sort(&mut self) {
        let dimensions = &mut self.dimensions[..self.ndim];
        if dimensions.iter().any(Dimension::follows) {
            return;
        }
        let step = |dimension: &Dimension| dimension.to.stride.unsigned_abs();
        for sorted in 1..dimensions.len() {
            let mut place = sorted;
            while place > 0 && step(&dimensions[place - 1]) < step(&dimensions[place]) {
                dimensions.swap(place - 1, place);
                place -= 1;
            }
        }
    }

    /// Makes one of each two dimensions that are walked as one.
    fn merge(&mut self) {
        let mut merged = 0;
        for index in 1..self.ndim {
            let inner = self.dimensions[index];
            let outer = &mut self.dimensions[merged];
            let continues = outer.to.continues(inner.to, inner.extent)
                && outer.from.continues(inner.from, inner.extent);
            match outer.extent.checked_mul(inner.extent).filter(|_| continues) {
                Some(extent) => *outer = Dimension { extent, ..inner },
                None => {
                    merged += 1;
                    self.dimensions[merged] = inner;
                }
            }
        }
        self.ndim = self.ndim.min(merged + 1);
    }

    /// Takes the innermost dimension as one run of bytes if both sides have its items in a row.
    fn absorb(&mut self) {
        let Some(inner) = self.dimensions[..self.ndim].last() else { return };
        let in_a_row = |step: Step| !step.follows() && usize::try_from(step.stride) == Ok(self.run);
        if in_a_row(inner.to) && in_a_row(inner.from) {
            self.run = self.run.saturating_mul(inner.extent.unsigned_abs());
            self.ndim -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;
    use alloc::vec::Vec;
    use core::ptr;

    use super::*;

    fn elements(shape: &[isize], strides: &[isize], suboffsets: &[isize]) -> Elements {
        let mut elements = Elements {
            start: ptr::null_mut(),
            itemsize: 1,
            ndim: shape.len(),
            shape: [0; MAX_NDIM],
            strides: [0; MAX_NDIM],
            suboffsets: [-1; MAX_NDIM],
        };
        elements.shape[..shape.len()].copy_from_slice(shape);
        elements.strides[..strides.len()].copy_from_slice(strides);
        elements.suboffsets[..suboffsets.len()].copy_from_slice(suboffsets);
        elements
    }

    /// Extent and strides, of what is written and of what is read, of each dimension; and the run.
    fn walked(to: &Elements, from: &Elements) -> (Vec<[isize; 3]>, usize) {
        let plan = Plan::of(to, from).expect("there are elements");
        let of = |it: &Dimension| [it.extent, it.to.stride, it.from.stride];
        (plan.dimensions[..plan.ndim].iter().map(of).collect(), plan.run)
    }

    fn plan(shape: &[isize], to: &[isize], from: &[isize]) -> (Vec<[isize; 3]>, usize) {
        walked(&elements(shape, to, &[]), &elements(shape, from, &[]))
    }

    #[test]
    fn what_lies_in_a_row_is_one_run() {
        assert_eq!(plan(&[2, 3, 4], &[12, 4, 1], &[12, 4, 1]), (vec![], 24));
        assert_eq!(plan(&[2, 3, 4], &[1, 2, 6], &[1, 2, 6]), (vec![], 24));
        assert_eq!(plan(&[2, 3, 4], &[12, 4, 1], &[24, 4, 1]), (vec![[2, 12, 24]], 12));
        assert_eq!(plan(&[2, 3, 4], &[12, 4, 1], &[24, 8, 2]), (vec![[24, 1, 2]], 1));
        assert_eq!(plan(&[5], &[1], &[-1]), (vec![[5, 1, -1]], 1));
    }

    #[test]
    fn dimensions_of_one_element_are_not_walked() {
        assert_eq!(plan(&[1, 3, 1], &[77, 1, 99], &[5, 2, 6]), (vec![[3, 1, 2]], 1));
        assert_eq!(plan(&[1, 1], &[2, 3], &[4, 5]), (vec![], 1));
        assert_eq!(plan(&[], &[], &[]), (vec![], 1));
    }

    #[test]
    fn the_smallest_steps_of_what_is_written_are_inside() {
        let sorted = vec![[2, 100, 7], [4, 10, 11], [3, 1, 13]];
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let column = |which: usize| order.map(|row| sorted[row][which]);
            assert_eq!(plan(&column(0), &column(1), &column(2)), (sorted.clone(), 1));
        }
        // Of steps of the same size the first one stays outside, whichever way it goes.
        assert_eq!(plan(&[2, 3], &[5, -5], &[1, 9]), (vec![[2, 5, 1], [3, -5, 9]], 1));
    }

    #[test]
    fn pointers_are_followed_in_the_order_of_the_dimensions() {
        let from = elements(&[2, 3], &[8, 1], &[0, -1]);
        assert_eq!(walked(&elements(&[2, 3], &[1, 2], &[]), &from).0, [[2, 1, 8], [3, 2, 1]]);
        // Also where there is one only, and where pointers lie as close as items do.
        let one = elements(&[1, 3], &[8, 1], &[0, -1]);
        assert_eq!(walked(&elements(&[1, 3], &[3, 1], &[]), &one), (vec![[1, 3, 8]], 3));
        let last = elements(&[2, 3], &[3, 1], &[-1, 0]);
        assert_eq!(walked(&elements(&[2, 3], &[3, 1], &[]), &last), (vec![[6, 1, 1]], 1));
        let both = elements(&[2, 3], &[3, 1], &[0, -1]);
        assert_eq!(walked(&both, &elements(&[2, 3], &[3, 1], &[])), (vec![[2, 3, 3]], 3));
    }

    #[test]
    fn without_bytes_there_is_no_plan() {
        for shape in [&[0][..], &[3, 0], &[-1]] {
            let none = elements(shape, &[1, 1], &[]);
            assert!(Plan::of(&none, &none).is_none(), "{shape:?}");
        }
        let empty = Elements { itemsize: 0, ..elements(&[3], &[1], &[]) };
        assert!(Plan::of(&empty, &empty).is_none());
    }

    #[test]
    fn part_of_the_elements_has_the_indices_of_others() {
        let part = elements(&[4, 5], &[9, 1], &[]).within(&elements(&[2, 3], &[3, 1], &[]));
        assert_eq!((part.shape(), part.step(0).stride), (&[2, 3][..], 9));
        let packed = Elements::packed(ptr::null_mut(), &part, Order::Fortran);
        assert_eq!([packed.step(0).stride, packed.step(1).stride], [1, 2]);
        assert_eq!((packed.shape(), packed.step(0).suboffset), (&[2, 3][..], -1));
    }
}
