//! The orders of elements.

/// An order of elements, packed or walked: what the methods of [`View`](crate::View) and
/// [`MemoryView`](crate::MemoryView) are asked for.
///
/// The functions that are as in C are asked with a byte, `b'C'`, `b'F'` or `b'A'`, and each of them has its own
/// reading of all other bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Order {
    /// C's: the last index varies the fastest.
    C = b'C',
    /// Fortran's: the first index varies the fastest.
    Fortran = b'F',
    /// As the elements lie, if they are contiguous in one of the two, and in C's order otherwise. Whether
    /// elements are contiguous in it: in either of the two.
    Any = b'A',
}

impl Order {
    /// What the functions that are as in C call it.
    #[inline]
    pub const fn byte(self) -> u8 {
        self as u8
    }
}
