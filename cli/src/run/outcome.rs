//! What came of a run.

use std::path::Path;

use pybuf_harness::Report;
use pybuf_harness::baseline::Comparison;
use pybuf_harness::finding::Finding;
use pybuf_harness::message::Message;

/// What there is to report.
pub struct Outcome<'a> {
    pub report: &'a Report,
    /// What `pybuf replay --target` takes.
    pub target: &'a str,
    pub strict: bool,
    pub baseline: Option<HeldBaseline<'a>>,
}

/// A baseline, compared with the run.
pub struct HeldBaseline<'a> {
    pub file: &'a Path,
    pub comparison: Comparison<'a>,
}

impl<'a> Outcome<'a> {
    /// The findings that the run fails on.
    pub fn failures(&self) -> Vec<&'a Finding> {
        match &self.baseline {
            Some(held) => held.comparison.new.clone(),
            None => self.report.tally.failures(self.strict).collect(),
        }
    }

    /// The findings that are known, with the reasons.
    pub fn known(&self) -> impl Iterator<Item = (&'a Finding, String)> {
        let known = self.baseline.iter().flat_map(|held| &held.comparison.known);
        known.map(|(finding, entry)| (*finding, entry.why()))
    }

    /// What is wrong with the baseline: the file, the line, and what it is.
    pub fn problems(&self) -> impl Iterator<Item = (&'a Path, usize, String)> {
        self.baseline.iter().flat_map(|HeldBaseline { file, comparison }| {
            comparison.problems.iter().map(|it| (*file, it.line, it.to_string()))
        })
    }

    pub fn conforms(&self) -> bool {
        self.report.complaints().is_empty()
            && self.failures().is_empty()
            && self.problems().next().is_none()
    }

    pub fn text(&self, finding: &Finding) -> String {
        let (on, target) = (&self.report.tally.target, Some(self.target));
        Message { finding, on, target, known: None, lines: true }.to_string()
    }
}
