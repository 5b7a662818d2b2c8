//! # Campaigns
//!
//! A run of cases that are drawn, as many as there are or as there is time for. Regressions come first;
//! then each domain in each edition has its turn, round after round.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::time::{Duration, Instant};

use pybuf_model::Edition;

use crate::call::Call;
use crate::case::{Case, CaseId, Domain};
use crate::finding::{Again, Drawn, Finding, Keep};
use crate::implementation::{Capabilities, Implementation};
use crate::regression::{BadRegressions, Regression, TO_BE_SAID};
use crate::reply::Reply;
use crate::report::Report;
use crate::run::Run;
use crate::shard::Cases;
use crate::shrink::{Effort, shrink};
use crate::statistics::{Campaign, Statistics};
use crate::tally::Ran;
use crate::verdict::Kind;

/// How many cases of a domain are drawn in a round.
const ROUND: u64 = 256;

/// How many simpler cases are tried of one that diverges, and how many at once; and of one by which the
/// process dies, which takes its time to begin anew.
const ATTEMPTS: (usize, usize) = (4_000, 64);
const DEATHS: (usize, usize) = (150, 1);

/// How much longer than there is time cases may be made simpler, all together.
pub const GRACE: Duration = Duration::from_secs(5);

/// What is drawn, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The seed of all.
    pub seed: u64,
    /// How many cases of each domain are drawn in each edition; `None` if only the time ends it.
    pub cases: Option<u64>,
    /// When to stop.
    pub until: Option<Instant>,
}

/// Runs a campaign: each of `editions` is judged on an implementation of its own, which `open` opens.
/// `progress` is told, after each batch, how many cases it had. The case of each finding of the
/// report is made as simple as can be. What was not exercised is no error, and there are no certificates:
/// those are of walks. What was drawn is in the tally of the report.
///
/// # Errors
///
/// If an implementation does not open, or if the regressions of a domain are none.
pub fn run<E: From<BadRegressions> + Display>(
    domains: &[Domain],
    editions: &[Edition],
    open: &mut dyn FnMut(Edition) -> Result<Box<dyn Implementation>, E>,
    plan: &Plan,
    progress: &mut dyn FnMut(usize),
) -> Result<Report, E> {
    let mut run = Run::new(domains);
    let mut opened = BTreeMap::new();
    for edition in editions {
        opened.insert(*edition, open(*edition)?);
    }
    let begun = Instant::now();
    // Whether one can not go on; why, is in the report.
    let mut over = false;
    for domain in domains {
        let kept = domain.kept()?;
        for (edition, implementation) in &mut opened {
            let cases = only(domain, |_| kept_cases(kept.clone()));
            over |= run.judge_cases(&cases, &mut **implementation, *edition, progress).is_err();
        }
    }
    let mut statistics: Vec<Statistics> = domains.iter().map(Statistics::of).collect();
    let mut first = 0;
    while !over && !plan.is_over() && plan.cases.is_none_or(|cases| first < cases) {
        let end = plan.cases.unwrap_or(u64::MAX).min(first + ROUND);
        for (edition, implementation) in &mut opened {
            for (domain, statistics) in domains.iter().zip(&mut statistics) {
                let mut watched = Watched { domain, statistics, inner: &mut **implementation };
                let cases = only(domain, |domain| plan.cases_of(*domain, first, end));
                over |= run.judge_cases(&cases, &mut watched, *edition, progress).is_err();
            }
        }
        first = end;
    }
    let milliseconds = begun.elapsed().as_millis() as f64;
    let campaign = Campaign { seed: plan.seed, seconds: milliseconds / 1000.0, statistics };
    let mut tally = run.tally_of(Ran::Drawn(campaign));
    let ran = tally.due();
    if let Some(stopped) = &mut tally.stopped {
        stopped.not_run = plan.all(domains, editions)?.map(|all| all.saturating_sub(ran));
    }
    let until = plan.until.map(|until| until.max(Instant::now()) + GRACE);
    for finding in tally.findings.iter_mut().filter(|_| !over) {
        let edition = finding.edition;
        let is_death = finding.kind <= Kind::TimedOut;
        let (attempts, at_once) = if is_death { DEATHS } else { ATTEMPTS };
        let effort = Effort { attempts, at_once, until };
        match opened.get_mut(&edition) {
            // It may have died of what a case before it did.
            _ if is_death => match open(edition) {
                Ok(mut implementation) => shrink(finding, domains, &mut *implementation, effort),
                Err(error) => finding.again = Some(Again::NotRun(error.to_string())),
            },
            Some(implementation) => shrink(finding, domains, &mut **implementation, effort),
            None => {}
        }
    }
    let keep = keep(&tally.findings, domains);
    for (finding, keep) in tally.findings.iter_mut().zip(keep) {
        finding.drawn = Some(Drawn { seed: plan.seed, keep });
    }
    Ok(Report::of(tally, domains))
}

