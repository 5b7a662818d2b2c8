//! # Lines
//!
//! What the lines of all tables have in common: how long they are and how many.

use std::fmt;

use pybuf_model::{Clause, Edition};

use super::checksum::Checksum;

/// The longest line, in characters.
const WIDTH: usize = 128;
/// The most lines of a table.
pub(super) const PAGE: usize = 58;

/// Adds a heading and some lines, if there are any: no more than `most` with the heading and the blank
/// line before it.
pub(super) fn section(table: &mut String, heading: &str, lines: &[String], most: usize) {
    if !lines.is_empty() {
        *table += &format!("\n{heading}\n{}", limited(lines, most.saturating_sub(2)));
    }
}

/// All lines, or `most` of which the last one tells of the others.
pub(super) fn limited(lines: &[String], most: usize) -> String {
    let shown = if lines.len() <= most { lines.len() } else { most.saturating_sub(1) };
    let mut text: String = lines[..shown].iter().map(|line| cut(&format!("  {line}"))).collect();
    if shown < lines.len() {
        let others = Checksum::of_text(&lines[shown..].join("\n"));
        text += &format!("  and {} lines more, {others}\n", lines.len() - shown);
    }
    text
}

/// A line of at most [`WIDTH`] characters.
pub(super) fn cut(line: &str) -> String {
    let line = line.trim_end();
    if line.chars().count() <= WIDTH {
        return format!("{line}\n");
    }
    line.chars().take(WIDTH - 3).chain("...\n".chars()).collect()
}

/// What is left out of lines, in which there is not much room, or put more shortly.
const SHORT: [(&str, &str); 12] = [
    ("PyObject_", ""),
    ("PyBuffer_", ""),
    ("PyBUF_", ""),
    (" /* not documented */", ""),
    ("&view, ", ""),
    ("shape=", ""),
    ("strides=", ""),
    ("suboffsets=", ""),
    (", format=\"B\"", ""),
    ("calls of the release function", "releases"),
    ("the object it is a view of", "root"),
    ("the exporter", "exporter"),
];

/// A text without what goes without saying.
pub(super) fn short(text: &str) -> String {
    let text = SHORT.iter().fold(text.to_owned(), |text, (long, short)| text.replace(long, short));
    text.replace(", ", ",")
}

/// How many calls a line is about, how many of them the text speaks of, and which they are.
#[derive(Clone, Default)]
pub(super) struct Count {
    within: usize,
    beyond: usize,
    pub(super) which: Checksum,
}

impl Count {
    /// Takes some calls: how many, and which.
    pub(super) fn take(&mut self, (calls, which): (usize, Checksum), beyond_the_text: bool) {
        *(if beyond_the_text { &mut self.beyond } else { &mut self.within }) += calls;
        self.which.add(which);
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Count { within, beyond, which } = self;
        let calls = match beyond {
            0 => within.to_string(),
            beyond => format!("{within}+{beyond}"),
        };
        write!(f, "{calls:>11}  {which}")
    }
}

/// A clause behind the level that it has in the edition. It is gone where it is of an edition before,
/// and functions that are there all the same do as they did.
pub(super) fn clause(clause: Clause, edition: Edition) -> String {
    let level = clause.level(edition).map_or("gone", |level| level.name());
    format!("{level:<8}  {clause:<38}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_without_room_show_in_the_last_one() {
        let lines = |count: usize| (0..count).map(|i| format!("line {i}")).collect::<Vec<_>>();
        assert_eq!(limited(&lines(3), 3), "  line 0\n  line 1\n  line 2\n");
        let cut_off = limited(&lines(9), 3);
        assert_eq!(cut_off.lines().count(), 3, "{cut_off}");
        assert!(cut_off.starts_with("  line 0\n  line 1\n  and 7 lines more, "), "{cut_off}");
        let mut other = lines(9);
        other[8] += " changed";
        assert_ne!(limited(&other, 3), cut_off);
    }

    #[test]
    fn long_lines_are_cut() {
        let line = cut(&"x".repeat(WIDTH + 1));
        assert_eq!(line.chars().count(), WIDTH + 1, "the line break is one more");
        assert!(line.ends_with("...\n"));
    }
}
