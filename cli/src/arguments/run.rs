//! What `pybuf run` and `pybuf merge` take.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use pybuf_harness::Shard;
use pybuf_harness::model::Edition;

use super::duration::duration;
use super::options::{EDITION, Limit, Reporting, TARGETS};

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

COMMAND is split into words as by a shell, but no shell is run. It speaks JSON lines:
see examples/README.md and `pybuf schema`, and try `pybuf smoke` first.

With --cases, --for or --seed the cases are random, and go beyond the exhaustive ones.
`pybuf replay` runs any of them again.")]
pub struct Run {
    /// What to test.
    #[arg(long, default_value = "fast", help = TARGETS)]
    pub target: String,
    /// Judge by this edition only.
    #[arg(long, help = format!("{EDITION}; all of them for fast and model"))]
    pub edition: Option<Edition>,
    #[command(flatten)]
    pub limit: Limit,
    /// Run this suite only; `pybuf list` shows them.
    #[arg(long)]
    pub suite: Option<String>,
    /// Run the i-th of n parts of equal size, as in 2/3. `pybuf merge` merges their reports.
    #[arg(long, value_name = "I/N", default_value_t = Shard::WHOLE, conflicts_with_all = ["write_baseline", "cases", "time", "seed"])]
    pub shard: Shard,
    #[command(flatten)]
    pub random: Random,
    #[command(flatten)]
    pub reporting: Reporting,
}

/// A run of random cases.
#[derive(Args)]
pub struct Random {
    /// Draw this number of random cases of each suite, in each edition.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub cases: Option<u64>,
    /// Draw random cases for this long, all suites and editions in turn: 30s, 10m. Cases under way are
    /// finished, and each of their calls may take its --call-limit. Shrinking the cases that diverge may
    /// take five more seconds.
    #[arg(long = "for", value_name = "DURATION", value_parser = duration)]
    pub time: Option<Duration>,
    /// The seed of the random cases: the same seed draws the same cases. Default: 20090531. Without
    /// --cases and --for, 1000 cases of each suite are drawn in each edition.
    #[arg(long, value_name = "S")]
    pub seed: Option<u64>,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  pybuf merge 1.json 2.json 3.json
  pybuf merge 1.json 2.json 3.json --format markdown --baseline known.toml
  pybuf merge whole.json --format junit > junit.xml

All shards of the run are needed. If some are missing, the report says which, their cases
count as not run, and the exit status is 2. A single report of a whole run, or of random cases,
is converted to any other format.")]
pub struct Merge {
    /// Reports written by `pybuf run --format json`: one of each shard, or one of a whole run.
    #[arg(required = true)]
    pub reports: Vec<PathBuf>,
    #[command(flatten)]
    pub reporting: Reporting,
}
