//! Numbers that elements can be read as.

use core::ffi::{CStr, c_char};

use super::codes::{Kind, Scalar, scalar};

/// A number of Rust that elements can be: read and written as they lie in memory, without a conversion.
///
/// Any bytes of its size are a value of it. That is why `bool` is none, whose bytes are 0 and 1 only, while
/// an exporter's may be others: a cast to `B` makes them readable as `u8`.
pub trait Item: Copy + PartialEq + sealed::Sealed + 'static {
    /// The format of such elements, in native byte order. One of several: `l` is as good for an `i64`
    /// where C's `long` has 64 bits.
    const FORMAT: &'static CStr;
}

mod sealed {
    pub trait Sealed {
        const SCALAR: crate::format::codes::Scalar;
    }
}

/// Whether elements of that format and size are of the type.
///
/// # Safety
///
/// `format` is NULL or a C string.
#[inline]
pub(crate) unsafe fn is_of<T: Item>(format: *const c_char, itemsize: isize) -> bool {
    // SAFETY: left to the caller.
    itemsize == size_of::<T>() as isize && unsafe { scalar(format) } == Some(T::SCALAR)
}

/// The one that is a word of this machine. (`N` and `n` would be that everywhere, but NumPy knows neither.)
const fn word(of_64: &'static CStr, of_32: &'static CStr, of_16: &'static CStr) -> &'static CStr {
    match usize::BITS {
        64 => of_64,
        32 => of_32,
        _ => of_16,
    }
}

macro_rules! items {
    ($($type:ty, $kind:ident, $format:expr;)*) => { $(
        impl sealed::Sealed for $type {
            const SCALAR: Scalar =
                Scalar { kind: Kind::$kind, size: size_of::<$type>() as u8, swapped: false };
        }

        impl Item for $type {
            const FORMAT: &'static CStr = $format;
        }
    )* };
}

items! {
    u8, Unsigned, c"B";
    i8, Signed, c"b";
    u16, Unsigned, c"H";
    i16, Signed, c"h";
    u32, Unsigned, c"I";
    i32, Signed, c"i";
    u64, Unsigned, c"Q";
    i64, Signed, c"q";
    usize, Unsigned, word(c"Q", c"I", c"H");
    isize, Signed, word(c"q", c"i", c"h");
    f32, Float, c"f";
    f64, Float, c"d";
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_of<T: Item>(format: Option<&CStr>, itemsize: isize) -> bool {
        let format = format.map_or(core::ptr::null(), CStr::as_ptr);
        // SAFETY: NULL or a C string.
        unsafe { super::is_of::<T>(format, itemsize) }
    }

    fn format_is_its_own<T: Item>() -> bool {
        is_of::<T>(Some(T::FORMAT), size_of::<T>() as isize)
    }

    #[test]
    fn each_type_has_the_size_and_kind_of_its_format() {
        assert!(format_is_its_own::<u8>() && format_is_its_own::<i8>());
        assert!(format_is_its_own::<u16>() && format_is_its_own::<i16>());
        assert!(format_is_its_own::<u32>() && format_is_its_own::<i32>());
        assert!(format_is_its_own::<u64>() && format_is_its_own::<i64>());
        assert!(format_is_its_own::<usize>() && format_is_its_own::<isize>());
        assert!(format_is_its_own::<f32>() && format_is_its_own::<f64>());
    }

    #[test]
    fn other_names_of_the_same_are_the_same() {
        assert!(is_of::<usize>(Some(c"N"), size_of::<usize>() as isize));
        assert!(is_of::<isize>(Some(c"n"), size_of::<usize>() as isize));
        let native = if cfg!(target_endian = "little") { c"<i" } else { c">i" };
        let swapped = if cfg!(target_endian = "little") { c">i" } else { c"<i" };
        for format in [c"i", c"@i", c"=i", c"=l", native] {
            assert!(is_of::<i32>(Some(format), 4), "{format:?}");
        }
        for format in [c"I", c"f", c"ii", c"1i", c" i", c"", c"@", c"i:name:", swapped] {
            assert!(!is_of::<i32>(Some(format), 4), "{format:?}");
        }
        assert!(!is_of::<i32>(Some(c"i"), 8));
        assert!(is_of::<u8>(None, 1) && !is_of::<u8>(None, 4) && !is_of::<i8>(None, 1));
        for format in [c"<B", c">B", c"@B", c"!B"] {
            assert!(is_of::<u8>(Some(format), 1), "one byte has no order: {format:?}");
        }
        for format in [c"?", c"c", c"x", c"s", c"p"] {
            assert!(!is_of::<u8>(Some(format), 1), "{format:?}");
        }
    }
}
