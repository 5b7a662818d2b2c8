//! # Request flags
//!
//! A consumer says with flags what kind of buffer it can deal with. Some flags contain others:
//! a consumer that can deal with strides can deal with a shape, and so on up.

use bitflags::bitflags;

bitflags! {
    /// The flags of a request, by CPython's names without `PyBUF_`. `SIMPLE` is the empty set.
    ///
    /// Any int can be passed to `PyObject_GetBuffer`, so any int can be held here:
    /// `Flags::from_bits_retain`.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub struct Flags: i32 {
        /// The memory must be writable.
        const WRITABLE = 0x001;
        /// The format must be given.
        const FORMAT = 0x004;
        /// The shape must be given.
        const ND = 0x008;
        /// The strides must be given, and the shape.
        const STRIDES = 0x010 | 0x008;
        /// Memory in C order, with strides.
        const C_CONTIGUOUS = 0x020 | 0x010 | 0x008;
        /// Memory in Fortran order, with strides.
        const F_CONTIGUOUS = 0x040 | 0x010 | 0x008;
        /// Memory in one of the two orders, with strides.
        const ANY_CONTIGUOUS = 0x080 | 0x010 | 0x008;
        /// Suboffsets may be given, and strides are.
        const INDIRECT = 0x100 | 0x010 | 0x008;
    }
}

/// `PyBUF_READ`: an argument of the memoryview functions, memory to read. Not a request flag, though
/// `INDIRECT` has the same bit among others.
pub const READ: i32 = 0x100;

/// `PyBUF_WRITE`: the same, memory to write.
pub const WRITE: i32 = 0x200;

impl Flags {
    /// The documented flags that are set: those whose bits are all there. A stray bit of a flag (0x10
    /// without 0x8, say) asks for nothing.
    pub fn whole(self) -> Flags {
        let each = Flags::all().iter_names().map(|(_, flag)| flag);
        each.filter(|&flag| self.contains(flag)).collect()
    }

    /// Whether the mask is a union of documented flags, as 72 masks are.
    pub fn is_documented(self) -> bool {
        self.whole() == self
    }

    /// Whether the mask is exactly [`READ`] or [`WRITE`].
    pub fn is_memoryview_access(self) -> bool {
        matches!(self.bits(), READ | WRITE)
    }
}
