//! `pybuf run --cases N --seed S --for TIME`: random cases.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::ProgressBar;
use pybuf_harness::campaign::{self, Plan};
use pybuf_harness::model::Edition;
use pybuf_harness::random::SEED;
use pybuf_harness::{Domain, Report};
use pybuf_targets::Target;

use crate::arguments::{self, Random};
use crate::error::Error;

/// How many cases of each domain are drawn if nobody says.
const CASES: u64 = 1_000;

impl Random {
    /// Whether the run is to be one of random cases.
    pub fn is_asked_for(&self) -> bool {
        self.cases.is_some() || self.time.is_some() || self.seed.is_some()
    }

    /// The time runs from now on.
    fn plan(&self) -> Plan {
        let until = self.time.and_then(|time| Instant::now().checked_add(time));
        let cases = self.cases.or_else(|| self.time.is_none().then_some(CASES));
        Plan { seed: self.seed.unwrap_or(SEED), cases, until }
    }
}

pub fn run(
    arguments: &arguments::Run,
    target: &Target,
    domains: &[Domain],
    editions: &[Edition],
) -> Result<Report, Error> {
    let plan = arguments.random.plan();
    // Where it cannot be told, the report has the seed, too.
    let _ = writeln!(io::stderr(), "random cases, seed {}", plan.seed);
    let bar = bar();
    let mut open = |edition| Ok::<_, Error>(target.open(edition)?);
    let mut progress = |cases: usize| bar.inc(cases as u64);
    let report = campaign::run(domains, editions, &mut open, &plan, &mut progress)?;
    bar.finish_and_clear();
    Ok(report)
}

/// How many cases there were so far, on a terminal.
fn bar() -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner().with_message("random cases");
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
