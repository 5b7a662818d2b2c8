//! The size of an item from its format, in the syntax of Python's struct module.

pub(crate) mod codes;
pub(crate) mod fields;
pub mod item;

use core::ffi::CStr;
use core::str;

use crate::error::Error;
use codes::{Code, split_prefix};

/// `PyBuffer_SizeFromFormat`: the size of an item of that format, in bytes.
///
/// Native sizes and alignments are those of C on this machine; alignment makes gaps between items
/// and none behind the last one. PEP 3118's extensions of the syntax are not understood, as they are
/// not by CPython.
///
/// ```
/// use pybuf_fast::{Error, size_from_format};
///
/// assert_eq!(size_from_format(c"bh"), Ok(4)); // A gap of one byte.
/// assert_eq!(size_from_format(c"<bh"), Ok(3)); // No gaps.
/// assert_eq!(size_from_format(c"3s 2i"), Ok(12));
/// assert_eq!(size_from_format(c"T{i}"), Err(Error::FormatCode));
/// ```
///
/// # Errors
///
/// [`Error::FormatCode`], [`Error::FormatCount`] or [`Error::FormatTooLong`], whichever comes first;
/// but [`Error::FormatNotUtf8`] or [`Error::FormatNotAscii`] wherever the cause is.
pub fn size_from_format(format: &CStr) -> Result<isize, Error> {
    let bytes = format.to_bytes();
    let (codes, rest) = split_prefix(bytes);
    walk(rest, codes, |_| {}).map_err(|error| told_first(error, bytes))
}

/// What Python tells of a format with that error: it decodes the format before it looks at it.
#[cold]
fn told_first(error: Error, format: &[u8]) -> Error {
    match str::from_utf8(format) {
        Err(_) => Error::FormatNotUtf8,
        Ok(text) if !text.is_ascii() => Error::FormatNotAscii,
        Ok(_) => error,
    }
}

/// A code of a format with its count, and where its bytes start.
pub(crate) struct Part {
    pub(crate) code: Code,
    pub(crate) count: isize,
    pub(crate) start: isize,
}

/// Walks through the codes of a format without its prefix. Returns the size of all of it.
#[inline(always)]
pub(crate) fn walk(
    format: &[u8],
    codes: &[Code; 256],
    mut each: impl FnMut(Part),
) -> Result<isize, Error> {
    let mut size: isize = 0;
    let mut rest = format;
    while let [byte, behind @ ..] = rest {
        rest = behind;
        let mut code = codes[usize::from(*byte)];
        let mut count = 1;
        if code.size == 0 {
            match byte {
                b' ' | b'\t'..=b'\r' => continue,
                b'0'..=b'9' => (count, code, rest) = counted(byte - b'0', rest, codes)?,
                _ => return Err(Error::FormatCode),
            }
        }
        let all = count.checked_mul(code.size.into());
        // Alignments are powers of two: round up.
        let alignment = isize::from(code.alignment);
        let start = size.checked_add(alignment - 1).map(|end| end & -alignment);
        let (Some(start), Some(all)) = (start, all) else { return Err(Error::FormatTooLong) };
        size = start.checked_add(all).ok_or(Error::FormatTooLong)?;
        each(Part { code, count, start });
    }
    Ok(size)
}

/// A count, of which the first digit is read, its code, and what is behind that.
fn counted<'a>(
    first: u8,
    mut rest: &'a [u8],
    codes: &[Code; 256],
) -> Result<(isize, Code, &'a [u8]), Error> {
    let mut count = isize::from(first);
    while let [byte, behind @ ..] = rest {
        rest = behind;
        if let b'0'..=b'9' = byte {
            let tens = count.checked_mul(10);
            let number = tens.and_then(|tens| tens.checked_add((byte - b'0').into()));
            count = number.ok_or(Error::FormatTooLong)?;
            continue;
        }
        let code = codes[usize::from(*byte)];
        return if code.size == 0 { Err(Error::FormatCode) } else { Ok((count, code, rest)) };
    }
    Err(Error::FormatCount)
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::ffi::{c_int, c_long};

    fn sizes(table: &[(&CStr, Result<isize, Error>)]) {
        for (format, expected) in table {
            assert_eq!(size_from_format(format), *expected, "{format:?}");
        }
    }

    #[test]
    fn standard_sizes_are_added_up() {
        sizes(&[
            (c"", Ok(0)),
            (c"<", Ok(0)),
            (c"=bl", Ok(5)),
            (c">hd", Ok(10)),
            (c"!3q2x", Ok(26)),
            (c"<10s 007p\n", Ok(17)),
        ]);
    }

    #[test]
    fn native_items_are_aligned_and_the_end_is_not() {
        let int = size_of::<c_int>() as isize;
        let double = align_of::<f64>() as isize;
        sizes(&[
            (c"?", Ok(size_of::<bool>() as isize)),
            (c"l", Ok(size_of::<c_long>() as isize)),
            (c"N", Ok(size_of::<usize>() as isize)),
            (c"e", Ok(2)),
            (c"f", Ok(4)),
            (c"bi", Ok(2 * int)),
            (c"ib", Ok(int + 1)),
            (c"@b0d", Ok(double)),
            (c"bP", Ok(2 * size_of::<usize>() as isize)),
            (c"hs0h", Ok(4)),
        ]);
    }

    #[test]
    fn what_is_no_format_is_refused() {
        sizes(&[
            (c"i3", Err(Error::FormatCount)),
            (c"3 i", Err(Error::FormatCode)),
            (c" <i", Err(Error::FormatCode)),
            (c"<<i", Err(Error::FormatCode)),
            (c"-1i", Err(Error::FormatCode)),
            (c"<n", Err(Error::FormatCode)),
            (c"=P", Err(Error::FormatCode)),
            (c"(2,3)i", Err(Error::FormatCode)),
            (c"Z\xc3\xa9", Err(Error::FormatNotAscii)),
            (c"i\xff", Err(Error::FormatNotUtf8)),
        ]);
    }

    #[test]
    #[cfg(target_pointer_width = "64")]
    fn the_largest_size_is_one_and_a_larger_one_is_not() {
        sizes(&[
            (c"9223372036854775807b", Ok(isize::MAX)),
            (c"9223372036854775806xx", Ok(isize::MAX)),
            (c"9223372036854775807bb", Err(Error::FormatTooLong)),
            (c"9223372036854775807b0q", Err(Error::FormatTooLong)),
            (c"9223372036854775808b", Err(Error::FormatTooLong)),
            (c"<4611686018427387903h", Ok(isize::MAX - 1)),
            (c"<4611686018427387904h", Err(Error::FormatTooLong)),
        ]);
    }
}
