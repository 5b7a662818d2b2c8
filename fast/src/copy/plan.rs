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
        let mut packed = Elements { start, suboffsets, strides: [0; MAX_NDIM], ..*like };
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
