//! The flags of a request.
//!
//! Most contain others: who understands strides understands a shape. A flag counts only if all
//! of its bits are there, so that 0x10, which is `STRIDES` without `ND`, asks for nothing.

#![allow(non_upper_case_globals)]

use core::ffi::c_int;

/// Plain bytes: no shape, no strides, no suboffsets, no format.
pub const PyBUF_SIMPLE: c_int = 0;
/// The memory must be writable. Without it, it may be.
pub const PyBUF_WRITABLE: c_int = 0x001;
/// The older spelling of [`PyBUF_WRITABLE`].
pub const PyBUF_WRITEABLE: c_int = PyBUF_WRITABLE;
/// The format must be filled.
pub const PyBUF_FORMAT: c_int = 0x004;
/// The shape must be filled.
pub const PyBUF_ND: c_int = 0x008;
/// The strides must be filled.
pub const PyBUF_STRIDES: c_int = 0x010 | PyBUF_ND;
/// The last index must vary the fastest, without gaps.
pub const PyBUF_C_CONTIGUOUS: c_int = 0x020 | PyBUF_STRIDES;
/// The first index must vary the fastest, without gaps.
pub const PyBUF_F_CONTIGUOUS: c_int = 0x040 | PyBUF_STRIDES;
/// Either order will do, without gaps.
pub const PyBUF_ANY_CONTIGUOUS: c_int = 0x080 | PyBUF_STRIDES;
/// The suboffsets must be filled if the memory needs them.
pub const PyBUF_INDIRECT: c_int = 0x100 | PyBUF_STRIDES;

/// Writable, packed in C's order, with a shape.
pub const PyBUF_CONTIG: c_int = PyBUF_ND | PyBUF_WRITABLE;
/// Packed in C's order, with a shape.
pub const PyBUF_CONTIG_RO: c_int = PyBUF_ND;
/// Writable, with strides.
pub const PyBUF_STRIDED: c_int = PyBUF_STRIDES | PyBUF_WRITABLE;
/// With strides.
pub const PyBUF_STRIDED_RO: c_int = PyBUF_STRIDES;
/// Writable, with strides and a format.
pub const PyBUF_RECORDS: c_int = PyBUF_STRIDES | PyBUF_FORMAT | PyBUF_WRITABLE;
/// With strides and a format.
pub const PyBUF_RECORDS_RO: c_int = PyBUF_STRIDES | PyBUF_FORMAT;
/// Writable, with everything there is.
pub const PyBUF_FULL: c_int = PyBUF_INDIRECT | PyBUF_FORMAT | PyBUF_WRITABLE;
/// With everything there is.
pub const PyBUF_FULL_RO: c_int = PyBUF_INDIRECT | PyBUF_FORMAT;

/// A memoryview for reading. Not a request; as one it is refused.
pub const PyBUF_READ: c_int = 0x100;
/// A memoryview for writing. Not a request; as one it is refused.
pub const PyBUF_WRITE: c_int = 0x200;

/// Whether all bits of `flag` are among `flags`.
pub const fn has(flags: c_int, flag: c_int) -> bool {
    flags & flag == flag
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_the_documented_ones() {
        let table = [
            (PyBUF_SIMPLE, 0),
            (PyBUF_WRITABLE, 0x001),
            (PyBUF_WRITEABLE, 0x001),
            (PyBUF_FORMAT, 0x004),
            (PyBUF_ND, 0x008),
            (PyBUF_STRIDES, 0x018),
            (PyBUF_C_CONTIGUOUS, 0x038),
            (PyBUF_F_CONTIGUOUS, 0x058),
            (PyBUF_ANY_CONTIGUOUS, 0x098),
            (PyBUF_INDIRECT, 0x118),
            (PyBUF_CONTIG, 0x009),
            (PyBUF_CONTIG_RO, 0x008),
            (PyBUF_STRIDED, 0x019),
            (PyBUF_STRIDED_RO, 0x018),
            (PyBUF_RECORDS, 0x01d),
            (PyBUF_RECORDS_RO, 0x01c),
            (PyBUF_FULL, 0x11d),
            (PyBUF_FULL_RO, 0x11c),
            (PyBUF_READ, 0x100),
            (PyBUF_WRITE, 0x200),
        ];
        for (flag, value) in table {
            assert_eq!(flag, value);
        }
    }

    #[test]
    fn a_flag_counts_only_with_all_of_its_bits() {
        assert!(has(PyBUF_FULL, PyBUF_ND));
        assert!(has(PyBUF_SIMPLE, PyBUF_SIMPLE));
        assert!(has(-1, PyBUF_INDIRECT));
        assert!(!has(0x010, PyBUF_STRIDES));
        assert!(!has(0x100, PyBUF_INDIRECT));
        assert!(!has(0x300, PyBUF_ND));
        assert!(!has(PyBUF_STRIDES, PyBUF_C_CONTIGUOUS));
    }
}
