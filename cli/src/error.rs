//! How a command ends: what it found, or why it could not run.

use std::error::Error as _;
use std::io;
use std::path::{Path, PathBuf};

use pybuf_harness::baseline::SyntaxErrors;
use pybuf_harness::merge::MergeError;
use pybuf_harness::vectors;
use thiserror::Error;

/// The first line of the README.md of a folder of vectors.
pub const VECTORS: &str = "# pybuf vectors";

/// What a command found.
pub enum Found {
    /// The target conforms, or there was nothing to judge.
    Conforms,
    /// The target diverges.
    Diverges,
    /// The target could not continue, or something could not be checked; the rest is reported.
    Stopped,
}

#[derive(Debug, Error)]
pub enum Error {
    #[error(transparent)]
    Regressions(#[from] pybuf_harness::regression::BadRegressions),
    #[error(transparent)]
    Target(#[from] pybuf_targets::TargetError),
    #[error("the target cannot go on: {0}")]
    Failed(String),
    #[error("there is no suite {0:?}; the suites are {suites}", suites = suites())]
    NoSuite(String),
    #[error("suite {domain} has no case {case}; `pybuf list {domain}` shows its cases")]
    NoCase { domain: String, case: String },
    #[error("no clause is, or begins with, {0:?}; SPEC_NOTES.md has them all")]
    NoClause(String),
    #[error(
        "{} has other files in it: a folder for vectors must be empty, or have a README.md that \
         begins with `{VECTORS}`",
        .0.display()
    )]
    Occupied(PathBuf),
    #[error("{} has changed since it was written", path.display())]
    MalformedVectors { path: PathBuf, source: serde_json::Error },
    #[error("{} does not say what the model says", path.display())]
    Disagrees { path: PathBuf, source: vectors::Disagreement },
    #[error("a case cannot be written as a vector")]
    OneTooMany(#[from] vectors::NoCase),
    #[error("{} cannot be written", path.display())]
    Unwritable { path: PathBuf, source: io::Error },
    #[error("{} cannot be read", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("{}", toml_errors(file, errors))]
    NotToml { file: PathBuf, errors: SyntaxErrors },
    #[error("the baseline cannot be written to {}", path.display())]
    Draft { path: PathBuf, source: io::Error },
    #[error("{} is there already, and nothing is overwritten: give another name", .0.display())]
    DraftExists(PathBuf),
    #[error("{} is no report of `pybuf run --format json`", path.display())]
    NoReport { path: PathBuf, source: serde_json::Error },
    #[error("{} has format {theirs} of reports, and this pybuf reads format {ours}", path.display())]
    OtherFormat { path: PathBuf, theirs: u32, ours: u32 },
    #[error("{} was written by pybuf {theirs}, and this is pybuf {ours}", path.display())]
    OtherVersion { path: PathBuf, theirs: String, ours: &'static str },
    #[error("{} has other cases of {domain} than this pybuf", path.display())]
    OtherCases { path: PathBuf, domain: String },
    #[error(
        "a program replaces the report, or is part of one with --format json: leave out --format"
    )]
    FormatOfPrograms,
    #[error(transparent)]
    Merge(#[from] MergeError),
    #[error(transparent)]
    Interpreter(#[from] pybuf_targets::cpython::Error),
    #[error(transparent)]
    Ask(#[from] pybuf_targets::check::AskError),
    #[error("there is no expression in {}", .0.display())]
    NoExpression(PathBuf),
    #[error("a baseline is drafted from one interpreter at a time: give one --python")]
    DraftOfSeveral,
    #[error("the output cannot be written")]
    Output(#[from] io::Error),
}

impl Error {
    /// The error and its causes, in a line.
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            text += &format!(": {error}");
            cause = error.source();
        }
        text
    }
}

/// What was written, whether it is read to its end or not: `head` stops when it has read enough, and what a
/// command found does not depend on that.
pub fn as_far_as_read(written: Result<(), Error>) -> Result<(), Error> {
    match written {
        Err(Error::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

fn toml_errors(file: &Path, errors: &SyntaxErrors) -> String {
    let each = errors.0.iter().map(|it| format!("{}:{}: {it}", file.display(), it.line));
    each.collect::<Vec<_>>().join("; ")
}

fn suites() -> String {
    let names: Vec<_> = pybuf_suites::ALL.iter().map(|domain| domain.name).collect();
    names.join(", ")
}

impl From<serde_json::Error> for Error {
    /// What is written as JSON is always fit for it, so it is the writing that failed.
    fn from(error: serde_json::Error) -> Self {
        Error::Output(error.into())
    }
}
