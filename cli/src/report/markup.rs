//! Markdown of text that is not ours.

/// A row of a table.
pub fn row(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

/// What stands between the head of a table and its rows.
pub fn rule(cells: &[&str]) -> String {
    format!("|{}|\n", cells.join("|"))
}

/// Text that is only text, wherever it stands in a line.
pub fn inline(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            c if c.is_control() => escaped.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' => escaped.extend(['\\', c]),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Text in HTML, in a line.
pub fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('\n', " ")
}

/// Text as it is, in a fence that is longer than any in it.
pub fn block(text: &str) -> String {
    let ticks = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(ticks.max(2) + 1);
    format!("{fence}text\n{}\n{fence}\n", text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_targets_is_no_markup() {
        assert_eq!(inline("a|b\n*c* <d> `e`"), r"a\|b \*c\* &lt;d> \`e\`");
        assert_eq!(html("a<b>&c\n"), "a&lt;b>&amp;c ");
        assert_eq!(block("a ```` b"), "`````text\na ```` b\n`````\n");
        assert_eq!(block("a"), "```text\na\n```\n");
    }
}
