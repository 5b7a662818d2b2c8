//! # Campaigns
//!
//! A run of cases that are drawn, as many as there are or as there is time for. Regressions come first;
//! then each domain in each edition has its turn, round after round.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::time::{Duration, Instant};

use pybuf_model::Edition;

use crate::case::{Case, CaseId, Domain};
use crate::finding::{Again, Drawn, Finding, Keep};
use crate::implementation::Implementation;
use crate::regression::{BadRegressions, Regression, TO_BE_SAID};
use crate::report::Report;
use crate::run::Run;
use crate::shrink::{Effort, shrink};
use crate::statistics::Campaign;
use crate::tally::Ran;
use crate::verdict::Kind;

/// How many cases of a domain are drawn in a round.
const ROUND: u64 = 256;

/// How many simpler cases are tried of one that diverges, and how many at once; and of one by which the
/// process dies, which takes its time to begin anew.
const ATTEMPTS: (usize, usize) = (4_000, 64);
const DEATHS: (usize, usize) = (150, 1);

/// How much longer than there is time cases may be made simpler, all together.
const GRACE: Duration = Duration::from_secs(5);

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

/// Opens an implementation of an edition.
pub type Open<'a, E> = &'a mut dyn FnMut(Edition) -> Result<Box<dyn Implementation>, E>;

/// Runs a campaign: each of `editions` is judged on an implementation of its own, which `open` opens.
/// `progress` is called after each batch, with how many cases it had. The case of each finding of the
/// report is made as simple as can be. What was not exercised is no error, and there are no certificates:
/// those are of exhaustive runs. What was drawn is in the tally of the report.
///
/// # Errors
///
/// If an implementation does not open, or if the regressions of a domain are none.
pub fn run<E: From<BadRegressions> + Display>(
    domains: &[Domain],
    editions: &[Edition],
    open: Open<E>,
    plan: &Plan,
    progress: &mut dyn FnMut(usize),
) -> Result<Report, E> {
    let mut run = Run::of(domains, Ran::Drawn(Campaign::new(plan.seed, domains)));
    let mut opened = BTreeMap::new();
    for edition in editions {
        opened.insert(*edition, open(*edition)?);
    }
    let begun = Instant::now();
    let mut due = plan.due(domains);
    for domain in domains {
        let kept = domain.kept()?;
        due = due.map(|due| due.saturating_add(kept.len()));
        for (edition, implementation) in &mut opened {
            run.judge_cases(domain, kept.clone(), &mut **implementation, *edition, progress);
        }
    }
    let mut first = 0;
    while !run.has_stopped() && !plan.is_over() && plan.cases.is_none_or(|cases| first < cases) {
        let end = plan.cases.unwrap_or(u64::MAX).min(first + ROUND);
        for (edition, implementation) in &mut opened {
            for domain in domains {
                let cases = plan.cases_of(domain, first, end);
                run.judge_cases(domain, cases, &mut **implementation, *edition, progress);
            }
        }
        first = end;
    }
    let mut tally = run.tally();
    if let Ran::Drawn(campaign) = &mut tally.ran {
        campaign.seconds = begun.elapsed().as_millis() as f64 / 1000.0;
    }
    // Edition by edition, as those of an exhaustive run are.
    tally.sections.sort_by_key(|section| section.edition);
    let ran = tally.due();
    match &mut tally.stopped {
        Some(stopped) => {
            let all = due.map(|due| due.saturating_mul(editions.len()));
            stopped.not_run = all.map(|all| all.saturating_sub(ran));
        }
        None => simplify(&mut tally.findings, domains, opened, open, plan),
    }
    let keep = keep(&tally.findings, domains);
    for (finding, keep) in tally.findings.iter_mut().zip(keep) {
        finding.drawn = Some(Drawn { seed: plan.seed, keep });
    }
    Ok(Report::of(tally, domains))
}

/// Makes the cases of findings as simple as can be.
fn simplify<E: Display>(
    findings: &mut [Finding],
    domains: &[Domain],
    mut opened: BTreeMap<Edition, Box<dyn Implementation>>,
    open: Open<E>,
    plan: &Plan,
) {
    let until = plan.until.map(|until| until.max(Instant::now()) + GRACE);
    for finding in findings {
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
}

/// How each of some findings that were drawn is to be kept; `None` if its case alone does not show it, or if it
/// is of a reply that cannot be judged.
pub fn keep(findings: &[Finding], domains: &[Domain]) -> Vec<Option<Keep>> {
    // What cannot be judged says nothing of the case.
    let is_shown = |finding: &Finding| {
        matches!(finding.again, None | Some(Again::NotSimpler(_)))
            && finding.kind != Kind::OutOfProtocol
    };
    let mut keep: Vec<Option<Keep>> = vec![None; findings.len()];
    for domain in domains {
        let shown = findings.iter().enumerate().filter(|(_, finding)| is_shown(finding));
        let cases = shown.filter_map(|(index, it)| Some((index, domain.case(&it.case)?)));
        let cases: Vec<(usize, Case)> = cases.collect();
        if cases.is_empty() {
            continue;
        }
        // All that is there is made once, for all findings.
        for (id, there) in domain.kept().into_iter().flatten().chain(domain.cases()) {
            for (index, _) in cases.iter().filter(|(_, case)| *case == there) {
                keep[*index].get_or_insert_with(|| Keep::As(id.clone()));
            }
        }
        for (number, (index, case)) in cases.iter().enumerate() {
            let first = cases[..number].iter().find(|(_, it)| it == case);
            keep[*index].get_or_insert_with(|| match first {
                Some((first, _)) => Keep::With(findings[*first].case.clone()),
                None => Keep::Line(Regression {
                    clause: findings[*index].clause.map(|clause| clause.id().to_owned()),
                    reason: TO_BE_SAID.to_owned(),
                    calls: case.calls.clone(),
                }),
            });
        }
    }
    keep
}

impl Plan {
    fn is_over(&self) -> bool {
        self.until.is_some_and(|until| Instant::now() >= until)
    }

    /// How many cases of all domains are to be drawn in each edition; `None` if that is a matter of time.
    fn due(&self, domains: &[Domain]) -> Option<usize> {
        let (cases, None) = (self.cases?, self.until) else { return None };
        Some(usize::try_from(cases).unwrap_or(usize::MAX).saturating_mul(domains.len()))
    }

    /// The cases of a domain with these numbers, as long as there is time.
    fn cases_of(
        &self,
        domain: &Domain,
        first: u64,
        end: u64,
    ) -> impl Iterator<Item = (CaseId, Case)> {
        let numbers = (first..end).take_while(|_| !self.is_over());
        numbers.map(|number| domain.drawn(self.seed, number))
    }
}
