//! The size of an item from its format, in the syntax of Python's struct module.

use core::ffi::{CStr, c_int, c_long, c_longlong, c_short};
use core::str;

use crate::error::Error;

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
    let (item, rest): (fn(u8) -> Option<Item>, _) = match bytes {
        [b'@', rest @ ..] => (native, rest),
        [b'=' | b'<' | b'>' | b'!', rest @ ..] => (standard, rest),
        _ => (native, bytes),
    };
    size(rest, item).map_err(|error| match bytes.is_ascii() {
        true => error,
        false if str::from_utf8(bytes).is_err() => Error::FormatNotUtf8,
        false => Error::FormatNotAscii,
    })
}

/// What a code stands for, in bytes.
struct Item {
    size: isize,
    alignment: isize,
}

fn size(format: &[u8], item: fn(u8) -> Option<Item>) -> Result<isize, Error> {
    let mut size: isize = 0;
    let mut count: Option<isize> = None;
    for &byte in format {
        match byte {
            b'0'..=b'9' => {
                let tens = count.unwrap_or(0).checked_mul(10);
                let number = tens.and_then(|tens| tens.checked_add((byte - b'0').into()));
                count = Some(number.ok_or(Error::FormatTooLong)?);
            }
            b' ' | b'\t'..=b'\r' if count.is_none() => {}
            code => {
                let Item { size: one, alignment } = item(code).ok_or(Error::FormatCode)?;
                let all = count.take().unwrap_or(1).checked_mul(one);
                // Alignments are powers of two: round up.
                let start = size.checked_add(alignment - 1).map(|end| end & -alignment);
                let end = start.zip(all).and_then(|(start, all)| start.checked_add(all));
                size = end.ok_or(Error::FormatTooLong)?;
            }
        }
    }
    if count.is_some() { Err(Error::FormatCount) } else { Ok(size) }
}

fn native(code: u8) -> Option<Item> {
    match code {
        b'x' | b'c' | b'b' | b'B' | b's' | b'p' => item_of::<u8>(),
        b'?' => item_of::<bool>(),
        b'h' | b'H' => item_of::<c_short>(),
        b'i' | b'I' => item_of::<c_int>(),
        b'l' | b'L' => item_of::<c_long>(),
        b'q' | b'Q' => item_of::<c_longlong>(),
        b'n' | b'N' => item_of::<isize>(),
        b'P' => item_of::<*const ()>(),
        b'e' => item_of::<u16>(),
        b'f' => item_of::<f32>(),
        b'd' => item_of::<f64>(),
        _ => None,
    }
}

fn item_of<T>() -> Option<Item> {
    Some(Item { size: size_of::<T>() as isize, alignment: align_of::<T>() as isize })
}

fn standard(code: u8) -> Option<Item> {
    let size = match code {
        b'x' | b'c' | b'b' | b'B' | b'?' | b's' | b'p' => 1,
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'l' | b'L' | b'f' => 4,
        b'q' | b'Q' | b'd' => 8,
        _ => return None,
    };
    Some(Item { size, alignment: 1 })
}

#[cfg(test)]
mod tests {
    use super::*;

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
