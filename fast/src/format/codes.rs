//! The codes of Python's struct module, in tables by byte.

use core::ffi::{c_char, c_int, c_long, c_longlong, c_short};

/// What the value of a code is to Python.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// None: `x`.
    Padding,
    /// One byte, as bytes: `c`.
    Char,
    /// Bytes of a fixed length: `s`, whose count is the length.
    Bytes,
    /// Bytes behind their length: `p`, whose count is the length of both.
    Pascal,
    /// `?`.
    Bool,
    /// An integer that is never negative.
    Unsigned,
    /// An integer.
    Signed,
    /// A number of IEEE 754.
    Float,
}

/// What a code stands for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Code {
    pub(crate) kind: Kind,
    /// In bytes; 0 if the byte is no code.
    pub(crate) size: u8,
    /// In bytes, a power of two.
    pub(crate) alignment: u8,
}

/// What an element of a single value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scalar {
    pub(crate) kind: Kind,
    /// In bytes.
    pub(crate) size: u8,
    /// Whether its bytes are in the order that is not this machine's.
    pub(crate) swapped: bool,
}

impl Code {
    /// The value behind a prefix with that byte order.
    pub(crate) const fn scalar(self, swapped: bool) -> Scalar {
        // One byte has no order.
        Scalar { kind: self.kind, size: self.size, swapped: swapped && self.size > 1 }
    }
}

/// The codes that a format without a prefix, or with `@`, has: sizes and alignments of C.
pub(crate) static NATIVE: [Code; 256] = table(true);

/// The codes behind any other prefix: sizes that are the same everywhere, and no alignment.
pub(crate) static STANDARD: [Code; 256] = table(false);

/// The codes that a format consists of, and what is behind its prefix.
#[inline]
pub(crate) fn split_prefix(format: &[u8]) -> (&'static [Code; 256], &[u8]) {
    match format {
        [b'@', rest @ ..] => (&NATIVE, rest),
        [b'=' | b'<' | b'>' | b'!', rest @ ..] => (&STANDARD, rest),
        _ => (&NATIVE, format),
    }
}

/// Whether values are stored with their bytes in the order that is not this machine's.
pub(crate) const fn is_swapped(format: &[u8]) -> bool {
    match format {
        [b'<', ..] => cfg!(target_endian = "big"),
        [b'>' | b'!', ..] => cfg!(target_endian = "little"),
        _ => false,
    }
}

/// What a format of one code stands for: NULL is `"B"`. Counts, even of 1, are not looked into, and no
/// more of the format is read than is needed to tell.
///
/// # Safety
///
/// `format` is NULL or a C string.
#[inline]
pub(crate) unsafe fn scalar(format: *const c_char) -> Option<Scalar> {
    // SAFETY: left to the caller; behind a byte that is not the last there is another.
    let byte = |offset| unsafe { format.cast::<u8>().add(offset).read() };
    let (code, swapped) = match format.is_null() {
        true => (NATIVE[usize::from(b'B')], false),
        false if byte(0) == 0 => return None,
        false if byte(1) == 0 => (NATIVE[usize::from(byte(0))], false),
        false => {
            let prefixed = [byte(0), byte(1)];
            let (codes, behind) = split_prefix(&prefixed);
            if behind.len() != 1 || byte(2) != 0 {
                return None;
            }
            (codes[usize::from(behind[0])], is_swapped(&[byte(0)]))
        }
    };
    (code.size > 0 && code.kind != Kind::Padding).then(|| code.scalar(swapped))
}

const fn table(native: bool) -> [Code; 256] {
    let mut codes = [Code { kind: Kind::Padding, size: 0, alignment: 1 }; 256];
    let mut byte = 0;
    while byte < codes.len() {
        let code = if native { native_code(byte as u8) } else { standard_code(byte as u8) };
        if let Some(code) = code {
            codes[byte] = code;
        }
        byte += 1;
    }
    codes
}

const fn native_code(byte: u8) -> Option<Code> {
    Some(match byte {
        b'x' => of::<u8>(Kind::Padding),
        b'c' => of::<u8>(Kind::Char),
        b's' => of::<u8>(Kind::Bytes),
        b'p' => of::<u8>(Kind::Pascal),
        b'?' => of::<bool>(Kind::Bool),
        b'b' => of::<i8>(Kind::Signed),
        b'B' => of::<u8>(Kind::Unsigned),
        b'h' => of::<c_short>(Kind::Signed),
        b'H' => of::<c_short>(Kind::Unsigned),
        b'i' => of::<c_int>(Kind::Signed),
        b'I' => of::<c_int>(Kind::Unsigned),
        b'l' => of::<c_long>(Kind::Signed),
        b'L' => of::<c_long>(Kind::Unsigned),
        b'q' => of::<c_longlong>(Kind::Signed),
        b'Q' => of::<c_longlong>(Kind::Unsigned),
        b'n' => of::<isize>(Kind::Signed),
        b'N' => of::<usize>(Kind::Unsigned),
        b'P' => of::<*const ()>(Kind::Unsigned),
        b'e' => of::<u16>(Kind::Float),
        b'f' => of::<f32>(Kind::Float),
        b'd' => of::<f64>(Kind::Float),
        _ => return None,
    })
}

const fn of<T>(kind: Kind) -> Code {
    Code { kind, size: size_of::<T>() as u8, alignment: align_of::<T>() as u8 }
}

const fn standard_code(byte: u8) -> Option<Code> {
    let size = match byte {
        b'x' | b'c' | b'b' | b'B' | b'?' | b's' | b'p' => 1,
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'l' | b'L' | b'f' => 4,
        b'q' | b'Q' | b'd' => 8,
        _ => return None,
    };
    match native_code(byte) {
        Some(Code { kind, .. }) => Some(Code { kind, size, alignment: 1 }),
        None => None,
    }
}
