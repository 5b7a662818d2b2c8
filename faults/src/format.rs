//! # Faults: Formats

use crate::change::{answer, refuse};
use crate::fault::faults;

faults! { |past, call, it|
    "no-format-is-a-byte" breaks "format.empty",
        "an author who takes an empty format for NULL, which means unsigned bytes":
        Return of SizeFromFormat { format } => if format.is_empty() { answer(it, 1) };
    "native-behind-any-prefix" breaks "format.standard.sizes", "ctypes, bpo-10746":
        Call of SizeFromFormat { format } =>
            if let Some(items) = format.strip_prefix(STANDARD) { *format = format!("@{items}") };
    "long-has-four-bytes" breaks "format.native.sizes",
        "an author with a table of the sizes of C on Windows":
        Call of SizeFromFormat { format } =>
            if !format.starts_with(STANDARD) {
                *format = format.replace('l', "i").replace('L', "I");
            };
    "formats-are-not-padded" breaks "format.native.alignment", "ctypes, CPython #76961":
        Call of SizeFromFormat { format } =>
            if !format.starts_with(STANDARD) { *format = format!("={}", format.trim_start_matches('@')) };
    "padded-at-the-end" breaks "format.native.alignment",
        "an author who takes a format for a struct of C, padded at its end":
        Call of SizeFromFormat { format } =>
            if !format.starts_with(STANDARD) { *format += padding(format) };
    "counts-skipped" breaks "format.counts",
        "an author who looks up codes and skips everything else":
        Call of SizeFromFormat { format } =>
            if !format.contains(['s', 'p']) { format.retain(|c| !c.is_ascii_digit()) };
    "length-byte-comes-on-top" breaks "format.strings",
        "an author who adds a length to a Pascal string":
        Return of SizeFromFormat { format } =>
            if let Some(size @ 0..) = it.value && format.contains('p') {
                it.value = Some(size.saturating_add(1));
            };
    "vertical-tab-is-no-space" breaks "format.whitespace",
        "an author who takes Rust's is_ascii_whitespace for C's isspace":
        Return of SizeFromFormat { format } => if format.contains('\x0b') { refuse(it, "error") };
    "count-alone-accepted" breaks "format.error.malformed", "CPython 2.7":
        Call of SizeFromFormat { format } =>
            *format = format.trim_end_matches(|c: char| c.is_ascii_digit()).into();
    "prefix-anywhere" breaks "format.error.malformed",
        "an author who follows PEP 3118, where the byte order may change":
        Call of SizeFromFormat { format } => {
            let first = format.chars().next().filter(|c| PREFIXES.contains(c));
            *format = first.into_iter().chain(format.replace(PREFIXES, "").chars()).collect();
        };
    // A count of 19 digits can make a size too large.
    "too-long-is-the-longest" breaks "format.error.too-long",
        "an author who multiplies and adds with saturation":
        Failure of SizeFromFormat { format } =>
            if has_long_count(format) && !format.contains('Z') { answer(it, i64::MAX) };
    "error-is-minus-2" breaks "format.error.returns-minus-1",
        "an author with a number for each error":
        Failure of SizeFromFormat { .. } => it.value = Some(-2);
    "error-in-silence" breaks "format.error.raises", "moderngl #406, of a request":
        Failure of SizeFromFormat { .. } => it.exception = None;
}

/// All prefixes, and those of the sizes that are the same on all machines.
const PREFIXES: [char; 5] = ['@', '=', '<', '>', '!'];
const STANDARD: [char; 4] = ['=', '<', '>', '!'];

/// What aligns the end of a format as its largest item is, if it ends with an item.
fn padding(format: &str) -> &'static str {
    match format {
        _ if !format.ends_with(|c: char| c.is_ascii_alphabetic()) => "",
        _ if format.contains(['l', 'L', 'q', 'Q', 'n', 'N', 'd', 'P']) => "0q",
        _ if format.contains(['i', 'I', 'f']) => "0i",
        _ if format.contains(['h', 'H', 'e']) => "0h",
        _ => "",
    }
}

fn has_long_count(format: &str) -> bool {
    format.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() >= 19)
}
