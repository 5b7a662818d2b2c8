//! What `pybuf check` takes.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use pybuf_harness::model::Clause;
use pybuf_harness::verdict::Kind;

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
ends that process, or takes longer than --call-limit, is a finding; behind five of these an
expression is given up, and it may take six times --call-limit as a whole.

Exit status: 0 nothing is wrong, 1 there are findings, 2 something could not be checked, or not to
the end; the rest is reported all the same.")]
pub struct Check {
    /// What to check: Python that makes an object, as in 'array.array("i", [1, 2])'.
    #[arg(value_name = "EXPRESSION", required_unless_present = "file", value_parser = expression)]
    pub expressions: Vec<String>,
    /// Check in this interpreter: a command, a path, be it of a virtual environment, or the beginning of
    /// a version. Several make a table. Default: that of the active virtual environment, or else python3.
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
    /// Show the finding of this clause only; `crash` and `time-out` name those, which have no clause.
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
