//! What came of a check: a cell for each expression in each interpreter.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use pybuf_harness::Tally;
use pybuf_harness::baseline::{Baseline, Version};
use pybuf_harness::check::{self, Checked};
use pybuf_harness::finding::Finding;
use pybuf_harness::model::Edition;
use pybuf_harness::severity::Severity;
use schemars::JsonSchema;
use serde::Serialize;

use crate::error::Found;
use crate::report::page::count;

/// What there is to report.
pub struct Outcome<'a> {
    /// The interpreters that were found.
    pub pythons: Vec<Python>,
    /// Why others were not.
    pub missing: Vec<String>,
    /// What was to be checked.
    pub expressions: Vec<String>,
    /// What came of it: the expressions in turn, and each in all interpreters.
    pub cells: Vec<Cell>,
    /// What was run before each expression, as `--setup` had it.
    pub setup: &'a [String],
    /// How long a question may take, if not as long as by default.
    pub call_limit: Option<Duration>,
    /// Whether notes are failures.
    pub strict: bool,
    /// The findings that are known, and the file that says so.
    pub baseline: Option<(&'a Path, &'a Baseline)>,
}

/// An interpreter.
pub struct Python {
    /// Its name, which no other has: `CPython 3.12.1`.
    pub name: String,
    /// `3.12.1`
    pub version_text: String,
    /// Major and minor.
    pub version: (u8, u8),
    /// The program.
    pub executable: PathBuf,
    /// What its documentation is.
    pub edition: Edition,
    /// What `--python` was; nothing for the default.
    pub option: Option<String>,
}

/// One expression in one interpreter.
pub struct Cell {
    /// The expression.
    pub expression: String,
    /// Which interpreter it is.
    pub python: usize,
    /// What came of it.
    pub came: Came,
}

/// What came of one expression in one interpreter.
pub enum Came {
    /// The object was asked and judged.
    Checked(Checked),
    /// The object was asked, questions ended the process, and then it could not be gone on with, for this reason.
    Unfinished(Checked, String),
    /// Evaluating the expression ended the process, or did not end: the only finding.
    Died(Checked),
    /// Python says why there is no object.
    NotEvaluated(String),
    /// It could not be tried, for this reason.
    NotChecked(String),
}

/// What is wrong with the baseline.
#[derive(Debug, PartialEq, Serialize, JsonSchema)]
pub struct Problem {
    /// Where, from 1.
    pub line: usize,
    /// What.
    pub problem: String,
}

/// What a cell is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing is wrong.
    Right,
    /// There are findings that it fails on.
    Findings,
    /// There are notes, and nothing else that is not known.
    Notes,
    /// All that was found is known.
    Known,
    /// Too many questions ended the process, or took too long: the rest was not asked.
    GivenUp,
    /// There is an object, and it exports nothing.
    ExportsNothing,
    /// There is no object.
    NotEvaluated,
    /// It could not be tried.
    NotChecked,
}

impl State {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            State::Right => "right",
            State::Findings => "findings",
            State::Notes => "notes",
            State::Known => "known",
            State::GivenUp => "given up",
            State::ExportsNothing => "exports nothing",
            State::NotEvaluated => "not evaluated",
            State::NotChecked => "not checked",
        }
    }

    /// Whether it is known what there is to know.
    pub fn is_checked(self) -> bool {
        matches!(self, State::Right | State::Findings | State::Notes | State::Known)
    }
}

impl Cell {
    pub fn checked(&self) -> Option<&Checked> {
        match &self.came {
            Came::Checked(checked) | Came::Unfinished(checked, _) | Came::Died(checked) => {
                Some(checked)
            }
            Came::NotEvaluated(_) | Came::NotChecked(_) => None,
        }
    }

    /// What was found, be it known or not.
    pub fn findings(&self) -> &[Finding] {
        self.checked().map_or(&[], |checked| &checked.findings)
    }

    /// What the object is: `numpy.ndarray, numpy 2.2.6`.
    pub fn kind(&self) -> Option<String> {
        let Came::Checked(Checked { about, .. }) = &self.came else { return None };
        let package = about.package.as_ref().map(|package| format!(", {package}"));
        Some(format!("{}{}", about.type_name, package.unwrap_or_default()))
    }

    /// The package of the object's type, with its version.
    pub fn package(&self) -> Option<&str> {
        self.checked()?.about.package.as_deref()
    }

    /// Why it could not be checked, if it could not.
    pub fn why_not(&self) -> Option<String> {
        match &self.came {
            Came::NotEvaluated(why) | Came::NotChecked(why) => Some(why.clone()),
            Came::Unfinished(_, why) => Some(format!("{}: {why}", State::GivenUp.name())),
            Came::Checked(checked) if !checked.to_the_end => Some(given_up(checked)),
            Came::Checked(Checked { about, findings, .. })
                if about.exports_nothing() && findings.is_empty() =>
            {
                Some(format!("{} {}", about.type_name, State::ExportsNothing.name()))
            }
            Came::Checked(_) | Came::Died(_) => None,
        }
    }
}

impl<'a> Outcome<'a> {
    pub fn python(&self, cell: &Cell) -> &Python {
        &self.pythons[cell.python]
    }

