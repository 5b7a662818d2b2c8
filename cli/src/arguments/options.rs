//! Options of several commands.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::duration::duration;

/// What `--target` takes.
pub const TARGETS: &str = "fast (the embedded implementation), model (the reference model), cpython (the python3 of PATH), \
                       cpython:WHICH (a path, a command or a version), or exec:COMMAND (your own \
                       driver)";

/// What `--edition` is by default.
pub const EDITION: &str = "Judge by this edition. Default: that of the interpreter, those that a driver \
                       claims, or the newest";

#[derive(Args)]
pub struct Limit {
    /// How long a call in a separate process may take: 10s, 250ms, 5m. A call that takes longer is a
    /// divergence, and the process is started again. Starting it may always take 30 seconds.
    #[arg(long, value_name = "DURATION", default_value = CALL_LIMIT, value_parser = duration)]
    pub call_limit: Duration,
}

const CALL_LIMIT: &str = "10s";

impl Limit {
    /// What was given that is not the default.
    pub fn of_its_own(&self) -> Option<Duration> {
        (duration(CALL_LIMIT) != Ok(self.call_limit)).then_some(self.call_limit)
    }
}

/// How to report.
#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Text, for a terminal.
    #[default]
    Human,
    /// One JSON object (`pybuf schema reports`). `pybuf merge` reads that of a run.
    Json,
    /// JUnit's XML: a test for each clause of a run, or for each expression of a check.
    Junit,
    /// Markdown: findings and tables, for the summary of a CI job.
    Markdown,
}

/// How to judge and report.
#[derive(Args)]
pub struct Reporting {
    /// Also fail on what breaks a `should` or what CPython has always done.
    #[arg(long)]
    pub strict: bool,
    /// How to report.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// A file of known divergences. Fail on others only, and on entries that are wrong or out of date.
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Draft such a file from the divergences that are not known yet. The reasons are yours to fill in.
    #[arg(long, value_name = "FILE")]
    pub write_baseline: Option<PathBuf>,
}
