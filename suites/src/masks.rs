//! # Masks
//!
//! Every mask of the eight meaningful bits, and three that have others.

use pybuf_harness::model::Flags;

/// Masks with bits that mean nothing to a request: the unused bit, `PyBUF_WRITE`, all bits.
pub const OTHERS: [i32; 3] = [0x2, 0x200, -1];

/// `PyBUF_FULL_RO`: everything, read-only or not.
pub const FULL_RO: i32 = 0x11c;

/// `PyBUF_STRIDES`.
pub(crate) const STRIDES: i32 = 0x018;

/// The 72 unions of documented flags first, simplest first; then the other 184 masks of the eight
/// bits; then [`OTHERS`].
pub fn all() -> Vec<i32> {
    let meaningful = Flags::all().bits();
    let mut masks: Vec<i32> = (0..=meaningful).filter(|mask| mask & !meaningful == 0).collect();
    let is_documented = |mask| Flags::from_bits_retain(mask).is_documented();
    masks.sort_by_key(|&mask| (!is_documented(mask), mask.count_ones(), mask));
    masks.extend(OTHERS);
    masks
}

/// How many masks there are in all.
pub(crate) const COUNT: usize = 256 + OTHERS.len();

/// The mask of that number among all.
pub(crate) fn numbered(number: usize) -> Option<i32> {
    thread_local!(static ALL: Vec<i32> = all());
    ALL.with(|masks| masks.get(number).copied())
}
