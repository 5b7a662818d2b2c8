//! # Formats
//!
//! `PyBuffer_SizeFromFormat`: every code behind every prefix, codes next to each other, counts up to
//! those that are too large, whitespace in all places, and what is no format.

use pybuf_harness::Call;
use pybuf_harness::chooser::{Chooser, pick};

domain! { "format", calls,
    "prefixes x codes x counts; pairs and triples; counts around the limits; whitespace, each \
    character, prefixes, signs and extensions of PEP 3118 in odd places"
}

const PREFIXES: [&str; 6] = ["", "@", "=", "<", ">", "!"];
const CODES: &str = "xcbB?hHiIlLqQnNefdspP";

fn calls(chooser: &mut dyn Chooser) -> Vec<Call> {
    let format = match chooser.choose_beyond(7, 8) {
        0 => one_item(chooser),
        1 => format!("{}{}{}", pick(chooser, &PREFIXES), code(chooser), code(chooser)),
        2 => three_items(chooser),
        3 => large_count(chooser),
        4 => whitespace(chooser),
        5 => any_character(chooser),
        6 => misplaced(chooser),
        _ => many_pieces(chooser),
    };
    vec![Call::SizeFromFormat { format }]
}

fn code(chooser: &mut dyn Chooser) -> char {
    let codes: Vec<char> = CODES.chars().collect();
    *pick(chooser, &codes)
}

/// One of some words.
fn word<'a>(chooser: &mut dyn Chooser, words: &'a str) -> &'a str {
    let words: Vec<&str> = words.split(' ').collect();
    words[chooser.choose(words.len())]
}

/// A prefix alone, or with one code.
fn one_item(chooser: &mut dyn Chooser) -> String {
    let prefix = *pick(chooser, &PREFIXES);
    match chooser.choose(6) {
        0 => prefix.into(),
        count => {
            let count = ["", "1", "0", "3", "007"][count - 1];
            format!("{prefix}{count}{}", code(chooser))
        }
    }
}

/// Items of all alignments, and those that are there for the sake of alignment only.
fn three_items(chooser: &mut dyn Chooser) -> String {
    let prefix = *pick(chooser, &["", "@", "=", "<"]);
    let items = ["c", "h", "i", "d", "0h", "0i", "0q", "3s", "2x", "3i"];
    let mut item = || *pick(chooser, &items);
    format!("{prefix}{}{}{}", item(), item(), item())
}

/// Counts on both sides of what a `Py_ssize_t` can hold, for items of 1, 2, 4 and 8 bytes.
fn large_count(chooser: &mut dyn Chooser) -> String {
    let prefix = *pick(chooser, &["", "<"]);
    let counts = [
        "1000000",
        "2147483647",
        "2147483648",
        "9223372036854775807",
        "9223372036854775808",
        "4611686018427387903",
        "4611686018427387904",
        "2305843009213693951",
        "2305843009213693952",
        "1152921504606846975",
        "1152921504606846976",
        "18446744073709551617",
        "99999999999999999999999999",
        "00000000000000000000000000003",
    ];
    let count = *pick(chooser, &counts);
    let code = *pick(chooser, &['b', 'x', 's', 'p', 'h', 'i', 'q']);
    let behind = *pick(chooser, &["", "b", "7b", "0q", "0s", "Z"]);
    format!("{prefix}{count}{code}{behind}")
}

/// Whitespace, and what one might take for it, in each place of a format.
fn whitespace(chooser: &mut dyn Chooser) -> String {
    let spaces =
        [" ", "\t", "\n", "\x0b", "\x0c", "\r", " \t ", "\x1c", "\x1f", "\u{85}", "\u{a0}"];
    let space = *pick(chooser, &spaces);
    match chooser.choose(10) {
        0 => space.into(),
        1 => format!("b{space}i"),
        2 => format!("b3{space}i"),
        3 => format!("b1{space}2i"),
        4 => format!("{space}i"),
        5 => format!("i{space}"),
        6 => format!("{space}<i"),
        7 => format!("<{space}i"),
        8 => format!("i3{space}"),
        _ => format!("{space}b{space}3s{space}0q{space}"),
    }
}

/// Each character in place of a code.
fn any_character(chooser: &mut dyn Chooser) -> String {
    let character = match chooser.choose(130) {
        // 0 would end the format.
        ascii @ 0..127 => char::from(ascii as u8 + 1),
        other => ['\u{e9}', '\u{20ac}', '\u{1f40d}'][other - 127],
    };
    match chooser.choose(6) {
        0 => character.into(),
        1 => format!("<{character}"),
        2 => format!("3{character}"),
        3 => format!("b{character}i"),
        4 => format!("i{character}"),
        _ => format!("Z{character}"),
    }
}

/// Prefixes that are not at the front, signs, counts without a code, and what PEP 3118 adds.
fn misplaced(chooser: &mut dyn Chooser) -> String {
    match chooser.choose(3) {
        0 => {
            let [first, second] = [*pick(chooser, &PREFIXES), *pick(chooser, &PREFIXES[1..])];
            match chooser.choose(3) {
                0 => format!("{first}{second}i"),
                1 => format!("{first}i{second}i"),
                _ => format!("{first}3{second}i"),
            }
        }
        1 => {
            let prefix = *pick(chooser, &PREFIXES);
            let rest = ["3", "i3", "0", "i0", "+3i", "-3i", "3.5i", "0x3i", "3-i", "i 3", "33"];
            format!("{prefix}{}", pick(chooser, &rest))
        }
        _ => word(
            chooser,
            "T{i} T{<c:a:7x&<i:p:} i:name: :name:i &i <&i (2,3)i <(2,3)i (2)i O <O g <g Zf Zd 3Zd X{} \
             u w t i^i 3T{i} iT{i} T{ } F D",
        )
        .into(),
    }
}

/// Up to a dozen pieces: mostly codes with counts, so that many are well-formed.
fn many_pieces(chooser: &mut dyn Chooser) -> String {
    let rarities = "T{i} :n: \u{e9} < 9223372036854775807 - \n 2147483648 (2,3) Z";
    let mut format = (*pick(chooser, &PREFIXES)).to_owned();
    for _ in 0..12 {
        match chooser.choose(24) {
            0 => break,
            1 => format.push(' '),
            2 => format += word(chooser, rarities),
            3..9 => format += &chooser.choose(256).to_string(),
            _ => format.push(code(chooser)),
        }
    }
    format
}
