//! # Formats
//!
//! `PyBuffer_SizeFromFormat` tells how large an item is from its format. That is in the syntax of
//! Python's struct module: perhaps a prefix that chooses the mode, then codes, each perhaps with a
//! count in front of it, and whitespace between them.
//!
//! Sizes are in bytes. Native sizes are those of C on the machine that the model runs on, which is the
//! one that is tested.

use std::ffi::{c_int, c_long, c_longlong, c_short};
use std::iter;

use pybuf_protocol::{Call, Edition, Exception, Field};

use crate::clause::{Clause, clause};
use crate::machine::{Expected, Machine};
use crate::rules::{Answer, Expectation, Outcome, Says};

/// `PyBuffer_SizeFromFormat`. Clauses: `format.*`.
pub fn size_from_format(format: &str, edition: Edition) -> Expectation {
    // A C string ends at its first NUL.
    let format = format.split('\0').next().unwrap_or_default();
    let sized = parse(format).and_then(|parsed| Ok((calcsize(&parsed, edition)?, parsed)));
    let expectation = match sized {
        Ok((size, parsed)) => accepted(&parsed, size, edition),
        Err(problem) => refused(format, problem),
    }
    .in_edition(edition);
    let mut absent = [clause!("format.promised-too-early"), clause!("format.not-yet")].into_iter();
    match absent.find(|clause| clause.holds(edition)) {
        Some(clause) => expectation.lingering(clause),
        None => expectation,
    }
}

/// The size of an item of that format; `None` if it is none of the struct syntax.
pub(crate) fn size(format: &str, edition: Edition) -> Option<i64> {
    parse(format).and_then(|parsed| calcsize(&parsed, edition)).ok()
}

/// A format, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Format {
    /// What the prefix says, or `Native` without one.
    pub mode: Mode,
    /// In order.
    pub items: Vec<Item>,
    /// Whether there is whitespace somewhere.
    pub spaced: bool,
}

/// Which sizes codes have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// `@`: those of C, aligned as C aligns them.
    Native,
    /// `=`, `<`, `>` and `!`: the same on all machines, one behind the other.
    Standard,
}

/// A code with its count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// How often, or for `s` and `p` how long; `None` is 1.
    pub count: Option<i64>,
    /// Any character: whether there is such a code depends on mode and edition.
    pub code: char,
}

/// Why a format has no size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It has a character that is not ASCII.
    NotAscii,
    /// A count with nothing behind it.
    CountAlone,
    /// A character that is no code, at least not in this mode and edition.
    NoCode(char),
    /// A count, or the size, is more than a `Py_ssize_t` can hold.
    TooLong,
}

/// Takes a format apart, whatever its codes.
pub fn parse(format: &str) -> Result<Format, Problem> {
    if !format.is_ascii() {
        return Err(Problem::NotAscii);
    }
    let mut chars = format.chars().peekable();
    let mode = match chars.next_if(|c| "@=<>!".contains(*c)) {
        None | Some('@') => Mode::Native,
        Some(_) => Mode::Standard,
    };
    let (mut items, mut spaced) = (Vec::new(), false);
    while chars.peek().is_some() {
        if chars.next_if(|c| is_space(*c)).is_some() {
            spaced = true;
            continue;
        }
        let digits: String = iter::from_fn(|| chars.next_if(char::is_ascii_digit)).collect();
        let count = match digits.as_str() {
            "" => None,
            // Digits are a number; all that can be wrong with it is that it is too large.
            digits => Some(digits.parse().map_err(|_| Problem::TooLong)?),
        };
        items.push(Item { count, code: chars.next().ok_or(Problem::CountAlone)? });
    }
    Ok(Format { mode, items, spaced })
}

/// The size of an item of that format: what `struct.calcsize` answers.
pub fn calcsize(format: &Format, edition: Edition) -> Result<i64, Problem> {
    let mut size: i64 = 0;
    for Item { count, code } in &format.items {
        let c_type = c_type(*code, format.mode, edition).ok_or(Problem::NoCode(*code))?;
        let items = count.unwrap_or(1).checked_mul(c_type.size).ok_or(Problem::TooLong)?;
        size = aligned(size, c_type.alignment).ok_or(Problem::TooLong)?;
        size = size.checked_add(items).ok_or(Problem::TooLong)?;
    }
    Ok(size)
}

/// What stands for a code: its size, and what its place is a multiple of, both in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct CType {
    size: i64,
    alignment: i64,
}

/// The type of a code; `None` if there is no such code.
fn c_type(code: char, mode: Mode, edition: Edition) -> Option<CType> {
    if matches!(code, 'n' | 'N' | 'e') && edition < Edition::V3_3 {
        return None;
    }
    match mode {
        Mode::Native => native(code),
        Mode::Standard => standard(code).map(|size| CType { size, alignment: 1 }),
    }
}

