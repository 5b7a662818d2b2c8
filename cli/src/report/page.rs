//! What there is to report of a run or a check: made once, and written in each of the formats.

use std::path::Path;

use pybuf_harness::finding::Finding;
use pybuf_harness::text::in_a_line;
use quick_junit::TestSuite;

/// A report.
pub struct Page {
    /// What was run, if the verdict does not say it.
    pub subject: Option<String>,
    /// What the report is called where it needs a name.
    pub name: String,
    /// What is wrong, the worst first.
    pub causes: Vec<Cause>,
    /// What is wrong and known: the clause or function, the objects, the verdict and the reason.
    pub known: Vec<[String; 4]>,
    pub tables: Vec<Table>,
    /// Of random cases: which they were, in several lines.
    pub drawn: Option<String>,
    /// What is only for readers at a terminal, a line each.
    pub details: Vec<String>,
    /// What keeps the report from being complete, or from being right.
    pub faults: Vec<Fault>,
    pub remarks: Vec<String>,
    pub verdict: String,
    /// What passed and what failed, test by test.
    pub suites: Vec<TestSuite>,
}

/// Something that is wrong.
pub struct Cause {
    /// What it is called, in a line.
    pub title: String,
    /// The same, with what it is about.
    pub summary: String,
    /// All that is to be known of it.
    pub text: String,
    /// Whether the run or check fails on it.
    pub fails: bool,
}

pub struct Table {
    pub heading: &'static str,
    /// The head first.
    pub rows: Vec<Vec<String>>,
    /// Whether all columns but the first are numbers.
    pub numbers: bool,
    /// Lines below it: of what kind they are, and what they say.
    pub notes: Vec<(&'static str, Vec<String>)>,
}

/// Something that keeps a report from being complete, or from being right.
pub struct Fault {
    /// `error`, or `not checked`.
    pub word: &'static str,
    /// The test suite that it is in, if it is no test of another.
    pub suite: Option<&'static str>,
    /// What is wrong, in a line.
    pub text: String,
    /// The file and the line that are wrong, if some are.
    pub place: Option<(String, usize)>,
}

impl Fault {
    /// Of a baseline.
    pub fn of_baseline(file: &Path, line: usize, problem: &str) -> Fault {
        let place = Some((in_a_line(&file.display().to_string()), line));
        Fault { word: "error", suite: Some("baseline"), text: in_a_line(problem), place }
    }

    /// Where, if it is somewhere, and what.
    pub fn line(&self) -> String {
        match &self.place {
            Some((file, line)) => format!("{file}:{line}: {}", self.text),
            None => self.text.clone(),
        }
    }
}

/// What is said of a finding that is known.
pub fn known_row(finding: &Finding, reason: String) -> [String; 4] {
    let function = finding.function.clone().unwrap_or_default();
    let clause = finding.clause.map_or(function, |clause| clause.to_string());
    [clause, finding.objects.clone(), finding.kind.to_string(), reason]
}

/// `1 note`, `2 notes`
pub fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// Text of at most `limit` characters: what is in the middle of longer text is left out.
pub fn cut(text: &str, limit: usize) -> String {
    let characters: Vec<char> = text.chars().collect();
    if characters.len() <= limit {
        return text.to_owned();
    }
    let kept = limit.saturating_sub(3);
    let (begin, end) = (kept.div_ceil(2), characters.len() - kept / 2);
    characters[..begin].iter().chain(&['.'; 3]).chain(&characters[end..]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_is_cut_in_the_middle() {
        assert_eq!(cut("array.array('i')", 16), "array.array('i')");
        assert_eq!(cut("array.array('i')", 9), "arr...i')");
        assert_eq!(cut("äöüäöüäöü", 6), "äö...ü");
    }
}
