//! # Records
//!
//! Formats of structures, `T{<i:x:<d:y:}`, which are no syntax of the struct module. No document of ours describes
//! them; ctypes and NumPy write them, after PEP 3118. What is between the braces are fields one behind the other,
//! each perhaps with an extent in brackets or a count before it and a name behind it.

use std::iter::{self, Peekable};
use std::str::Chars;

use pybuf_protocol::Edition;

use crate::format;

/// So deep may records be in records: no type is nearly as deep.
const DEEPEST: usize = 64;

/// The size of a record, in bytes. `None` if it is none, or if a field is of native size and alignment, or has none
/// that is told: only what `<`, `>`, `=` and `!` say is the same to all.
pub fn size(format: &str, edition: Edition) -> Option<i64> {
    let mut reader = Reader { rest: format.chars().peekable(), standard: false, edition };
    let size = reader.item(0)?;
    (format.contains('{') && reader.rest.next().is_none()).then_some(size)
}

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
    /// Whether a prefix has chosen standard sizes. It holds until the next one.
    standard: bool,
    edition: Edition,
}

impl Reader<'_> {
    /// A field, or all that there is.
    fn item(&mut self, depth: usize) -> Option<i64> {
        let extents = self.extents()?;
        while let Some(prefix) = self.rest.next_if(|c| "@=<>!^".contains(*c)) {
            self.standard = !"@^".contains(prefix);
        }
        let is_counted = self.rest.peek().is_some_and(char::is_ascii_digit);
        let count = if is_counted { self.number()? } else { 1 };
        let size = match self.rest.next()? {
            'T' => self.record(depth)?,
            'x' => 1,
            code if self.standard => format::size(&format!("={code}"), self.edition)?,
            _ => return None,
        };
        size.checked_mul(count)?.checked_mul(extents)
    }

    fn record(&mut self, depth: usize) -> Option<i64> {
        let mut size: i64 = 0;
        if self.rest.next()? != '{' || depth == DEEPEST {
            return None;
        }
        while self.rest.next_if_eq(&'}').is_none() {
            size = size.checked_add(self.item(depth + 1)?)?;
            if self.rest.next_if_eq(&':').is_some() {
                self.rest.find(|c| *c == ':')?;
            }
        }
        Some(size)
    }

    /// The product of extents in brackets: `(2,3)`; 1 without.
    fn extents(&mut self) -> Option<i64> {
        let mut product: i64 = 1;
        if self.rest.next_if_eq(&'(').is_some() {
            loop {
                product = product.checked_mul(self.number()?)?;
                match self.rest.next()? {
                    ',' => {}
                    ')' => break,
                    _ => return None,
                }
            }
        }
        Some(product)
    }

    /// A number, if there is one that can be told.
    fn number(&mut self) -> Option<i64> {
        let digits = iter::from_fn(|| self.rest.next_if(char::is_ascii_digit));
        digits.collect::<String>().parse().ok()
    }
}
