//! What is to be checked.

use std::fs;

use crate::arguments;
use crate::error::Error;

/// The expressions of the command line, then those of the files, each once.
pub fn all(arguments: &arguments::Check) -> Result<Vec<String>, Error> {
    let mut all = arguments.expressions.clone();
    for path in &arguments.file {
        let unreadable = |source| Error::Unreadable { path: path.clone(), source };
        let text = fs::read_to_string(path).map_err(unreadable)?;
        let before = all.len();
        all.extend(of_file(&text).map(str::to_owned));
        if all.len() == before {
            return Err(Error::NoExpression(path.clone()));
        }
    }
    let mut seen = std::collections::HashSet::new();
    all.retain(|expression| seen.insert(expression.clone()));
    Ok(all)
}

fn of_file(text: &str) -> impl Iterator<Item = &str> {
    // Some editors begin a file with that mark.
    let lines = text.strip_prefix('\u{feff}').unwrap_or(text).lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_an_expression_unless_it_is_blank_or_a_remark() {
        let text = "\u{feff}# exporters\r\n\r\n  b'a # b'  \n-x\n   \n  # more\n";
        assert_eq!(of_file(text).collect::<Vec<_>>(), ["b'a # b'", "-x"]);
    }
}
