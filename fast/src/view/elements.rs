//! Walking through the elements of a view one by one.

use core::iter::FusedIterator;
use core::marker::PhantomData;

use super::runs::Runs;
use crate::format::item::Item;
use crate::order::Order;
use crate::view::View;

/// The elements of a view in an order: what [`View::elements`] gives.
#[derive(Clone, Debug)]
pub struct Elements<'a, T> {
    runs: Runs,
    items: PhantomData<(&'a View, T)>,
}

impl<'a, T: Item> Elements<'a, T> {
    /// Those of a view of such items.
    pub(crate) fn of(view: &'a View, order: Order) -> Self {
        let count = view.len().unsigned_abs() / size_of::<T>();
        Self { runs: Runs::of(view, order, count), items: PhantomData }
    }
}

impl<T: Item> Iterator for Elements<'_, T> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        let element = self.runs.next()?;
        // SAFETY: it is an element of the view, which is of such items; nobody writes it while this runs.
        Some(unsafe { element.cast::<T>().read_unaligned() })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.runs.left(), Some(self.runs.left()))
    }

    fn fold<B, F: FnMut(B, T) -> B>(mut self, init: B, mut f: F) -> B {
        let mut folded = init;
        while let Some(run) = self.runs.run() {
            let mut element = run.start;
            for _ in 0..run.count {
                // SAFETY: as for `next`.
                folded = f(folded, unsafe { element.cast::<T>().read_unaligned() });
                element = element.wrapping_offset(run.stride);
            }
            self.runs.take(run.count);
        }
        folded
    }
}

impl<T: Item> ExactSizeIterator for Elements<'_, T> {}
impl<T: Item> FusedIterator for Elements<'_, T> {}
