//! Why a command could not run.

use std::error::Error as _;
use std::io;

use thiserror::Error;

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
    #[error(transparent)]
    Vectors(#[from] crate::vectors::VectorsError),
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
