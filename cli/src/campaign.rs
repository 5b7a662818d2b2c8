//! `pybuf run --cases N --seed S --for TIME`: random cases.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::ProgressBar;
use pybuf_harness::campaign::{self, Campaign, Keep, Plan};
use pybuf_harness::model::Edition;
use pybuf_harness::random::SEED;
use pybuf_harness::statistics::{Class, Statistics};
use pybuf_harness::tally::Group;
use pybuf_harness::{Domain, Report};
use pybuf_targets::Target;
use serde_json::{Value, json};

use crate::Error;
use crate::arguments::{self, Random};

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

/// What was drawn.
pub struct Drawn {
    campaign: Campaign,
    /// Each divergence, with how it is kept.
    keep: Vec<(Group, Keep)>,
}

pub fn run(
    arguments: &arguments::Run,
    target: &Target,
    domains: &[Domain],
    editions: &[Edition],
) -> Result<(Report, Drawn), Error> {
    let plan = arguments.random.plan();
    // Where it cannot be told, the report has the seed, too.
    let _ = writeln!(io::stderr(), "random cases, seed {}", plan.seed);
    let bar = bar();
    let mut open = |edition| Ok::<_, Error>(target.open(edition)?);
    let mut progress = |cases: usize| bar.inc(cases as u64);
    let (report, campaign) = campaign::run(domains, editions, &mut open, &plan, &mut progress)?;
    bar.finish_and_clear();
    let groups = &report.tally.groups;
    let keep = groups.iter().cloned().zip(campaign::keep(groups, domains));
    let keep = keep.filter_map(|(group, keep)| Some((group, keep?))).collect();
    Ok((report, Drawn { campaign, keep }))
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

impl Drawn {
    /// How a divergence is found again and kept, for behind its text.
    pub fn print_group(&self, out: &mut impl Write, group: &Group) -> Result<(), Error> {
        writeln!(out, "  seed      {}", self.campaign.seed)?;
        let Some((_, keep)) = self.keep.iter().find(|(it, _)| it == group) else { return Ok(()) };
        match keep {
            Keep::Line(domain, regression) => {
                let line = serde_json::to_string(regression)?;
                let file = format!("suites/regressions/{domain}.jsonl");
                writeln!(
                    out,
                    "  keep it   by a line at the end of {file}, with the reason:\n{line}"
                )
            }
            Keep::With(id) => writeln!(out, "  keep it   by the line for {id}"),
            Keep::As(id) if id.is_kept() => writeln!(out, "  kept      as {id}"),
            Keep::As(id) => writeln!(out, "  walked    through anyway, as {id}"),
        }?;
        Ok(())
    }

    /// What was drawn, and how fast.
    pub fn print_statistics(&self, out: &mut impl Write) -> io::Result<()> {
        print_statistics(out, &self.campaign)
    }

    /// All of that for a report in JSON.
    pub fn json(&self) -> Result<Value, Error> {
        let mut json = serde_json::to_value(&self.campaign)?;
        json["cases_a_second"] = self.campaign.cases_a_second().into();
        let lines = self.keep.iter().filter_map(|(_, keep)| match keep {
            Keep::Line(domain, regression) => {
                Some(json!({ "domain": domain, "regression": regression }))
            }
            Keep::With(_) | Keep::As(_) => None,
        });
        json["keep"] = lines.collect();
        Ok(json)
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
