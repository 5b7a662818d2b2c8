//! # Masks
//!
//! Every mask of the eight meaningful bits, and three that have others.

use pybuf_harness::model::Flags;

/// Masks with bits that mean nothing to a request: the unused bit, `PyBUF_WRITE`, all bits.
pub const OTHERS: [i32; 3] = [0x2, 0x200, -1];

/// `PyBUF_FULL_RO`: everything, read-only or not.
pub const FULL_RO: i32 = 0x11c;

/// The 72 unions of documented flags first, simplest first; then the other 184 masks of the eight
/// bits; then [`OTHERS`].
pub fn all() -> Vec<i32> {
    let meaningful = Flags::all().bits();
    let mut masks: Vec<i32> = (0..=meaningful).filter(|mask| mask & !meaningful == 0).collect();
    masks.sort_by_key(|&mask| (!is_documented(mask), mask.count_ones(), mask));
    masks.extend(OTHERS);
    masks
}

fn is_documented(mask: i32) -> bool {
    Flags::from_bits_retain(mask).is_documented()
}

/// How many masks there are in all.
pub(crate) const COUNT: usize = 256 + OTHERS.len();

/// The mask of that number among all.
pub(crate) fn numbered(number: usize) -> Option<i32> {
    thread_local!(static ALL: Vec<i32> = all());
    ALL.with(|masks| masks.get(number).copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_masks_are_there_and_the_documented_ones_come_first() {
        let masks = all();
        assert_eq!(masks.len(), COUNT);
        assert_eq!(masks.iter().collect::<std::collections::BTreeSet<_>>().len(), masks.len());
        assert!(masks[..72].iter().all(|&mask| is_documented(mask)));
        assert!(!masks[72..].iter().any(|&mask| is_documented(mask)));
        assert_eq!(masks[0], 0, "the simplest request is SIMPLE");
    }
}
