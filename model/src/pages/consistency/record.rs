//! # Records
//!
//! Formats of structures, `T{<i:x:<d:y:}`, which are no syntax of the struct module. No document of ours describes
//! them; ctypes and NumPy write them, after PEP 3118. What is between the braces are fields one behind the other,
//! each perhaps with an extent in brackets or a count before it and a name behind it.

use crate::format;
use pybuf_protocol::Edition;

/// So deep may records be in records: no type is nearly as deep.
const DEEPEST: usize = 64;

/// The size of a record, in bytes. `None` if it is none, or if a field is of native size and alignment, or has none
/// that is told: only what `<`, `>`, `=` and `!` say is the same to all.
pub fn size(format: &str, edition: Edition) -> Option<i64> {
    let mut reader = Reader { rest: format, standard: false, edition };
    let size = reader.item(0)?;
    (format.contains('{') && reader.rest.is_empty()).then_some(size)
}

struct Reader<'a> {
    rest: &'a str,
    /// Whether a prefix has chosen standard sizes. It holds until the next one.
    standard: bool,
    edition: Edition,
}

impl Reader<'_> {
    /// A field, or all that there is.
    fn item(&mut self, depth: usize) -> Option<i64> {
        let extents = self.extents()?;
        self.prefix();
        let count = self.number().unwrap_or(1);
        let code = self.next()?;
        let size = match code {
            'T' => self.record(depth)?,
            'x' => 1,
            code if self.standard => format::size(&format!("={code}"), self.edition)?,
            _ => return None,
        };
        size.checked_mul(count)?.checked_mul(extents)
    }

    fn record(&mut self, depth: usize) -> Option<i64> {
        let mut size: i64 = 0;
        if self.next()? != '{' || depth == DEEPEST {
            return None;
        }
        while !self.take('}') {
            size = size.checked_add(self.item(depth + 1)?)?;
            if self.take(':') {
                let (_, rest) = self.rest.split_once(':')?;
                self.rest = rest;
            }
        }
        Some(size)
    }

    /// The product of extents in brackets: `(2,3)`; 1 without.
    fn extents(&mut self) -> Option<i64> {
        let mut product: i64 = 1;
        if self.take('(') {
            loop {
                product = product.checked_mul(self.number()?)?;
                match self.next()? {
                    ',' => {}
                    ')' => break,
                    _ => return None,
                }
            }
        }
        Some(product)
    }

    fn prefix(&mut self) {
        while let Some(prefix) = self.rest.chars().next().filter(|c| "@=<>!^".contains(*c)) {
            self.standard = !"@^".contains(prefix);
            self.take(prefix);
        }
    }

    /// A number, if there is one that can be told.
    fn number(&mut self) -> Option<i64> {
        let end = self.rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(end);
        let number = digits.parse().ok()?;
        self.rest = rest;
        Some(number)
    }

    fn next(&mut self) -> Option<char> {
        let next = self.rest.chars().next()?;
        self.take(next);
        Some(next)
    }

    fn take(&mut self, c: char) -> bool {
        match self.rest.strip_prefix(c) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sized(format: &str) -> Option<i64> {
        size(format, Edition::V3_12)
    }

    #[test]
    fn fields_add_up() {
        assert_eq!(sized("T{}"), Some(0));
        assert_eq!(sized("T{<i:x:<d:y:}"), Some(12));
        assert_eq!(sized("T{<c:a:3x<i:b:}"), Some(8));
        assert_eq!(sized("T{(2)T{<i:x:<i:y:}:points:<h:s:2x}"), Some(20));
        assert_eq!(sized("T{>(2,3)h:a:}"), None, "extents come first");
        assert_eq!(sized("T{(2,3)>h:a:}"), Some(12));
        assert_eq!(sized("T{=5s:a:}"), Some(5));
    }

    #[test]
    fn what_is_not_the_same_to_all_has_no_size() {
        for format in
            ["<i", "T{i:a:}", "T{<i:a:@i:b:}", "T{<g:a:}", "T{&<i:p:}", "T{<i:a:", "T{<i}}"]
        {
            assert_eq!(sized(format), None, "{format}");
        }
        assert_eq!(sized(&"T{".repeat(100_000)), None);
        assert_eq!(sized("T{<9223372036854775807i:a:}"), None);
    }
}