/// How each of some findings that were drawn is to be kept; `None` if its case alone does not show it, or if it
/// is of a reply that cannot be judged.
pub fn keep(findings: &[Finding], domains: &[Domain]) -> Vec<Option<Keep>> {
    // What cannot be judged says nothing of the case.
    let alone = |finding: &Finding| {
        let is_shown = matches!(finding.again, None | Some(Again::NotSimpler(_)));
        is_shown && finding.kind != Kind::OutOfProtocol
    };
    let mut keep: Vec<Option<Keep>> = vec![None; findings.len()];
    for domain in domains {
        let findings = findings.iter().enumerate().filter(|(_, finding)| alone(finding));
        let cases = findings.filter_map(|(index, finding)| {
            let id = &finding.case;
            Some((index, finding, domain.case(id)?))
        });
        let cases: Vec<(usize, &Finding, Case)> = cases.collect();
        if cases.is_empty() {
            continue;
        }
        // All that is there is made once, for all findings.
        for (id, there) in domain.kept().into_iter().flatten().chain(domain.cases()) {
            for (index, ..) in cases.iter().filter(|(.., case)| *case == there) {
                keep[*index].get_or_insert_with(|| Keep::As(id.clone()));
            }
        }
        for (number, (index, finding, case)) in cases.iter().enumerate() {
            let before = || cases[..number].iter().find(|(.., it)| it == case);
            keep[*index].get_or_insert_with(|| match before() {
                Some((_, finding, _)) => Keep::With(finding.case.clone()),
                None => {
                    let clause = finding.clause.map(|clause| clause.id().to_owned());
                    let (reason, calls) = (TO_BE_SAID.to_owned(), case.calls.clone());
                    Keep::Line(Regression { clause, reason, calls })
                }
            });
        }
    }
    keep
}

impl Plan {
    fn is_over(&self) -> bool {
        self.until.is_some_and(|until| Instant::now() >= until)
    }

    /// How many cases are to be run, with those that are kept; `None` if that is a matter of time.
    fn all(
        &self,
        domains: &[Domain],
        editions: &[Edition],
    ) -> Result<Option<usize>, BadRegressions> {
        let (Some(cases), None) = (self.cases, self.until) else { return Ok(None) };
        let cases = usize::try_from(cases).unwrap_or(usize::MAX);
        let mut all: usize = 0;
        for domain in domains {
            all = all.saturating_add(domain.kept()?.len().saturating_add(cases));
        }
        Ok(Some(all.saturating_mul(editions.len())))
    }

    /// The cases of a domain with these numbers, as long as there is time.
    fn cases_of(&self, domain: Domain, first: u64, end: u64) -> Cases {
        let plan = *self;
        let numbers = (first..end).take_while(move |_| !plan.is_over());
        Box::new(numbers.map(move |number| domain.drawn(plan.seed, number)))
    }
}

/// The cases of one domain, and none of the others.
fn only(
    domain: &Domain,
    cases: impl Fn(&Domain) -> Cases,
) -> impl Fn(&Domain) -> Result<Cases, BadRegressions> {
    let name = domain.name;
    move |domain| {
        let none = || Box::new(std::iter::empty()) as Cases;
        Ok(if domain.name == name { cases(domain) } else { none() })
    }
}

fn kept_cases(kept: Vec<(CaseId, Case)>) -> Cases {
    Box::new(kept.into_iter())
}

/// An implementation whose cases and replies are counted.
struct Watched<'a> {
    domain: &'a Domain,
    statistics: &'a mut Statistics,
    inner: &'a mut dyn Implementation,
}

impl Implementation for Watched<'_> {
    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }

    fn begin_case(&mut self) {
        self.inner.begin_case();
    }

    fn call(&mut self, call: &Call) -> Reply {
        self.inner.call(call)
    }

    fn run(&mut self, cases: &[&[Call]]) -> Vec<Vec<Reply>> {
        let replies = self.inner.run(cases);
        for (calls, replies) in cases.iter().zip(&replies) {
            self.statistics.count(self.domain, calls, replies);
        }
        replies
    }

    fn failure(&self) -> Option<String> {
        self.inner.failure()
    }
}
