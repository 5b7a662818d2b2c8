//! Copying the first elements in an order only.

use super::elements::copy;
use super::one_by_one::one_by_one;
use super::room::Room;
use super::side::{Order, Side};

/// Copies the first `count` elements in an order: all of the slowest dimension that is whole, and what is left
/// over one by one.
///
/// # Safety
///
/// As for [`copy`]; of `from` no more than so many elements need to be there.
pub(super) unsafe fn first(
    to: &Side<'_>,
    from: &Side<'_>,
    order: Order,
    count: isize,
    threads: usize,
) {
    let slowest = if order == Order::C { 0 } else { to.shape.len().saturating_sub(1) };
    let inner = to.shape.iter().enumerate().filter(|(at, _)| *at != slowest);
    let slab = inner.fold(1, |slab: isize, (_, extent)| slab.saturating_mul(*extent));
    let whole = count.checked_div(slab).unwrap_or(0);
    if whole < 1 || to.shape.is_empty() || to.last_pointer().is_some() {
        // SAFETY: left to the caller.
        return unsafe { one_by_one(to, from, order, count) };
    }
    let whole = whole.min(to.shape[slowest]);
    let [mut head, mut tail] = [Room::new(), Room::new()];
    for &extent in to.shape {
        head.push(extent);
        tail.push(extent);
    }
    head[slowest] = whole;
    tail[slowest] -= whole;
    // SAFETY: left to the caller; these are the first of the elements, and then those behind them.
    unsafe {
        copy(&to.behind(slowest, 0, &head), &from.behind(slowest, 0, &head), threads);
        let [to, from] = [to, from].map(|side| side.behind(slowest, whole, &tail));
        one_by_one(&to, &from, order, count - whole * slab);
    }
}
