//! Walking through two places in memory at once.

use super::Dimension;

/// Calls `act` at each place of the dimensions, the innermost varying the fastest.
#[inline]
pub(in crate::copy) fn walk(
    dimensions: &[Dimension],
    mut to: *mut u8,
    mut from: *const u8,
    act: &mut impl FnMut(*mut u8, *const u8),
) {
    let Some((dimension, inner)) = dimensions.split_first() else { return act(to, from) };
    for _ in 0..dimension.extent {
        walk_on(inner, to, from, act);
        to = to.wrapping_offset(dimension.to);
        from = from.wrapping_offset(dimension.from);
    }
}

/// The same, not inlined into itself: most copies have no or one dimension to walk.
fn walk_on(
    dimensions: &[Dimension],
    to: *mut u8,
    from: *const u8,
    act: &mut impl FnMut(*mut u8, *const u8),
) {
    walk(dimensions, to, from, act);
}
