//! What the command takes.

mod check;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use pybuf_harness::model::Edition;
use pybuf_harness::{CaseId, Shard};

use crate::duration::duration;
pub use check::{Check, Wanted};

/// Conformance of Python's C buffer protocols: runs a suite of cases, judges the replies by a model of
/// the documentation, and names the clause that is broken.
///
/// Without a command: `pybuf run`, with its options.
#[derive(Parser)]
#[command(version, after_help = EXIT_STATUS, args_conflicts_with_subcommands = true)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub run: Run,
}

const EXIT_STATUS: &str = "\
Examples:
  pybuf
  pybuf run --target cpython:3.12
  pybuf run --target exec:./my-driver
  pybuf check 'numpy.arange(6).reshape(2,3).T'
  pybuf explain request.format.null-unless-asked

Exit status: 0 the target conforms, 1 it diverges, 2 the command could not run, or not to its end.";

#[derive(Subcommand)]
pub enum Command {
    /// Run the suite against a target and report where it diverges.
    Run(Run),
    /// Check the buffer of an object: ask it in every way there is, and say what is wrong.
    Check(Check),
    /// Put the reports of the shards of a run together, and report as the whole run would.
    Merge(Merge),
    /// Run one case again and show every reply.
    Replay(Replay),
    /// Check whether a driver keeps to the protocol, and say what is wrong with it: in a second if it
    /// answers at once.
    Smoke(Smoke),
    /// Show the JSON Schema of the driver protocol.
    #[command(after_help = "\
Example:
  pybuf schema > protocol.schema.json

What the lines mean is told in the descriptions; examples/README.md is the introduction.")]
    Schema,
    /// Show the suites, or the cases of one.
    List(List),
    /// Show what a clause of the specification says.
    Explain(Explain),
    /// Show the editions of the documentation, or what is different between two of them.
    Editions(Editions),
    /// Write all cases with the replies that are permitted, as JSON, for implementers in any language.
    Vectors(Vectors),
    /// Show the targets that were found on this machine.
    #[command(after_help = "\
Example:
  pybuf targets
  PYBUF_PYTHONS=/opt/python3.14/bin/python3 pybuf targets

Interpreters are looked for in PYBUF_PYTHONS (paths, separated as in PATH),
in pyenv's versions, and as the commands python3 and python.")]
    Targets,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  pybuf editions
  pybuf editions 2.7 3.12
  pybuf editions 3.12 2.7")]
pub struct Editions {
    /// Compare this edition ...
    #[arg(requires = "to")]
    pub from: Option<Edition>,
    /// ... with this one: functions, clauses, and the smallest cases whose permitted replies differ.
    pub to: Option<Edition>,
}

/// What `--target` takes.
const TARGETS: &str = "fast (the embedded implementation), cpython (the python3 of PATH), \
                       cpython:WHICH with a path, a command or a version, or exec:COMMAND, a driver \
                       of your own";

/// What `--edition` is by default.
const EDITION: &str = "Judge by this edition. Default: that of the interpreter, those that a driver \
                       claims or else the newest";

#[derive(Args)]
#[command(after_help = "\
Examples:
  pybuf run
  pybuf run --target cpython
  pybuf run --target cpython:3.12 --suite request --strict
  pybuf run --target cpython:/usr/bin/python3 --format json
  pybuf run --target 'exec:python3 examples/python-driver/driver.py' --call-limit 2s
  pybuf run --target cpython:3.12 --for 10m
  pybuf run --suite copy --cases 5000 --seed 7
  pybuf run --target cpython --write-baseline known.toml
  pybuf run --target cpython --baseline known.toml
  pybuf run --target cpython --shard 2/3 --format json > 2.json

COMMAND is split into words as a shell does it, and no shell is run. It speaks JSON lines:
see examples/README.md and `pybuf schema`, and try `pybuf smoke` first.

With --cases, --for or --seed the run is one of random cases, which go beyond what is
walked through without. `pybuf replay` runs any of them again.")]
pub struct Run {
    /// What to test.
    #[arg(long, default_value = "fast", help = TARGETS)]
    pub target: String,
    /// Judge by this edition only.
    #[arg(long, help = format!("{EDITION}; all ten for fast"))]
    pub edition: Option<Edition>,
    #[command(flatten)]
    pub limit: Limit,
    /// Run this suite only; `pybuf list` shows them.
    #[arg(long)]
    pub suite: Option<String>,
    /// Run the i-th of n parts of equal size, as in 2/3; `pybuf merge` puts their reports together.
    #[arg(long, value_name = "I/N", default_value_t = Shard::WHOLE, conflicts_with_all = ["write_baseline", "cases", "time", "seed"])]
    pub shard: Shard,
    #[command(flatten)]
    pub random: Random,
    #[command(flatten)]
    pub reporting: Reporting,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  pybuf merge 1.json 2.json 3.json
  pybuf merge 1.json 2.json 3.json --format markdown --baseline known.toml
  pybuf merge whole.json --format junit > junit.xml

All shards of the run are needed: where some are missing, the report says which, their cases
count as not run, and the exit status is 2. A single report of a whole run, or of random cases,
makes any other format.")]
pub struct Merge {
    /// What `pybuf run --format json` has written: of each shard, or of a whole run.
    #[arg(required = true)]
    pub reports: Vec<PathBuf>,
    #[command(flatten)]
    pub reporting: Reporting,
}

/// What to make of what was counted.
#[derive(Args)]
pub struct Reporting {
    /// Also fail on what breaks a `should` or what CPython has always done.
    #[arg(long)]
    pub strict: bool,
    /// How to report.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// The divergences that are known: fail on others, and on what of these is wrong or out of date.
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Draft such a file of the divergences that are not known. What each is for is left to you.
    #[arg(long, value_name = "FILE")]
    pub write_baseline: Option<PathBuf>,
}

/// A run of random cases.
#[derive(Args)]
pub struct Random {
    /// Draw so many random cases of each suite, in each edition.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub cases: Option<u64>,
    /// Draw random cases for so long, all suites and editions in turn: 30s, 10m. What is under way is
    /// finished: a few cases, of which each call may take its --call-limit. To make simpler those that
    /// diverge may take five seconds more.
    #[arg(long = "for", value_name = "DURATION", value_parser = duration)]
    pub time: Option<Duration>,
    /// What the random cases come from: the same number, the same cases. Default: 20090531. Alone, it
    /// draws 1000 cases of each suite, in each edition.
    #[arg(long, value_name = "S")]
    pub seed: Option<u64>,
}

#[derive(Args)]
pub struct Limit {
    /// How long a call may take in a process of its own: 10s, 250ms, 5m. One that takes longer is a
    /// divergence, and the process is started again. To start it may take 30 seconds, whatever this is.
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
    /// To be read.
    #[default]
    Human,
    /// One JSON object; `pybuf merge` takes that of a run.
    Json,
    /// JUnit's XML: a test for each clause, or for each expression of a check.
    Junit,
    /// Tables and divergences, as for the summary of a job.
    Markdown,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  pybuf smoke --target 'exec:./my-driver --verbose'
  pybuf smoke --target cpython:3.12

Exit status: 0 nothing is wrong, 1 there are mistakes, 2 the target could not be started.")]
pub struct Smoke {
    /// What to check.
    #[arg(long, help = TARGETS)]
    pub target: String,
    #[command(flatten)]
    pub limit: Limit,
}

#[derive(Args)]
#[command(after_help = "\
Example:
  pybuf replay request/1.0.1 --target cpython:3.12")]
pub struct Replay {
    /// The id of the case, as a report or `pybuf list SUITE` shows it.
    pub case: CaseId,
    /// What to test.
    #[arg(long, default_value = "fast", help = TARGETS)]
    pub target: String,
    /// Judge by this edition.
    #[arg(long, help = format!("{EDITION}; the newest for fast"))]
    pub edition: Option<Edition>,
    #[command(flatten)]
    pub limit: Limit,
    /// Also fail on what breaks a `should` or what CPython has always done.
    #[arg(long)]
    pub strict: bool,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  pybuf list
  pybuf list request | head
  pybuf list request --json | sha256sum")]
pub struct List {
    /// Show the cases of this suite.
    pub suite: Option<String>,
    /// One case a line, as the certificate's digest is taken of them: the id, then the calls in JSON.
    #[arg(long, requires = "suite")]
    pub json: bool,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  pybuf vectors --out vectors --edition 3.13
  pybuf vectors --out vectors --suite contiguity

For those who test an implementation in C, Java or anything else without pybuf:
DIR/EDITION/SUITE.json has the calls of each case and, for each call, the set of
permitted replies with the clauses that say so. DIR/README.md tells how to judge
by it, DIR/vectors.schema.json is its JSON Schema, DIR/SPEC_NOTES.md has the
clauses. All suites and editions come to about 520 MB.

Each file is read back and run again before it gets its name. Files of the same
name are replaced; a folder that has something else in it is left alone.")]
pub struct Vectors {
    /// The folder to write to.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Write this suite only; `pybuf list` shows them.
    #[arg(long)]
    pub suite: Option<String>,
    /// Write this edition only. Default: all ten.
    #[arg(long)]
    pub edition: Option<Edition>,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  pybuf explain request.format.null-unless-asked
  pybuf explain request.contiguity")]
pub struct Explain {
    /// The id of a clause, or the beginning of several.
    pub clause: String,
}
