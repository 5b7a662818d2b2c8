//! Annotations of GitHub Actions: commands to it, a line each.

use std::io::{self, Write};

use super::page::{Fault, Page};

/// Whether GitHub Actions reads what is written.
fn is_reading() -> bool {
    std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true")
}

/// Writes annotations to standard error, if somebody reads them: both outputs are read, and this one is nobody's
/// report.
pub fn annotate(page: &Page) {
    if is_reading() {
        // Where they cannot be written, the report has all of it, too.
        let _ = io::stderr().write_all(annotations(page).as_bytes());
    }
}

/// An annotation for each thing that the run or check fails on.
fn annotations(page: &Page) -> String {
    let causes = page.causes.iter().filter(|cause| cause.fails);
    let causes = causes.map(|cause| error(&[("title", &cause.title)], &cause.text));
    let faults = page.faults.iter().map(|fault| match fault {
        Fault { place: Some((file, line)), text, .. } => {
            error(&[("file", file), ("line", &line.to_string()), ("title", "baseline")], text)
        }
        Fault { word: "error", text, .. } => error(&[("title", "pybuf")], text),
        Fault { word, text, .. } => error(&[("title", word)], text),
    });
    causes.chain(faults).collect()
}

/// An annotation of what fails, with its title and, if it is about one, its file and line.
fn error(properties: &[(&str, &str)], message: &str) -> String {
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
