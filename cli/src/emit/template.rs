//! Text with parts to choose from and places to fill.

use std::collections::BTreeSet;

/// The lines of a template that are needed, with the values in their places.
///
/// A line `@@ name other` begins a part that is needed if one of those is in `parts`, a line `@@` one that always is, as
/// is what comes before the first. A place is `{{name}}`. What is in a value is left as it is.
pub fn fill(template: &str, parts: &BTreeSet<&str>, values: &[(&str, String)]) -> String {
    let mut needed = true;
    let mut text = String::new();
    for line in template.lines() {
        if let Some(names) = line.strip_prefix("@@") {
            let mut names = names.split_whitespace().peekable();
            needed = names.peek().is_none() || names.any(|name| parts.contains(name));
        } else if needed {
            text += line;
            text.push('\n');
        }
    }
    replace(&text, values)
}

fn replace(text: &str, values: &[(&str, String)]) -> String {
    let mut pieces = text.split("{{");
    let mut filled = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let place = piece.split_once("}}");
        let value = place.and_then(|(name, _)| values.iter().find(|(it, _)| *it == name));
        match (place, value) {
            (Some((_, rest)), Some((_, value))) => {
                filled += value;
                filled += rest;
            }
            _ => {
                filled += "{{";
                filled += piece;
            }
        }
    }
    filled
}

/// A literal of several, a line of `text` each, set off by `indent`.
pub fn literal(text: &str, indent: &str, quoted: fn(&str) -> String) -> String {
    let lines: Vec<_> = text.split_inclusive('\n').map(quoted).collect();
    match &lines[..] {
        [] => quoted(""),
        [line] => line.clone(),
        lines => lines.join(&format!("\n{indent}")),
    }
}
