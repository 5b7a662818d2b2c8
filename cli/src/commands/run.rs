//! `pybuf run`.

use pybuf_harness::Run;
use pybuf_harness::run::Failure;
use pybuf_suites as suites;
use pybuf_targets::Target;

use super::random;
use crate::arguments;
use crate::error::{Error, Found};
use crate::progress::Bar;
use crate::report::reporting::Reporting;
use crate::run::report;

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
        let mut report = random::run(arguments, &target, &domains, &editions)?;
        report.tally.part = part;
        return self::report(reporting, &report, &target.name());
    }
    let mut run = Run::of_shard(&domains, arguments.shard);
    let bar = Bar::of_cases(&domains, arguments.shard, editions.len());
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
    self::report(reporting, &report, &target.name())
}
