//! What the command takes.

mod check;
pub mod duration;
mod options;
mod run;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use pybuf_harness::CaseId;
use pybuf_harness::model::Edition;

pub use check::{Check, Wanted};
use options::{EDITION, TARGETS};
pub use options::{Format, Limit, Reporting};
pub use run::{Merge, Random, Run};

/// Tests implementations of Python's C buffer protocols: runs cases, judges the replies by a model of the
/// documentation, and names each clause that is broken.
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
    /// Check the buffer of an object: make every kind of request, and report what is wrong.
    Check(Check),
    /// Merge the reports of the shards of a run, and report as the whole run would.
    Merge(Merge),
    /// Run one case again: for each call, show what is permitted, by which clauses, and what was replied.
    Replay(Replay),
    /// Check whether a driver follows the protocol, and list its mistakes. Takes about a second if the
    /// driver answers at once.
    Smoke(Smoke),
    /// Show the JSON Schema of what drivers exchange, of vectors, or of reports.
    Schema(Schema),
    /// List the suites, or the cases of one.
    List(List),
    /// Explain a clause: what it says, its source, and cases that show it.
    Explain(Explain),
    /// List the editions of the documentation, or compare two of them.
    Editions(Editions),
    /// Write all cases with the permitted replies as JSON, for implementers in any language.
    Vectors(Vectors),
    /// List the targets found on this machine.
    #[command(after_help = "\
Example:
  pybuf targets
  PYBUF_PYTHONS=/opt/python3.14/bin/python3 pybuf targets

Interpreters are searched for in PYBUF_PYTHONS (paths, separated as in PATH),
among pyenv's versions, and as the commands python3 and python.")]
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
    /// ... with this one: functions, clauses, and the smallest cases with different permitted replies.
    pub to: Option<Edition>,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  pybuf schema > drivers.schema.json
  pybuf schema reports > reports.schema.json

The descriptions say what each field means. examples/README.md introduces drivers.")]
pub struct Schema {
    /// What to describe.
    #[arg(value_enum, default_value_t)]
    pub of: Files,
}

/// What has a schema.
#[derive(Clone, Copy, Default, ValueEnum)]
pub enum Files {
    /// The lines that pybuf and a driver exchange.
    #[default]
    Drivers,
    /// The files that `pybuf vectors` writes.
    Vectors,
    /// What `--format json` writes: reports of runs and of checks.
    Reports,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  pybuf smoke --target 'exec:./my-driver --verbose'
  pybuf smoke --target cpython:3.12

Exit status: 0 no mistakes, 1 mistakes, 2 the target could not be started.")]
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
  pybuf replay request/0.bytes.0.1 --target cpython:3.12
  pybuf replay request/0.bytes.0.1 --format json")]
pub struct Replay {
    /// The id of the case, from a report or from `pybuf list SUITE`.
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
    /// How to show it.
    #[arg(long, value_enum, default_value_t)]
    pub format: ReplayFormat,
}

/// How to show a case that was run again.
#[derive(Clone, Copy, Default, ValueEnum)]
pub enum ReplayFormat {
    /// Text: for each call what is permitted, by which clauses, what was replied, and the verdict.
    #[default]
    Human,
    /// One JSON object, with calls and replies as in the driver protocol.
    Json,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  pybuf list
  pybuf list request | head
  pybuf list request --json | sha256sum")]
pub struct List {
    /// List the cases of this suite.
    pub suite: Option<String>,
    /// Write one case a line: the id, then the calls in JSON. The certificate's digest is that of these lines.
    #[arg(long, requires = "suite")]
    pub json: bool,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  pybuf vectors --out vectors --edition 3.13
  pybuf vectors --out vectors --suite contiguity

For tests of an implementation in C, Java or any other language without pybuf:
DIR/EDITION/SUITE.json has the calls of each case and, for each call, the set of
permitted replies with their clauses. DIR/README.md explains how to judge by it,
DIR/vectors.schema.json is its JSON Schema, DIR/SPEC_NOTES.md has the clauses.
All suites and editions take about 520 MB.

Each file is read back and run again before it gets its name. Files of the same
name are replaced. A folder with anything else in it is refused.")]
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
    /// The id of a clause, or the first part of the ids of several.
    pub clause: String,
}
