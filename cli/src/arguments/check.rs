//! What `pybuf check` takes.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use pybuf_harness::model::Clause;
use pybuf_harness::verdict::Kind;

use super::options::{Limit, Reporting};
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

The object is compared with itself: the fullest view that it grants describes it, and all its other
replies must agree with that view and with the documentation of the interpreter's version.
Whether that view is true of the memory cannot be seen from outside.

Each expression is evaluated in a separate process, with the modules imported that it names. A request
that ends the process, or takes longer than --call-limit, is a finding. After five of these the
expression is given up. In total, an expression may take six times --call-limit.

Exit status: 0 nothing is wrong, 1 there are findings, 2 something could not be checked, or not
completely (the rest is reported).")]
pub struct Check {
    /// What to check: a Python expression for an object, such as 'array.array("i", [1, 2])'.
    #[arg(value_name = "EXPRESSION", required_unless_present = "file", value_parser = expression)]
    pub expressions: Vec<String>,
    /// Check in this interpreter: a command, a path (also of a virtual environment), or the first part of
    /// a version. Several make a table. Default: that of the active virtual environment, or python3.
    #[arg(long, value_name = "WHICH")]
    pub python: Vec<String>,
    /// Run this code before each expression is evaluated. Several are run in turn.
    #[arg(long, value_name = "CODE")]
    pub setup: Vec<String>,
    /// Also check the expressions in this file, one a line. Blank lines and lines that begin with # are
    /// ignored.
    #[arg(long, value_name = "FILE")]
    pub file: Vec<PathBuf>,
    /// Instead of a report, write a program that shows the worst finding without pybuf, for the maintainer
    /// of the type. With --format json, the report has such a program for each finding.
    #[arg(long, value_name = "LANGUAGE", value_enum, conflicts_with = "write_baseline")]
    pub emit: Option<Language>,
    /// Show only the finding of this clause. `crash` and `time-out` stand for findings without a clause.
    #[arg(long, value_name = "ID|crash|time-out", requires = "emit")]
    pub clause: Option<Wanted>,
    #[command(flatten)]
    pub limit: Limit,
    #[command(flatten)]
    pub reporting: Reporting,
}

/// Which findings are to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Those of a clause.
    Clause(Clause),
    /// Those by which the process ended, or did not come back.
    End(Kind),
}

impl Wanted {
    /// What a finding is called here; nothing if it can only be called the worst.
    pub fn that_is(clause: Option<Clause>, kind: Kind) -> Option<Wanted> {
        match (clause, kind) {
            (Some(clause), _) => Some(Wanted::Clause(clause)),
            (None, Kind::Crashed | Kind::TimedOut) => Some(Wanted::End(kind)),
            (None, _) => None,
        }
    }
}

impl FromStr for Wanted {
    type Err = <Clause as FromStr>::Err;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let ends = [Kind::Crashed, Kind::TimedOut];
        match ends.into_iter().find(|kind| kind.name() == text) {
            Some(kind) => Ok(Wanted::End(kind)),
            None => text.parse().map(Wanted::Clause),
        }
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Wanted::Clause(clause) => clause.fmt(f),
            Wanted::End(kind) => kind.fmt(f),
        }
    }
}

fn expression(text: &str) -> Result<String, String> {
    match text.trim().is_empty() {
        true => Err("there is no expression in it".into()),
        false => Ok(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_called_as_it_is_named() {
        for text in ["request.refusal.raises", "crash", "time-out"] {
            let wanted: Result<Wanted, _> = text.parse();
            assert_eq!(wanted.map(|it| it.to_string()).as_deref(), Ok(text));
        }
        for text in ["divergence", "denial", "", "request"] {
            assert!(text.parse::<Wanted>().is_err(), "{text:?}");
        }
    }
}
