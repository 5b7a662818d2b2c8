//! # Checksums
//!
//! Eight hexadecimal digits that stand in a table for what there is no room for: which calls exactly,
//! and which values. They are the same on every machine.

use std::fmt;

/// A checksum of bytes and numbers, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Checksum(u64);

impl Default for Checksum {
    fn default() -> Self {
        Checksum(0xcbf2_9ce4_8422_2325)
    }
}

impl Checksum {
    pub(super) fn of(text: &str) -> Checksum {
        let mut sum = Checksum::default();
        text.bytes().for_each(|byte| sum.number(byte.into()));
        sum
    }

    /// Takes a number: FNV-1a, but of 64 bits at once, and turned so that the low bits see the high ones.
    pub(super) fn number(&mut self, number: u64) {
        self.0 = (self.0 ^ number).wrapping_mul(0x0100_0000_01b3).rotate_left(23);
    }

    pub(super) fn sum(&mut self, other: Checksum) {
        self.number(other.0);
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", (self.0 >> 32) ^ (self.0 & 0xffff_ffff))
    }
}
