//! `pybuf run`.

use std::cell::Cell;
use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use pybuf_harness::run::Failure;
use pybuf_harness::{Domain, Run, Shard};
use pybuf_suites as suites;
use pybuf_targets::Target;

use crate::report::Reporting;
use crate::{Error, Found, arguments, campaign};

pub fn run(arguments: &arguments::Run) -> Result<Found, Error> {
    let reporting = Reporting::prepare(&arguments.reporting)?;
    let target = Target::find(&arguments.target)?.with_limit(arguments.limit.call_limit);
    let domains = match &arguments.suite {
        Some(name) => suites::named(name).ok_or_else(|| Error::NoSuite(name.clone()))?,
        None => suites::ALL.to_vec(),
    };
    let editions = arguments.edition.map_or_else(|| target.editions(), |edition| vec![edition]);
    let is_left_out = |edition| !editions.contains(&edition);
    let part = domains.len() < suites::ALL.len() || target.editions().into_iter().any(is_left_out);
    if arguments.random.is_asked_for() {
        let mut report = campaign::run(arguments, &target, &domains, &editions)?;
        report.tally.part = part;
        return reporting.report(&report, &target.name());
    }
    let mut run = Run::of_shard(&domains, arguments.shard);
    let bar = Bar::new(&domains, arguments.shard, editions.len());
    for &edition in &editions {
        match target.open(edition) {
            // Whether it could go on is in the report.
            Ok(mut it) => match run.judge(&mut *it, edition, &mut |cases| bar.advance(cases)) {
                Ok(()) | Err(Failure::Target(_)) => {}
                Err(Failure::Regressions(error)) => return Err(error.into()),
            },
            Err(error) if edition == editions[0] => return Err(error.into()),
            Err(error) => run.leave_out(edition, Error::from(error).chain()),
        }
    }
    bar.clear();
    let mut report = run.report();
    report.tally.part = part;
    reporting.report(&report, &target.name())
}

/// A progress bar, on a terminal, for what takes more than a second.
pub struct Bar {
    bar: ProgressBar,
    begun: Instant,
    done: Cell<u64>,
}

impl Bar {
    pub fn new(domains: &[Domain], shard: Shard, editions: usize) -> Bar {
        let bar = if io::stderr().is_terminal() {
            let count = |domain| shard.cases(domain).map_or(0, Iterator::count);
            let cases: usize = domains.iter().map(count).sum();
            ProgressBar::new((cases * editions) as u64)
        } else {
            ProgressBar::hidden()
        };
        let style = ProgressStyle::with_template("{wide_bar} {pos} of {len} cases");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Bar { bar, begun: Instant::now(), done: Cell::new(0) }
    }

    pub fn advance(&self, cases: usize) {
        self.done.set(self.done.get() + cases as u64);
        if self.begun.elapsed() > Duration::from_secs(1) {
            self.bar.set_position(self.done.get());
        }
    }

    /// Prints without tearing the bar.
    pub fn suspend<T>(&self, print: impl FnOnce() -> T) -> T {
        self.bar.suspend(print)
    }

    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }
}
