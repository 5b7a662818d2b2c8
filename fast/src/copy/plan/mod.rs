//! The plan of a copy: as few dimensions as it comes to, in the order in which the destination lies.

pub(super) mod walk;

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
        // As a rule dimensions come in the order of their steps. Then the last one is at hand, and none is read
        // again that has just been written, which would take as long as all else.
        let mut last = None;
        for ((&extent, &to_step), &from_step) in shape.iter().zip(to).zip(from) {
            let extent = match usize::try_from(extent) {
                Ok(0) | Err(_) => return false,
                Ok(1) => continue,
                Ok(extent) => extent,
            };
            let new = self.upwards(Dimension { extent, to: to_step, from: from_step });
            last = match last {
                None => Some(new),
                Some(outer) if outer.steps() < new.steps() => {
                    return self.make_sorted(shape, to, from);
                }
                Some(outer) => outer.with(new).or_else(|| {
                    self.dimensions.push(outer);
                    Some(new)
                }),
            };
        }
        self.finish(last)
    }

    /// The bytes of all runs together.
    #[inline]
    pub(super) fn bytes(&self) -> usize {
        self.dimensions.iter().fold(self.run, |bytes, it| bytes.saturating_mul(it.extent))
    }

    /// Whether no two elements of the destination share memory. Some that do not are taken for such that
    /// might.
    #[cfg(feature = "std")]
    pub(super) fn is_disjoint(&self) -> bool {
        let mut span = self.run;
        self.dimensions.iter().rev().all(|it| {
            let step = it.to.unsigned_abs();
            let fits = step >= span;
            span = span.saturating_add(step.saturating_mul(it.extent - 1));
            fits
        })
    }

    /// How many parts it can be cut into.
    #[cfg(feature = "std")]
    pub(super) fn most_parts(&self) -> usize {
        self.longest().map_or(self.run, |at| self.dimensions[at].extent)
    }

    /// The longest dimension, the outermost of such.
    #[cfg(feature = "std")]
    fn longest(&self) -> Option<usize> {
        (0..self.dimensions.len()).rev().max_by_key(|&at| self.dimensions[at].extent)
    }

    /// One of so many parts, which are all of it: of the longest dimension, or of a single run.
    #[cfg(feature = "std")]
    pub(super) fn part(&self, number: usize, parts: usize) -> Plan {
        let mut part = Plan { to: self.to, from: self.from, run: self.run, ..Plan::new() };
        self.dimensions.iter().for_each(|&dimension| part.dimensions.push(dimension));
        let cut = |extent: usize| {
            let first = extent / parts * number;
            (first as isize, if number + 1 == parts { extent - first } else { extent / parts })
        };
        let first;
        match self.longest() {
            Some(at) => {
                let it = &mut part.dimensions[at];
                (first, it.extent) = cut(it.extent);
                part.to = part.to.wrapping_add(first.wrapping_mul(it.to));
                part.from = part.from.wrapping_add(first.wrapping_mul(it.from));
            }
            None => {
                (first, part.run) = cut(self.run);
                part.to = part.to.wrapping_add(first);
                part.from = part.from.wrapping_add(first);
            }
        }
        part
    }

    /// The same for dimensions in any order.
    #[inline(never)]
    fn make_sorted(&mut self, shape: &[isize], to: &[isize], from: &[isize]) -> bool {
        (self.to, self.from) = (0, 0);
        self.dimensions.truncate(0);
        for ((&extent, &to), &from) in shape.iter().zip(to).zip(from) {
            match usize::try_from(extent) {
                Ok(0) | Err(_) => return false,
                Ok(1) => {}
                Ok(extent) => {
                    let new = self.upwards(Dimension { extent, to, from });
                    self.add(new);
                }
            }
        }
        let mut merged = 0;
        for index in 1..self.dimensions.len() {
            let (outer, inner) = (self.dimensions[merged], self.dimensions[index]);
            merged += usize::from(outer.with(inner).is_none());
            self.dimensions[merged] = outer.with(inner).unwrap_or(inner);
        }
        let last = self.dimensions.get(merged).copied();
        self.dimensions.truncate(merged);
        self.finish(last)
    }

    /// The dimension with steps upwards on the side of the destination.
    #[inline(always)]
    fn upwards(&mut self, it: Dimension) -> Dimension {
        if it.to >= 0 {
            return it;
        }
        // What wraps is the address of no element: those at both ends are in memory.
        let last = it.extent as isize - 1;
        self.to = self.to.wrapping_add(it.to.wrapping_mul(last));
        self.from = self.from.wrapping_add(it.from.wrapping_mul(last));
        Dimension { to: it.to.wrapping_neg(), from: it.from.wrapping_neg(), ..it }
    }

    /// Adds a dimension where it belongs.
    #[inline(always)]
    fn add(&mut self, new: Dimension) {
        self.dimensions.push(new);
        let mut place = self.dimensions.len() - 1;
        while place > 0 && self.dimensions[place - 1].steps() < new.steps() {
            self.dimensions.swap(place - 1, place);
            place -= 1;
        }
    }

    /// Adds the innermost dimension, or takes it as one run of bytes if both sides have its items in a row. False
    /// if there are no bytes.
    #[inline(always)]
    fn finish(&mut self, inner: Option<Dimension>) -> bool {
        if let Some(inner) = inner {
            let in_a_row = |stride: isize| usize::try_from(stride) == Ok(self.run);
            if in_a_row(inner.to) && in_a_row(inner.from) {
                self.run = self.run.saturating_mul(inner.extent);
            } else {
                self.dimensions.push(inner);
            }
        }
        self.run > 0
    }
}

