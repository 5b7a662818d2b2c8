//! `pybuf run --cases N --seed S --for TIME`: random cases.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::ProgressBar;
use pybuf_harness::campaign::{self, Campaign, Plan};
use pybuf_harness::model::Edition;
use pybuf_harness::random::SEED;
use pybuf_harness::report::Report;
use pybuf_harness::statistics::{Class, Statistics};
use pybuf_harness::{Domain, report};
use pybuf_targets::Target;
use serde_json::json;

use crate::arguments::{self, Format, Random};
use crate::{Error, Found, run};

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
) -> Result<Found, Error> {
    let plan = arguments.random.plan();
    eprintln!("random cases, seed {}", plan.seed);
    let bar = bar();
    let mut open = |edition| Ok::<_, Error>(target.open(edition)?);
    let mut progress = |cases: usize| bar.inc(cases as u64);
    let (report, campaign) = campaign::run(domains, editions, &mut open, &plan, &mut progress)?;
    bar.finish_and_clear();
    let outcome = Outcome { report: &report, campaign: &campaign, domains };
    let written = match arguments.format {
        Format::Human => outcome.print(target, arguments.strict),
        Format::Json => outcome.print_json(arguments.strict),
    };
    run::found(&report, arguments.strict, written)
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

struct Outcome<'a> {
    report: &'a Report,
    campaign: &'a Campaign,
    domains: &'a [Domain],
}

impl Outcome<'_> {
    fn print(&self, target: &Target, strict: bool) -> Result<(), Error> {
        let Outcome { report, campaign, .. } = self;
        let mut out = anstream::stdout().lock();
        for group in report.failures(strict) {
            write!(out, "{}", run::divergence(report, group, target))?;
            writeln!(out, "  seed      {}", campaign.seed)?;
            if let Some((file, line)) = self.keep(group)? {
                writeln!(out, "  keep it   by a line in {file}:\n{line}")?;
            }
            writeln!(out)?;
        }
        run::print_cases(&mut out, report)?;
        run::print_clauses(&mut out, report)?;
        print_statistics(&mut out, campaign)?;
        run::print_end(&mut out, report, strict)
    }

    fn print_json(&self, strict: bool) -> Result<(), Error> {
        let Outcome { report, campaign, .. } = self;
        let mut json = run::json(report, strict)?;
        json["random"] = serde_json::to_value(campaign)?;
        json["random"]["cases_a_second"] = campaign.cases_a_second().into();
        let mut keep = Vec::new();
        for group in &report.groups {
            if let Some((domain, regression)) = campaign::regression(group, self.domains) {
                keep.push(json!({ "domain": domain, "regression": regression }));
            }
        }
        json["random"]["keep"] = keep.into();
        run::print_json(&json)
    }

    /// In which file a divergence can be kept as a regression, and the line that does.
    fn keep(&self, group: &report::Group) -> Result<Option<(String, String)>, Error> {
        let Some((domain, regression)) = campaign::regression(group, self.domains) else {
            return Ok(None);
        };
        let file = format!("suites/regressions/{domain}.json");
        Ok(Some((file, serde_json::to_string(&regression)?)))
    }
}

fn print_statistics(out: &mut impl Write, campaign: &Campaign) -> io::Result<()> {
    let Campaign { seed, seconds, statistics } = campaign;
    let (cases, rate) = (campaign.cases(), campaign.cases_a_second());
    writeln!(
        out,
        "random cases: seed {seed}, {cases} cases in {seconds:.1} s, {rate:.0} a second"
    )?;
    for each in statistics.iter().filter(|each| each.cases > 0) {
        let Statistics { domain, cases, accepted, refused, classes } = each;
        let share = |count: usize| format!("{:.0} %", 100.0 * count as f64 / *cases as f64);
        let all = Class::ALL.iter().filter_map(|class| {
            let count = *classes.get(class)?;
            Some(format!("{class} {}", share(count)))
        });
        let classes: Vec<_> = all.collect();
        writeln!(
            out,
            "  {domain:<13}{cases:>8} cases  accepted {}, refused {}",
            share(*accepted),
            share(*refused)
        )?;
        for line in classes.chunks(6) {
            writeln!(out, "  {:<13}    {}", "", line.join(", "))?;
        }
    }
    writeln!(out)
}