    /// Whether a check fails on it if it is not known.
    pub fn is_failure(&self, finding: &Finding) -> bool {
        self.strict || finding.is_failure()
    }

    /// Why a finding of a cell is known, if it is.
    pub fn known(&self, cell: &Cell, finding: &Finding) -> Option<String> {
        let (_, baseline) = self.baseline?;
        let version = Version::of_target(&self.python(cell).name);
        Some(baseline.entry_of(finding, version)?.why())
    }

    /// The findings of a cell that are not known, the worst first.
    pub fn unknown<'c>(&self, cell: &'c Cell) -> Vec<&'c Finding> {
        cell.findings().iter().filter(|finding| self.known(cell, finding).is_none()).collect()
    }

    /// The findings of a cell that the check fails on.
    pub fn failures<'c>(&self, cell: &'c Cell) -> Vec<&'c Finding> {
        self.unknown(cell).into_iter().filter(|finding| self.is_failure(finding)).collect()
    }

    pub fn state(&self, cell: &Cell) -> State {
        match &cell.came {
            Came::NotEvaluated(_) => State::NotEvaluated,
            Came::NotChecked(_) => State::NotChecked,
            Came::Unfinished(..) => State::GivenUp,
            Came::Checked(checked) if !checked.to_the_end => State::GivenUp,
            _ if cell.why_not().is_some() => State::ExportsNothing,
            _ if !self.failures(cell).is_empty() => State::Findings,
            _ if cell.findings().is_empty() => State::Right,
            _ if self.unknown(cell).is_empty() => State::Known,
            _ => State::Notes,
        }
    }

    /// What stands in a table for a cell.
    pub fn word(&self, cell: &Cell) -> String {
        match (self.state(cell), self.failures(cell).as_slice()) {
            (State::Findings, [worst, ..]) if worst.severity() == Severity::Crash => {
                worst.kind.name().to_owned()
            }
            (State::Findings, failures) => count(failures.len(), "finding"),
            (State::Notes, _) => count(self.unknown(cell).len(), "note"),
            (State::Known, _) => format!("{} known", cell.findings().len()),
            (state, _) => state.name().to_owned(),
        }
    }

    /// What the baseline says that is not so, compared with each interpreter.
    pub fn problems(&self) -> Vec<Problem> {
        let Some((_, baseline)) = self.baseline else { return Vec::new() };
        let mut told_by: BTreeMap<(usize, String), Vec<&str>> = BTreeMap::new();
        for (index, python) in self.pythons.iter().enumerate() {
            for problem in baseline.compare(&self.tally(index), self.strict).problems {
                let key = (problem.line, problem.to_string());
                told_by.entry(key).or_default().push(&python.name);
            }
        }
        let all = self.pythons.len();
        let problem = |((line, text), names): ((usize, String), Vec<&str>)| Problem {
            line,
            problem: match names.len() {
                some if some < all => format!("{text} (on {})", on(&names)),
                _ => text,
            },
        };
        told_by.into_iter().map(problem).collect()
    }

    /// The check of one interpreter as it is compared with a baseline.
    pub fn tally(&self, python: usize) -> Tally {
        let cells = self.cells.iter().filter(|cell| cell.python == python);
        let checks: Vec<_> = cells
            .clone()
            .filter_map(|cell| Some((cell.expression.as_str(), cell.checked()?)))
            .collect();
        // Behind a death there may be more.
        let dies = |cell| self.unknown(cell).iter().any(|it| it.severity() == Severity::Crash);
        let complete = cells.clone().all(|cell| self.state(cell).is_checked() && !dies(cell));
        check::tally(&self.pythons[python].name, &checks, complete)
    }

    /// What the exit status tells. What could not be checked weighs more than what was found.
    pub fn found(&self) -> Found {
        let not_checked = self.cells.iter().any(|cell| !self.state(cell).is_checked());
        let fails = |cell: &Cell| !self.failures(cell).is_empty();
        if not_checked || !self.missing.is_empty() {
            Found::Stopped
        } else if self.cells.iter().any(fails) || !self.problems().is_empty() {
            Found::Diverges
        } else {
            Found::Conforms
        }
    }
}

/// Why there is more that could be known.
fn given_up(checked: &Checked) -> String {
    let ends = checked.findings.iter().filter(|finding| finding.severity() == Severity::Crash);
    let after = match ends.map(|finding| finding.failures + finding.notes).sum() {
        0 => String::new(),
        1 => " after a crash or time-out".into(),
        deaths => format!(" after {deaths} crashes or time-outs"),
    };
    format!("{}{after}: not all questions were asked", State::GivenUp.name())
}

/// `CPython 3.11.7, 3.12.1 and 2.7.18`
pub fn on(names: &[&str]) -> String {
    let [first, rest @ ..] = names else { return String::new() };
    let short = rest.iter().map(|name| name.strip_prefix("CPython ").unwrap_or(name));
    and(&[*first].into_iter().chain(short).collect::<Vec<_>>())
}

/// `a`, `a and b`, `a, b and c`
pub fn and(all: &[&str]) -> String {
    match all {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