fn native(code: char) -> Option<CType> {
    Some(match code {
        // A byte that is skipped, bytes, strings.
        'x' | 'c' | 'b' | 'B' | 's' | 'p' => of::<u8>(),
        '?' => of::<bool>(),
        'h' | 'H' => of::<c_short>(),
        'i' | 'I' => of::<c_int>(),
        'l' | 'L' => of::<c_long>(),
        'q' | 'Q' => of::<c_longlong>(),
        'n' | 'N' => of::<usize>(),
        'P' => of::<*const u8>(),
        // C has no such type; it is stored in two bytes.
        'e' => of::<u16>(),
        'f' => of::<f32>(),
        'd' => of::<f64>(),
        _ => return None,
    })
}

fn of<T>() -> CType {
    CType { size: size_of::<T>() as i64, alignment: align_of::<T>() as i64 }
}

fn standard(code: char) -> Option<i64> {
    Some(match code {
        'x' | 'c' | 'b' | 'B' | '?' | 's' | 'p' => 1,
        'h' | 'H' | 'e' => 2,
        'i' | 'I' | 'l' | 'L' | 'f' => 4,
        'q' | 'Q' | 'd' => 8,
        // Those whose size is the machine's own affair, n, N and P, are native only.
        _ => return None,
    })
}

/// The next multiple of `alignment`.
fn aligned(size: i64, alignment: i64) -> Option<i64> {
    let past = size % alignment;
    if past == 0 { Some(size) } else { size.checked_add(alignment - past) }
}

/// C's `isspace`.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\x0b' | '\x0c' | '\r')
}

fn accepted(format: &Format, size: i64, edition: Edition) -> Answer {
    let clause = decisive(format, size);
    let half_float = clause!("format.half-float.since-3.6");
    let has_half_float = format.items.iter().any(|item| item.code == 'e');
    let answer = match has_half_float && half_float.holds(edition) {
        true => with_error(Answer::of(Outcome::Either, half_float)),
        false => Answer::of(Outcome::Success, clause),
    };
    answer
        .on_success(clause, Field::Return.is(size))
        .on_success(clause!("format.success.no-exception"), Field::Exception.null())
}

/// The clause that a size is judged by: that of the most particular thing the format has.
fn decisive(format: &Format, size: i64) -> Clause {
    let Format { mode, items, spaced } = format;
    let without_gaps = || -> i64 {
        let native_size = |item: &Item| native(item.code).map_or(0, |c_type| c_type.size);
        items.iter().map(|item| item.count.unwrap_or(1) * native_size(item)).sum()
    };
    match mode {
        _ if items.is_empty() => clause!("format.empty"),
        _ if *spaced => clause!("format.whitespace"),
        _ if items.iter().any(|item| matches!(item.code, 's' | 'p')) => clause!("format.strings"),
        Mode::Native if size > without_gaps() => clause!("format.native.alignment"),
        _ if items.iter().any(|item| item.count.is_some()) => clause!("format.counts"),
        Mode::Native => clause!("format.native.sizes"),
        Mode::Standard => clause!("format.standard.sizes"),
    }
}

/// Whether PEP 3118 has something that begins with `code`, the first character of the format that is
/// no code of the struct module, and goes on as the format does. A bracket or comma alone is nothing.
fn is_extension(format: &str, code: char) -> bool {
    let behind = format.split_once(code).map_or("", |(_, behind)| behind);
    match code {
        'T' | 'X' => behind.starts_with('{'),
        '(' => behind.contains(')'),
        ':' => behind.contains(':'),
        'Z' => behind.starts_with(['f', 'd', 'g']),
        '&' | '^' => !behind.is_empty(),
        'O' | 'u' | 'w' | 't' | 'g' => true,
        _ => false,
    }
}

fn refused(format: &str, problem: Problem) -> Answer {
    let clause = match problem {
        Problem::TooLong => clause!("format.error.too-long"),
        Problem::NoCode(code) if is_extension(format, code) => clause!("format.error.extensions"),
        Problem::NoCode(_) | Problem::CountAlone | Problem::NotAscii => {
            clause!("format.error.malformed")
        }
    };
    let answer =
        Answer::of(Outcome::Failure, clause).outcome(clause!("format.error.open"), Outcome::Either);
    match problem {
        Problem::NotAscii => {
            let not_ascii = clause!("format.error.not-ascii");
            with_status(answer).raises(not_ascii, Exception::UnicodeEncodeError)
        }
        _ => with_error(answer),
    }
}

/// Adds how an error of the struct module is told.
fn with_error(answer: Answer) -> Answer {
    with_status(answer).raises(clause!("format.error.struct-error"), Exception::StructError)
}

fn with_status(answer: Answer) -> Answer {
    answer
        .on_failure(clause!("format.error.returns-minus-1"), Field::Return.is(-1))
        .on_failure(clause!("format.error.raises"), Field::Exception.something())
}

impl Machine {
    /// What is expected of a call of this page.
    pub(crate) fn expect_format(&self, call: &Call) -> Option<Expected> {
        let Call::SizeFromFormat { format } = call else { return None };
        Some(match format.contains('\0') {
            true => Expected::BadCase("a C string ends at its first NUL".into()),
            false => size_from_format(format, self.edition).into(),
        })
    }
}
