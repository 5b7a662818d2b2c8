//! Annotations of GitHub Actions: commands to it, a line each.

use std::io::{self, Write};

use super::Outcome;

/// Whether GitHub Actions reads what is written.
pub fn is_reading() -> bool {
    std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true")
}

/// Writes annotations to standard error: both outputs are read, and this one is nobody's report.
pub fn annotate(annotations: &str) {
    // Where they cannot be written, the report has all of it, too.
    let _ = io::stderr().write_all(annotations.as_bytes());
}

/// An annotation for each thing that the run fails on.
pub(super) fn annotations(outcome: &Outcome) -> String {
    let mut text = String::new();
    for group in outcome.failures() {
        let divergence = outcome.text(group);
        text += &error(&[("title", &divergence.headline())], &divergence.to_string());
    }
    for complaint in outcome.complaints() {
        text += &error(&[("title", "pybuf")], &complaint.to_string());
    }
    for (file, line, problem) in outcome.problems() {
        let (file, line) = (file.to_string_lossy(), line.to_string());
        text += &error(&[("file", &file), ("line", &line), ("title", "baseline")], &problem);
    }
    text
}

/// An annotation of what fails, with its title and, if it is about one, its file and line.
pub fn error(properties: &[(&str, &str)], message: &str) -> String {
    let property = |(name, value): &(&str, &str)| {
        format!("{name}={}", escaped(value).replace(':', "%3A").replace(',', "%2C"))
    };
    let properties: Vec<_> = properties.iter().map(property).collect();
    format!("::error {}::{}\n", properties.join(","), escaped(message.trim_end()))
}

fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_message_or_a_property_is_escaped() {
        let annotation =
            error(&[("file", "a,b:c.toml"), ("title", "50%\r\n")], "x: 1,\n::error::y %0A");
        assert_eq!(
            annotation,
            "::error file=a%2Cb%3Ac.toml,title=50%25%0D%0A::x: 1,%0A::error::y %250A\n"
        );
    }
}
