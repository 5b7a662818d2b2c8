//! Which indices a Python slice or index means.

use crate::error::Error;

/// A slice resolved for one extent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slice {
    /// The first index, if there is any.
    pub(crate) start: isize,
    /// From one index to the next. Not zero.
    pub(crate) step: isize,
    /// How many indices.
    pub(crate) count: isize,
}

impl Slice {
    /// Resolves `start:stop:step` for an extent, which is not negative.
    pub(crate) fn resolve(
        start: Option<isize>,
        stop: Option<isize>,
        step: Option<isize>,
        extent: isize,
    ) -> Result<Self, Error> {
        let step = step.unwrap_or(1);
        if step == 0 {
            return Err(Error::ZeroStep);
        }
        // Where a walk begins and ends if nothing is said. Walking down ends in front of 0.
        let (first, end) = if step > 0 { (0, extent) } else { (extent - 1, -1) };
        let bound = |index: isize| index_of(index, extent).max(first.min(end)).min(first.max(end));
        let start = start.map_or(first, bound);
        let stop = stop.map_or(end, bound);
        let distance = if step > 0 { stop - start } else { start - stop };
        let count = if distance > 0 { (distance - 1) / step.saturating_abs() + 1 } else { 0 };
        Ok(Self { start, step, count })
    }
}

/// An index along a dimension of that extent, counted from the start: a negative one counts from the end.
#[inline]
pub(crate) fn index_of(index: isize, extent: isize) -> isize {
    if index < 0 { index + extent } else { index }
}

/// [`index_of`] an element.
#[inline]
pub(crate) fn resolve_index(index: isize, extent: isize) -> Result<isize, Error> {
    let from_start = index_of(index, extent);
    if (0..extent).contains(&from_start) { Ok(from_start) } else { Err(Error::IndexOutOfRange) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_is_inside_from_either_end() {
        let of_three = |index| resolve_index(index, 3);
        assert_eq!([0, 2, -1, -3].map(of_three), [Ok(0), Ok(2), Ok(2), Ok(0)]);
        for index in [3, -4, isize::MIN, isize::MAX] {
            assert_eq!(of_three(index), Err(Error::IndexOutOfRange));
        }
        assert_eq!(resolve_index(0, 0), Err(Error::IndexOutOfRange));
        assert_eq!(resolve_index(-1, isize::MAX), Ok(isize::MAX - 1));
    }

    /// Start, stop, step; then start and count for ten elements.
    type Row = (Option<isize>, Option<isize>, Option<isize>, isize, isize);

    const TEN: &[Row] = &[
        (None, None, None, 0, 10),
        (Some(2), Some(5), None, 2, 3),
        (Some(-3), None, None, 7, 3),
        (None, Some(-3), None, 0, 7),
        (Some(-99), Some(99), None, 0, 10),
        (Some(5), Some(2), None, 5, 0),
        (Some(5), Some(5), Some(2), 5, 0),
        (Some(99), None, None, 10, 0),
        (None, None, Some(3), 0, 4),
        (Some(1), Some(9), Some(4), 1, 2),
        (None, None, Some(-1), 9, 10),
        (None, None, Some(-3), 9, 4),
        (Some(2), Some(7), Some(-1), 2, 0),
        (Some(7), Some(2), Some(-2), 7, 3),
        (Some(99), Some(-99), Some(-1), 9, 10),
        (Some(-99), None, Some(-1), -1, 0),
        (None, None, Some(isize::MAX), 0, 1),
        (None, None, Some(isize::MIN), 9, 1),
        (Some(isize::MIN), Some(isize::MAX), None, 0, 10),
    ];

    #[test]
    fn indices_are_pythons() {
        for &(start, stop, step, first, count) in TEN {
            let slice = Slice::resolve(start, stop, step, 10);
            let expected = Slice { start: first, step: step.unwrap_or(1), count };
            assert_eq!(slice, Ok(expected), "{start:?}:{stop:?}:{step:?}");
        }
    }

    #[test]
    fn extremes_do_not_overflow() {
        let all = |step| Slice::resolve(None, None, Some(step), isize::MAX);
        assert_eq!(all(1), Ok(Slice { start: 0, step: 1, count: isize::MAX }));
        assert_eq!(all(-1), Ok(Slice { start: isize::MAX - 1, step: -1, count: isize::MAX }));
        let none = Slice::resolve(None, None, Some(-1), 0);
        assert_eq!(none, Ok(Slice { start: -1, step: -1, count: 0 }));
    }

    #[test]
    fn a_step_of_zero_is_refused() {
        assert_eq!(Slice::resolve(None, None, Some(0), 10), Err(Error::ZeroStep));
    }
}