impl Dimension {
    /// What dimensions are sorted by.
    #[inline(always)]
    fn steps(&self) -> (usize, usize) {
        (self.to.unsigned_abs(), self.from.unsigned_abs())
    }

    /// The two as one, if one step of this is as far as all steps of the inner one.
    #[inline(always)]
    fn with(self, inner: Dimension) -> Option<Dimension> {
        let extent = isize::try_from(inner.extent).ok()?;
        let continues = |outer: isize, inner: isize| inner.checked_mul(extent) == Some(outer);
        let both = continues(self.to, inner.to) && continues(self.from, inner.from);
        let extent = self.extent.checked_mul(inner.extent).filter(|_| both)?;
        Some(Dimension { extent, ..inner })
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;
    use alloc::vec::Vec;

    use super::*;

    /// Extent and strides, of what is written and of what is read, of each dimension; and the run.
    fn plan(shape: &[isize], to: &[isize], from: &[isize]) -> (Vec<(usize, isize, isize)>, usize) {
        let mut plan = Plan::new();
        assert!(plan.make(1, shape, to, from), "there are elements");
        assert_eq!((plan.to, plan.from), (0, 0));
        (plan.dimensions.iter().map(|it| (it.extent, it.to, it.from)).collect(), plan.run)
    }

    #[test]
    fn what_lies_in_a_row_is_one_run() {
        assert_eq!(plan(&[2, 3, 4], &[12, 4, 1], &[12, 4, 1]), (vec![], 24));
        assert_eq!(plan(&[2, 3, 4], &[1, 2, 6], &[1, 2, 6]), (vec![], 24));
        assert_eq!(plan(&[2, 3, 4], &[12, 4, 1], &[24, 4, 1]), (vec![(2, 12, 24)], 12));
        assert_eq!(plan(&[2, 3, 4], &[12, 4, 1], &[24, 8, 2]), (vec![(24, 1, 2)], 1));
        assert_eq!(plan(&[5], &[1], &[-1]), (vec![(5, 1, -1)], 1));
    }

    #[test]
    fn dimensions_of_one_element_are_not_walked() {
        assert_eq!(plan(&[1, 3, 1], &[77, 1, 99], &[5, 2, 6]), (vec![(3, 1, 2)], 1));
        assert_eq!(plan(&[1, 1], &[2, 3], &[4, 5]), (vec![], 1));
        assert_eq!(plan(&[], &[], &[]), (vec![], 1));
    }

    #[test]
    fn the_smallest_steps_of_what_is_written_are_inside() {
        let sorted = vec![(2, 100, 7), (4, 10, 11), (3, 1, 13)];
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let sorted = &sorted;
            let shape = order.map(|row| sorted[row].0 as isize);
            let strides = [order.map(|row| sorted[row].1), order.map(|row| sorted[row].2)];
            assert_eq!(plan(&shape, &strides[0], &strides[1]), (sorted.clone(), 1));
        }
        // Of steps of the same size those of the source count.
        assert_eq!(plan(&[2, 3], &[5, 5], &[1, 9]).0, [(3, 5, 9), (2, 5, 1)]);
    }

    #[test]
    fn the_destination_is_walked_upwards() {
        let mut plan = Plan::new();
        assert!(plan.make(2, &[3, 4], &[-8, 2], &[8, -2]));
        assert_eq!((plan.to, plan.from, plan.run), (-16, 16, 2));
        assert_eq!(plan.dimensions[..], [Dimension { extent: 12, to: 2, from: -2 }]);
    }

    #[test]
    fn without_bytes_there_is_no_plan() {
        let made = |itemsize, shape: &[isize]| Plan::new().make(itemsize, shape, &[1, 1], &[1, 1]);
        assert!(!made(1, &[0]) && !made(1, &[3, 0]) && !made(1, &[-1]) && !made(0, &[3]));
        assert!(made(1, &[3]));
    }

    #[test]
    #[cfg(feature = "std")]
    fn elements_that_share_memory_are_told() {
        let is_disjoint = |shape: &[isize], to: &[isize]| {
            let mut plan = Plan::new();
            plan.make(2, shape, to, &[100, 1]) && plan.is_disjoint()
        };
        assert!(is_disjoint(&[3, 4], &[8, 2]) && is_disjoint(&[3, 4], &[2, 6]));
        assert!(
            !is_disjoint(&[3, 4], &[6, 2]) && !is_disjoint(&[3], &[1]) && !is_disjoint(&[3], &[0])
        );
    }
}
