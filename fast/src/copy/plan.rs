//! The plan of a copy: as few dimensions as it comes to, in the order in which the destination lies.

use core::mem::MaybeUninit;

use crate::buffer::MAX_NDIM;

/// One dimension of a copy: so many places, and the bytes from each to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dimension {
    /// More than 1.
    pub(super) extent: usize,
    /// Not negative.
    pub(super) to: isize,
    pub(super) from: isize,
}

/// A copy of runs of bytes, from the first of which both sides go along a few dimensions.
pub(super) struct Plan {
    /// The outermost first: that of the largest steps of the destination. Of those behind `ndim` none is
    /// ever written: a copy of a few bytes takes less time than that.
    dimensions: [MaybeUninit<Dimension>; MAX_NDIM],
    ndim: usize,
    /// How many bytes are copied at a time: an item, or many in a row.
    pub(super) run: usize,
    /// Where the walk begins, in bytes from the first element of each side: a dimension of negative steps
    /// is walked from its other end.
    pub(super) to: isize,
    pub(super) from: isize,
}

impl Plan {
    /// The plan for a copy of all elements; `None` if they have no bytes. The arrays are of one length,
    /// [`MAX_NDIM`] at the most.
    pub(super) fn of(
        itemsize: isize,
        shape: &[isize],
        to: &[isize],
        from: &[isize],
    ) -> Option<Plan> {
        let run = usize::try_from(itemsize).ok().filter(|&itemsize| itemsize > 0)?;
        let dimensions = [MaybeUninit::uninit(); MAX_NDIM];
        let mut plan = Plan { dimensions, ndim: 0, run, to: 0, from: 0 };
        for ((&extent, &to), &from) in shape.iter().zip(to).zip(from) {
            match usize::try_from(extent) {
                Ok(0) | Err(_) => return None,
                Ok(1) => {}
                Ok(extent) => plan.add(Dimension { extent, to, from }),
            }
        }
        plan.merge();
        plan.absorb();
        Some(plan)
    }

    /// The dimensions, the outermost first.
    pub(super) fn dimensions(&self) -> &[Dimension] {
        // SAFETY: so many have been written, and `MaybeUninit` has the same layout.
        unsafe { &*(&raw const self.dimensions[..self.ndim] as *const [Dimension]) }
    }

    fn dimensions_mut(&mut self) -> &mut [Dimension] {
        // SAFETY: as above.
        unsafe { &mut *(&raw mut self.dimensions[..self.ndim] as *mut [Dimension]) }
    }

    /// Adds a dimension where it belongs.
    fn add(&mut self, mut new: Dimension) {
        if new.to < 0 {
            // What wraps is the address of no element: those at both ends are in memory.
            let last = new.extent as isize - 1;
            self.to = self.to.wrapping_add(new.to.wrapping_mul(last));
            self.from = self.from.wrapping_add(new.from.wrapping_mul(last));
            (new.to, new.from) = (new.to.wrapping_neg(), new.from.wrapping_neg());
        }
        let Some(room) = self.dimensions.get_mut(self.ndim) else { return };
        room.write(new);
        self.ndim += 1;
        let dimensions = self.dimensions_mut();
        let mut place = dimensions.len() - 1;
        let steps = |it: &Dimension| (it.to.unsigned_abs(), it.from.unsigned_abs());
        while place > 0 && steps(&dimensions[place - 1]) < steps(&new) {
            dimensions.swap(place - 1, place);
            place -= 1;
        }
    }

    /// Makes one of each two dimensions that are walked as one.
    fn merge(&mut self) {
        let dimensions = self.dimensions_mut();
        let mut merged = 0;
        for index in 1..dimensions.len() {
            let (outer, inner) = (dimensions[merged], dimensions[index]);
            match outer.with(inner) {
                Some(both) => dimensions[merged] = both,
                None => {
                    merged += 1;
                    dimensions[merged] = inner;
                }
            }
        }
        self.ndim = self.ndim.min(merged + 1);
    }

    /// Takes the innermost dimension as one run of bytes if both sides have its items in a row.
    fn absorb(&mut self) {
        let Some(inner) = self.dimensions().last() else { return };
        let in_a_row = |stride: isize| usize::try_from(stride) == Ok(self.run);
        if in_a_row(inner.to) && in_a_row(inner.from) {
            self.run = self.run.saturating_mul(inner.extent);
            self.ndim -= 1;
        }
    }
}

impl Dimension {
    /// The two as one, if one step of this is as far as all steps of the inner one.
    fn with(self, inner: Dimension) -> Option<Dimension> {
        let extent = isize::try_from(inner.extent).ok()?;
        let continues = |outer: isize, inner: isize| inner.checked_mul(extent) == Some(outer);
        let both = continues(self.to, inner.to) && continues(self.from, inner.from);
        let extent = self.extent.checked_mul(inner.extent).filter(|_| both)?;
        Some(Dimension { extent, ..inner })
    }
}
