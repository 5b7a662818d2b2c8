//! # Faults: Formats

use pybuf_harness::Call;

use crate::Fault;
use crate::change::{answer, change, change_failure, fail};

pub(crate) const FAULTS: &[Fault] = &[
    Fault::new(
        "no-format-is-a-byte",
        "format.empty",
        "whoever takes an empty format for none, which means unsigned bytes",
    )
    .tells(|_, call, reply| match call {
        Call::SizeFromFormat { format } if format.is_empty() => answer(reply, 1),
        _ => reply,
    }),
    Fault::new("native-behind-any-prefix", "format.standard.sizes", "ctypes, bpo-10746").asks(
        |_, call| {
            with_format(call, |format| match format.strip_prefix(STANDARD) {
                Some(items) => format!("@{items}"),
                None => format,
            })
        },
    ),
    Fault::new(
        "long-has-four-bytes",
        "format.native.sizes",
        "whoever has the sizes of C on Windows in a table",
    )
    .asks(|_, call| {
        with_format(call, |format| match format.starts_with(STANDARD) {
            true => format,
            false => format.replace('l', "i").replace('L', "I"),
        })
    }),
    Fault::new("formats-are-not-padded", "format.native.alignment", "ctypes, CPython #76961").asks(
        |_, call| {
            with_format(call, |format| match format.starts_with(STANDARD) {
                true => format,
                false => format!("={}", format.trim_start_matches('@')),
            })
        },
    ),
    Fault::new(
        "padded-at-the-end",
        "format.native.alignment",
        "whoever takes a format for a struct of C, whose size has its alignment",
    )
    .asks(|_, call| {
        with_format(call, |format| match format.starts_with(STANDARD) {
            true => format,
            false => format!("{format}{}", padding(&format)),
        })
    }),
    Fault::new(
        "counts-skipped",
        "format.counts",
        "whoever looks up codes, and passes over all that is none",
    )
    .asks(|_, call| {
        with_format(call, |format| {
            let strings = format.contains(['s', 'p']);
            if strings { format } else { format.replace(|c: char| c.is_ascii_digit(), "") }
        })
    }),
    Fault::new(
        "length-byte-comes-on-top",
        "format.strings",
        "whoever counts the characters of a Pascal string without its length",
    )
    .tells(|_, call, reply| match call {
        Call::SizeFromFormat { format } if format.contains('p') => change(reply, |returned| {
            let more = |size: i64| if size < 0 { size } else { size.saturating_add(1) };
            returned.value = returned.value.map(more);
        }),
        _ => reply,
    }),
    Fault::new(
        "vertical-tab-is-no-space",
        "format.whitespace",
        "whoever takes Rust's is_ascii_whitespace for C's isspace",
    )
    .tells(|_, call, reply| match call {
        Call::SizeFromFormat { format } if format.contains('\x0b') => fail(reply, "error"),
        _ => reply,
    }),
    Fault::new("count-alone-accepted", "format.error.malformed", "CPython 2.7").asks(|_, call| {
        with_format(call, |format| format.trim_end_matches(|c: char| c.is_ascii_digit()).into())
    }),
    Fault::new(
        "prefix-anywhere",
        "format.error.malformed",
        "whoever goes by PEP 3118, where the byte order may change on the way",
    )
    .asks(|_, call| {
        with_format(call, |format| {
            let first = format.chars().next().filter(|c| PREFIXES.contains(c));
            let items = format.replace(PREFIXES, "");
            first.into_iter().chain(items.chars()).collect()
        })
    }),
    Fault::new(
        "too-long-is-the-longest",
        "format.error.too-long",
        "whoever multiplies and adds with saturation",
    )
    .tells(|_, call, reply| match call {
        // A number of so many digits is what a size can be too large for.
        Call::SizeFromFormat { format } if has_long_count(format) && !format.contains('Z') => {
            change_failure(reply, |it| (it.value, it.exception) = (Some(i64::MAX), None))
        }
        _ => reply,
    }),
    Fault::new(
        "error-is-minus-2",
        "format.error.returns-minus-1",
        "whoever tells one error from another by the number",
    )
    .tells(|_, call, reply| match call {
        Call::SizeFromFormat { .. } => change_failure(reply, |it| it.value = Some(-2)),
        _ => reply,
    }),
    Fault::new("error-in-silence", "format.error.raises", "moderngl #406, of a request").tells(
        |_, call, reply| match call {
            Call::SizeFromFormat { .. } => change_failure(reply, |it| it.exception = None),
            _ => reply,
        },
    ),
];

/// All prefixes, and those of the sizes that are the same on all machines.
const PREFIXES: [char; 5] = ['@', '=', '<', '>', '!'];
const STANDARD: [char; 4] = ['=', '<', '>', '!'];

/// Asks for the size of another format.
fn with_format(call: Call, change: impl FnOnce(String) -> String) -> Call {
    match call {
        Call::SizeFromFormat { format } => Call::SizeFromFormat { format: change(format) },
        call => call,
    }
}

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
