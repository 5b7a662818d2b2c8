//! # Running
//!
//! Drives an implementation through all cases of some domains, in some editions.

use std::collections::BTreeSet;
use std::iter;
use std::time::{Duration, Instant};

use pybuf_model::Edition;
use thiserror::Error;

use super::budget::Budgets;
use crate::call::Call;
use crate::case::{Case, CaseId, Domain};
use crate::certificate::Certificate;
use crate::finding::{Finding, Findings};
use crate::implementation::{Capabilities, Implementation};
use crate::judge::judge;
use crate::message;
use crate::regression::BadRegressions;
use crate::render;
use crate::reply::Reply;
use crate::report::Report;
use crate::shard::Shard;
use crate::tally::{Ran, Section, Skipped, Stopped, Tally};
use crate::verdict::Judgement;

/// How many cases an implementation is given at a time, at most: as many as have been quick before, since
/// a run with a deadline would wait for all of them, and so many have their replies in memory at once.
const BATCH: usize = 64;

/// What is quick for a batch.
const QUICK: Duration = Duration::from_millis(20);

/// A run that could not be made, or an implementation that could not go on. What it replied before is judged,
/// and in the report.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Failure {
    /// An implementation could not go on.
    #[error("the target cannot go on: {0}")]
    Target(String),
    /// A domain has regressions that are none.
    #[error(transparent)]
    Regressions(#[from] BadRegressions),
}

/// A run of some domains: each edition is judged on its own, and one report comes of all of them.
///
/// ```no_run
/// # use pybuf_harness::{Implementation, case::Domain, run::Run};
/// # use pybuf_model::Edition;
/// # use pybuf_harness::run::Failure;
/// # fn example(domains: &[Domain], mut mine: impl Implementation) -> Result<(), Failure> {
/// let mut run = Run::new(domains);
/// run.judge(&mut mine, Edition::V3_12, &mut |_| {})?;
/// assert!(run.report().conforms(false));
/// # Ok(())
/// # }
/// ```
pub struct Run<'a> {
    domains: &'a [Domain],
    shard: Shard,
    target: Capabilities,
    /// What was counted, but for the findings.
    tally: Tally,
    findings: Findings,
    budgets: Budgets,
}

impl<'a> Run<'a> {
    /// A run of some domains.
    pub fn new(domains: &'a [Domain]) -> Self {
        Run::of_shard(domains, Shard::WHOLE)
    }

    /// A shard of such a run.
    pub fn of_shard(domains: &'a [Domain], shard: Shard) -> Self {
        Run { shard, ..Run::of(domains, Ran::Walk(shard)) }
    }

    /// A run whose tally says that these cases were run.
    pub(crate) fn of(domains: &'a [Domain], ran: Ran) -> Self {
        Run {
            domains,
            shard: Shard::WHOLE,
            target: Capabilities::default(),
            tally: Tally { ran, ..Tally::default() },
            findings: Findings::default(),
            budgets: Budgets::default(),
        }
    }

    /// Runs the cases, those that are kept of all domains first, and judges them by `edition`. `progress` is
    /// called after each batch, with how many cases it had.
    ///
    /// # Errors
    ///
    /// If the implementation cannot go on, or if the regressions of a domain are none.
    pub fn judge(
        &mut self,
        implementation: &mut dyn Implementation,
        edition: Edition,
        progress: &mut dyn FnMut(usize),
    ) -> Result<(), Failure> {
        let mut cases = Vec::new();
        for domain in self.domains {
            cases.push((domain, self.shard.cases(domain)?.peekable()));
        }
        for (domain, cases) in &mut cases {
            let kept = iter::from_fn(|| cases.next_if(|(id, _)| id.is_kept()));
            self.judge_cases(domain, kept, implementation, edition, progress);
        }
        for (domain, cases) in &mut cases {
            self.judge_cases(domain, cases, implementation, edition, progress);
        }
        let stopped = self.tally.stopped.as_ref();
        stopped.map_or(Ok(()), |stopped| Err(Failure::Target(stopped.why.clone())))
    }

