//! What `pybuf check` takes.

use std::path::PathBuf;

use clap::Args;
use pybuf_harness::model::Clause;

use super::{Limit, Reporting};
use crate::emit::Language;

#[derive(Args)]
#[command(after_help = "\
Examples:
  pybuf check 'numpy.arange(6).reshape(2,3).T'
  pybuf check --python python3.12 --python 2.7 --setup 'import array' 'array.array(\"i\",[1,2])'
  pybuf check --file exporters.txt --format markdown
  pybuf check --emit c 'mymodule.Image()' > finding.c
  pybuf check --write-baseline known.toml 'mymodule.Image()'
  pybuf check --baseline known.toml 'mymodule.Image()'
  pybuf check -- '-mymodule.Image()'

This is a check of an object against itself: it is described by the fullest view that it grants, and
all its other answers are held against that and the documentation of the interpreter's version.
Whether that view is true of the memory, nobody can tell from outside.

An expression is evaluated in a process of its own, with the modules imported that it names. What
ends that process, or takes longer than --call-limit, is a finding.

Exit status: 0 nothing is wrong, 1 there are findings, 2 something could not be checked; the
rest is reported all the same.")]
pub struct Check {
    /// What to check: Python that makes an object, as in 'array.array("i", [1, 2])'.
    #[arg(value_name = "EXPRESSION", required_unless_present = "file")]
    pub expressions: Vec<String>,
    /// Check in this interpreter: a command, a path, or the beginning of a version. Several make a
    /// table. Default: that of the active virtual environment, or else python3.
    #[arg(long, value_name = "WHICH")]
    pub python: Vec<String>,
    /// Run this before each expression is evaluated. Several are run one after the other.
    #[arg(long, value_name = "CODE")]
    pub setup: Vec<String>,
    /// Check the expressions in this file, too: one a line; blank lines, and lines that begin with #,
    /// are left out.
    #[arg(long, value_name = "FILE")]
    pub file: Vec<PathBuf>,
    /// Instead of a report, write a program that shows the worst finding without pybuf: to be sent to
    /// whoever maintains the type. With --format json, the report has such a program for each finding.
    #[arg(long, value_name = "LANGUAGE", value_enum, conflicts_with = "write_baseline")]
    pub emit: Option<Language>,
    /// Show the finding of this clause, and no other.
    #[arg(long, value_name = "ID", requires = "emit")]
    pub clause: Option<Clause>,
    #[command(flatten)]
    pub limit: Limit,
    #[command(flatten)]
    pub reporting: Reporting,
}
