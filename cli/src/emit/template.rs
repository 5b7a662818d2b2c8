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
            continue;
        }
        // In all parts, so that no program can be made with a template that has places of other names.
        let filled = replace(line, values);
        if needed {
            text += &filled;
            text.push('\n');
        }
    }
    text
}

/// # Panics
///
/// If there is no value for a place: what the templates name is known here.
fn replace(line: &str, values: &[(&str, String)]) -> String {
    let mut pieces = line.split("{{");
    let mut filled = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once("}}").unwrap_or((piece, ""));
        let value = values.iter().find(|(it, _)| *it == name);
        let (_, value) = value.unwrap_or_else(|| panic!("no value for {name:?} in {line:?}"));
        filled += value;
        filled += rest;
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

#[cfg(test)]
mod tests {
    #[test]
    fn values_are_left_as_they_are() {
        let values = [("a", "{{b}}\n@@ c".to_owned()), ("b", "1".to_owned())];
        let template = "{{a}} {{b}}\n@@ c\nno\n@@ d c\nyes\n";
        let filled = super::fill(template, &["d"].into(), &values);
        assert_eq!(filled, "{{b}}\n@@ c 1\nyes\n");
    }

    #[test]
    #[should_panic = "no value for \"other\""]
    fn a_place_in_a_part_that_is_not_needed_has_a_value_too() {
        super::fill("@@ part\n{{other}}", &[].into(), &[]);
    }
}
