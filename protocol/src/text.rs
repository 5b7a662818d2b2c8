//! # Foreign text
//!
//! Text that came from outside, as it may be shown.

/// Without control characters, and without what is no character: a line is a line, to a terminal and in XML.
pub fn in_a_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || is_no_character(c) {
            line.extend(c.escape_default());
        } else {
            line.push(c);
        }
    }
    line
}

/// The last two of each plane of Unicode, and 32 in its first.
fn is_no_character(c: char) -> bool {
    let code = u32::from(c);
    code & 0xfffe == 0xfffe || (0xfdd0..=0xfdef).contains(&code)
}