    /// As [`Run::judge`], but runs only these cases of a domain. If the implementation cannot go on, those that
    /// are left are counted as not run, and so are all of later calls.
    pub(crate) fn judge_cases(
        &mut self,
        domain: &Domain,
        cases: impl IntoIterator<Item = (CaseId, Case)>,
        implementation: &mut dyn Implementation,
        edition: Edition,
        progress: &mut dyn FnMut(usize),
    ) {
        self.target = implementation.capabilities();
        let mut cases = cases.into_iter();
        let mut section = Section::new(domain.name, edition);
        let mut size = 1;
        while !self.has_stopped() {
            let begun = Instant::now();
            let mut batch: Vec<(CaseId, Case)> = cases.by_ref().take(size).collect();
            if batch.is_empty() {
                break;
            }
            let due = batch.len();
            batch.retain(|(_, case)| !self.skips(case, domain, edition));
            let replies = replies(implementation, &batch);
            let failure = implementation.failure();
            let ran = if failure.is_some() { replies.len().min(batch.len()) } else { batch.len() };
            self.batch(&batch[..ran], &replies, domain, &mut section);
            let left = batch.len() - ran;
            progress(due - left);
            size = if begun.elapsed() < QUICK { BATCH.min(2 * size) } else { 1 };
            self.stop(failure, left);
        }
        if self.has_stopped() {
            self.stop(None, cases.count());
        }
        match self.tally.sections.iter_mut().find(|it| it.is_of(domain.name, edition)) {
            Some(sum) => sum.add(&section),
            None => self.tally.sections.push(section),
        }
    }

    /// Whether it has ended before its time.
    pub(crate) fn has_stopped(&self) -> bool {
        self.tally.stopped.is_some()
    }

    /// Counts all cases as not run in an edition, for the implementation cannot be had again.
    pub fn leave_out(&mut self, edition: Edition, why: String) {
        let cases = |domain| self.shard.cases(domain).map_or(0, Iterator::count);
        let cases = self.domains.iter().map(cases).sum::<usize>();
        let sections = self.domains.iter().map(|domain| Section::new(domain.name, edition));
        self.tally.sections.extend(sections);
        self.stop(Some(why), cases);
    }

    /// Counts cases as not run if the run has stopped, or stops now.
    fn stop(&mut self, why: Option<String>, not_run: usize) {
        let stopped = &mut self.tally.stopped;
        if stopped.is_none() {
            *stopped = why.map(|why| Stopped { why, not_run: Some(0) });
        }
        if let Some(Stopped { not_run: Some(count), .. }) = stopped {
            *count += not_run;
        }
    }

    /// Whether a case is left out, for a function that it calls has ended the target too often. Counts it then.
    fn skips(&mut self, case: &Case, domain: &Domain, edition: Edition) -> bool {
        let Some(budget) = self.budgets.used_up(case, edition) else { return false };
        self.tally.skip(Skipped {
            domain: domain.name.into(),
            edition,
            function: budget.function.into(),
            objects: budget.objects.map(str::to_owned),
            cases: 1,
        });
        true
    }

    /// What was counted. Cases that were drawn have no certificates.
    pub fn tally(self) -> Tally {
        let certificates = match self.tally.ran {
            Ran::Walk(_) => self.domains.iter().map(Certificate::of).collect(),
            Ran::Drawn(_) => Vec::new(),
        };
        let Capabilities { name: target, lacks } = self.target;
        let findings = self.findings.sorted();
        let mut tally = Tally { target, lacks, findings, certificates, ..self.tally };
        tally.skipped.sort();
        tally
    }

    /// What came of it.
    pub fn report(self) -> Report {
        let domains = self.domains;
        Report::of(self.tally(), domains)
    }

