//! What a program needs besides the finding.

use std::collections::BTreeSet;

use pybuf_harness::check;
use pybuf_harness::finding::Finding;
use pybuf_harness::model::Edition;

use super::template::fill;

/// What a program needs besides the finding.
#[derive(Clone, Copy, Debug)]
pub struct Program<'a> {
    /// What the object is made by.
    pub expression: &'a str,
    /// What was run before it; may be empty.
    pub setup: &'a str,
    /// The modules that were imported for the expression behind that, such as `numpy` or `xml.dom`.
    pub modules: &'a [String],
    /// Where the finding was seen: the version of Python, such as `3.12.1`.
    pub python: &'a str,
    /// What it was judged by.
    pub edition: Edition,
    /// The place in the documentation.
    pub link: Option<&'a str>,
}

impl Program<'_> {
    pub(super) fn is_python2(&self) -> bool {
        self.python.starts_with("2.")
    }

    /// What is run before the expression.
    pub(super) fn preparation(&self) -> String {
        let mut text = self.setup.to_owned();
        for module in self.modules {
            if !text.is_empty() && !text.ends_with('\n') {
                text.push('\n');
            }
            text += &format!("import {module}\n");
        }
        text
    }

    /// Without the space around it, which Python would trip over.
    pub(super) fn trimmed(&self) -> &str {
        self.expression.trim_matches([' ', '\t', '\n', '\r', '\x0c'])
    }

    /// What there is to say at the top, a line each.
    pub(super) fn comment(&self, finding: &Finding) -> Vec<String> {
        let mut lines = vec![
            format!("The object: {}", self.trimmed()),
            format!("What is wrong: {}.", finding.headline()),
            format!("What shows it: {}.", check::request(&finding.steps)),
            format!(
                "Expected: {}. Seen with Python {}: {}.",
                finding.expected, self.python, finding.observed
            ),
        ];
        lines.extend(self.link.map(|link| format!("Documentation of {}: {link}", self.edition)));
        lines
    }
}

/// Python that finds an object of such a kind by its memory.
pub(super) fn search(kind: &str, program: &Program<'_>) -> String {
    let contents = match (kind, program.is_python2()) {
        ("bytes", _) | ("str", true) => "in_bytes",
        ("str", false) => "in_str",
        ("unicode", _) => "in_unicode",
        _ => "in_number",
    };
    let template = include_str!("templates/search.py.in");
    let text = fill(template, &BTreeSet::from([contents]), &[("kind", kind.to_owned())]);
    text.trim_end().to_owned()
}
