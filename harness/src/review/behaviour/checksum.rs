//! # Checksums
//!
//! Eight hexadecimal digits that stand in a table for what there is no room for: which calls exactly,
//! and which values. They are the same on every machine.

use std::fmt;

/// A checksum of numbers in their order, or of a set of such; at first of nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Checksum(u64);

impl Checksum {
    /// Of numbers: FNV-1a, but of 64 bits at once, and turned so that the low bits see the high ones.
    pub(super) fn of(numbers: impl IntoIterator<Item = u64>) -> Checksum {
        let take =
            |sum: u64, number: u64| (sum ^ number).wrapping_mul(0x0100_0000_01b3).rotate_left(23);
        Checksum(numbers.into_iter().fold(0xcbf2_9ce4_8422_2325, take))
    }

    pub(super) fn of_text(text: &str) -> Checksum {
        Checksum::of(text.bytes().map(u64::from))
    }

    /// Adds something to a set.
    pub(super) fn add(&mut self, other: Checksum) {
        self.0 = self.0.wrapping_add(other.0);
    }

    pub(super) fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", (self.0 >> 32) ^ (self.0 & 0xffff_ffff))
    }
}
