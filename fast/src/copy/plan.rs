//! The plan of a copy: as few dimensions as it comes to, in the order in which the destination lies.

use super::room::Room;

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
    /// The outermost first: that of the largest steps of the destination.
    pub(super) dimensions: Room<Dimension>,
    /// How many bytes are copied at a time: an item, or many in a row.
    pub(super) run: usize,
    /// Where the walk begins, in bytes from the first element of each side: a dimension of negative steps
    /// is walked from its other end.
    pub(super) to: isize,
    pub(super) from: isize,
}

impl Plan {
    #[inline(always)]
    pub(super) fn new() -> Plan {
        Plan { dimensions: Room::new(), run: 0, to: 0, from: 0 }
    }

    /// Plans a copy of all elements; false if they have no bytes. The arrays are of one length,
    /// [`MAX_NDIM`](crate::MAX_NDIM) at the most.
    pub(super) fn make(
        &mut self,
        itemsize: isize,
        shape: &[isize],
        to: &[isize],
        from: &[isize],
    ) -> bool {
        self.run = usize::try_from(itemsize).unwrap_or(0);
        for ((&extent, &to), &from) in shape.iter().zip(to).zip(from) {
            match usize::try_from(extent) {
                Ok(0) | Err(_) => return false,
                Ok(1) => {}
                Ok(extent) => self.add(Dimension { extent, to, from }),
            }
        }
        self.merge();
        self.absorb();
        self.run > 0
    }

    /// Whether there is so much of it that it is not to go through the caches.
    #[inline]
    pub(super) fn is_large(&self) -> bool {
        let bytes =
            self.dimensions.iter().fold(self.run, |bytes, it| bytes.saturating_mul(it.extent));
        bytes >= super::stream::LARGE
    }

    /// Adds a dimension where it belongs.
    #[inline]
    fn add(&mut self, mut new: Dimension) {
        if new.to < 0 {
            // What wraps is the address of no element: those at both ends are in memory.
            let last = new.extent as isize - 1;
            self.to = self.to.wrapping_add(new.to.wrapping_mul(last));
            self.from = self.from.wrapping_add(new.from.wrapping_mul(last));
            (new.to, new.from) = (new.to.wrapping_neg(), new.from.wrapping_neg());
        }
        self.dimensions.push(new);
        let mut place = self.dimensions.len() - 1;
        let steps = |it: &Dimension| (it.to.unsigned_abs(), it.from.unsigned_abs());
        while place > 0 && steps(&self.dimensions[place - 1]) < steps(&new) {
            self.dimensions.swap(place - 1, place);
            place -= 1;
        }
    }

    /// Makes one of each two dimensions that are walked as one.
    #[inline]
    fn merge(&mut self) {
        let mut merged = 0;
        for index in 1..self.dimensions.len() {
            let (outer, inner) = (self.dimensions[merged], self.dimensions[index]);
            match outer.with(inner) {
                Some(both) => self.dimensions[merged] = both,
                None => {
                    merged += 1;
                    self.dimensions[merged] = inner;
                }
            }
        }
        self.dimensions.truncate(merged + 1);
    }

    /// Takes the innermost dimension as one run of bytes if both sides have its items in a row.
    #[inline]
    fn absorb(&mut self) {
        let Some(inner) = self.dimensions.last() else { return };
        let in_a_row = |stride: isize| usize::try_from(stride) == Ok(self.run);
        if in_a_row(inner.to) && in_a_row(inner.from) {
            self.run = self.run.saturating_mul(inner.extent);
            self.dimensions.truncate(self.dimensions.len() - 1);
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
