//! Reporting what came of a run, in each of the formats.

mod draft;
pub mod github;
pub mod human;
pub mod json;
pub mod junit;
mod markdown;
pub mod markup;
mod summary;

use std::fs;
use std::path::Path;

use pybuf_harness::Report;
use pybuf_harness::baseline::{Baseline, Comparison};
use pybuf_harness::report::Complaint;
use pybuf_harness::tally::Group;
use pybuf_harness::text::GroupText;

use crate::arguments::{self, Format};
use crate::error::as_far_as_read;
use crate::{Error, Found};
use draft::Draft;
use github::annotations;

/// How to report, with the files for it looked at before anything is run.
pub struct Reporting<'a> {
    pub arguments: &'a arguments::Reporting,
    pub baseline: Option<(&'a Path, Baseline)>,
    pub draft: Option<Draft<'a>>,
}

/// What there is to report.
struct Outcome<'a> {
    report: &'a Report,
    /// What `pybuf replay --target` takes.
    target: &'a str,
    strict: bool,
    baseline: Option<HeldBaseline<'a>>,
}

/// A baseline that was held against the run.
struct HeldBaseline<'a> {
    file: &'a Path,
    comparison: Comparison<'a>,
}

impl<'a> Reporting<'a> {
    /// Fails if there is a file that cannot be read, or that cannot be made or would be overwritten.
    pub fn prepare(arguments: &'a arguments::Reporting) -> Result<Reporting<'a>, Error> {
        let baseline = arguments.baseline.as_deref().map(read_baseline).transpose()?;
        let draft = arguments.write_baseline.as_deref().map(Draft::create).transpose()?;
        Ok(Reporting { arguments, baseline, draft })
    }

    /// Reports, and tells what was found.
    pub fn report(self, report: &Report, target: &str) -> Result<Found, Error> {
        let strict = self.arguments.strict;
        let baseline = self.baseline.as_ref().map(|(file, baseline)| HeldBaseline {
            file,
            comparison: baseline.compare(&report.tally, strict),
        });
        let outcome = Outcome { report, target, strict, baseline };
        if github::is_reading() {
            github::annotate(&annotations(&outcome));
        }
        let written = match self.arguments.format {
            Format::Human => human::write(&outcome),
            Format::Json => json::write(&outcome),
            Format::Junit => junit::write(&outcome),
            Format::Markdown => markdown::write(&outcome),
        };
        as_far_as_read(written)?;
        if let Some(draft) = self.draft {
            draft.write(&report.tally, &outcome.failures())?;
        }
        Ok(match report.tally.stopped {
            Some(_) => Found::Stopped,
            None if outcome.conforms() => Found::Conforms,
            None => Found::Diverges,
        })
    }
}

impl<'a> Outcome<'a> {
    /// The divergences that the run fails on.
    fn failures(&self) -> Vec<&'a Group> {
        match &self.baseline {
            Some(held) => held.comparison.new.clone(),
            None => self.report.tally.failures(self.strict).collect(),
        }
    }

    /// The divergences that are known, with the reasons.
    fn known(&self) -> impl Iterator<Item = (&'a Group, String)> {
        let known = self.baseline.iter().flat_map(|held| &held.comparison.known);
        known.map(|(group, entry)| (*group, entry.why()))
    }

    /// What is wrong with the baseline: the file, the line, and what it is.
    fn problems(&self) -> impl Iterator<Item = (&'a Path, usize, String)> {
        self.baseline.iter().flat_map(|HeldBaseline { file, comparison }| {
            comparison.problems.iter().map(|it| (*file, it.line, it.to_string()))
        })
    }

    /// What is wrong besides divergences and the baseline.
    fn complaints(&self) -> Vec<Complaint> {
        self.report.complaints()
    }

    fn conforms(&self) -> bool {
        self.complaints().is_empty()
            && self.failures().is_empty()
            && self.problems().next().is_none()
    }

    fn text(&self, group: &'a Group) -> GroupText<'a> {
        let (on, target) = (&self.report.tally.target, Some(self.target));
        GroupText { group, on, target, known: None, lines: true }
    }
}

fn read_baseline(file: &Path) -> Result<(&Path, Baseline), Error> {
    let unreadable = |source| Error::Unreadable { path: file.to_owned(), source };
    let text = fs::read_to_string(file).map_err(unreadable)?;
    let not_toml = |errors| Error::NotToml { file: file.to_owned(), errors };
    Ok((file, Baseline::read(&text).map_err(not_toml)?))
}