    fn batch(
        &mut self,
        batch: &[(CaseId, Case)],
        replies: &[Vec<Reply>],
        domain: &Domain,
        section: &mut Section,
    ) {
        let edition = section.edition;
        for (index, (id, case)) in batch.iter().enumerate() {
            let replies = replies.get(index).map_or(&[][..], Vec::as_slice);
            if let Ran::Drawn(campaign) = &mut self.tally.ran
                && !id.is_kept()
            {
                campaign.count(domain, &case.calls, replies);
            }
            // A budget may have been used up within the batch. How long that is depends on the time that cases
            // take, and what is skipped must not.
            if self.skips(case, domain, edition) {
                continue;
            }
            self.budgets.count(case, replies, edition);
            let judgement = judge(case, replies, edition, &self.target);
            section.count(judgement.verdict, &judgement.divergences);
            for (call, reply) in case.calls.iter().zip(replies) {
                self.count(call.feature(), reply);
            }
            self.note(id, case, edition, &judgement);
        }
    }

    fn count(&mut self, feature: &str, reply: &Reply) {
        let Tally { unsupported, features_used, features_there, .. } = &mut self.tally;
        match reply {
            Reply::NotMade | Reply::Garbled { .. } => {}
            Reply::Unsupported => *unsupported.entry(feature.to_owned()).or_default() += 1,
            Reply::NotInEdition => add(features_used, feature),
            Reply::Returned(_) | Reply::Crashed { .. } | Reply::TimedOut { .. } => {
                add(features_used, feature);
                add(features_there, feature);
            }
        }
    }

    fn note(&mut self, id: &CaseId, case: &Case, edition: Edition, judgement: &Judgement) {
        for of_call in judgement.exercised.chunk_by(|(one, _), (other, _)| one == other) {
            let subject = case.subject(of_call[0].0);
            let clauses = of_call.iter().map(|(_, clause)| *clause);
            // Nearly all of them are there.
            match self.tally.exercised_on.get_mut(subject) {
                Some(exercised) => exercised.extend(clauses),
                None => drop(self.tally.exercised_on.insert(subject.into(), clauses.collect())),
            }
        }
        for divergence in &judgement.divergences {
            let subject = case.subject(divergence.call);
            let function = case.calls.get(divergence.call).map_or("nothing", Call::feature);
            let call = render::call(case, divergence.call);
            let new = Finding::of(divergence, (function, subject), (id.clone(), edition), call);
            // It comes after all others. Cases that are kept come first, and any other shows it better.
            self.findings.join(new, |new, known| known.case.is_kept() && !new.case.is_kept());
        }
    }
}

/// Adds a name that is nearly always there already.
fn add(names: &mut BTreeSet<String>, name: &str) {
    if !names.contains(name) {
        names.insert(name.to_owned());
    }
}

/// Runs all cases of a domain against an implementation, as a test of `edition`. What breaks a should, or is
/// unlike CPython where the text is silent, is let pass.
///
/// # Errors
///
/// What it diverges in, as a report has it, and why it could not go on, if it could not.
pub fn conforms(
    domain: Domain,
    edition: Edition,
    implementation: &mut dyn Implementation,
) -> Result<(), String> {
    let domains = [domain];
    let mut run = Run::new(&domains);
    let judged = run.judge(implementation, edition, &mut |_| {});
    let report = run.report();
    if judged.is_ok() && report.conforms(false) {
        return Ok(());
    }
    let mut failures = message::failures(&report, None, false);
    // That the target stopped is in the report.
    if let Err(Failure::Regressions(error)) = judged {
        failures += &format!("error: {error}\n");
    }
    Err(failures)
}

fn replies(implementation: &mut dyn Implementation, batch: &[(CaseId, Case)]) -> Vec<Vec<Reply>> {
    let calls: Vec<&[Call]> = batch.iter().map(|(_, case)| case.calls.as_slice()).collect();
    if calls.is_empty() { Vec::new() } else { implementation.run(&calls) }
}
