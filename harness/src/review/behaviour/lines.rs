//! # Lines
//!
//! What the lines of all tables have in common: how long they are and how many.

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

/// A clause behind the level that it has in the edition. It is gone where it is of an edition before,
/// and functions that are there all the same do as they did.
pub(super) fn clause(clause: Clause, edition: Edition) -> String {
    let level = clause.level(edition).map_or("gone", |level| level.name());
    format!("{level:<8}  {clause:<38}")
}
