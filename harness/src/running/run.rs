//! # Running
//!
//! Drives an implementation through all cases of some domains, in some editions.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use pybuf_model::{Clause, Edition};
use thiserror::Error;

use super::budget::{Budgets, Of as BudgetOf};
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
use crate::shard::{Cases, Shard};
use crate::tally::{Ran, Section, Skipped, Stopped, Tally};
use crate::verdict::Judgement;

/// How many cases an implementation is given at a time, at most: as many as have been quick before, since
/// a run with a deadline would wait for all of them, and so many have their replies in memory at once.
const BATCH: usize = 64;

/// What is quick for a batch.
const QUICK: Duration = Duration::from_millis(20);

/// Which cases of a domain are run.
pub type Of<'a> = &'a dyn Fn(&Domain) -> Result<Cases, BadRegressions>;

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
    sections: Vec<Section>,
    findings: Findings,
    exercised_on: BTreeMap<&'static str, BTreeSet<Clause>>,
    unsupported: BTreeMap<&'static str, usize>,
    features_used: BTreeSet<&'static str>,
    features_there: BTreeSet<&'static str>,
    budgets: Budgets,
    /// How many cases of a domain were skipped for a budget.
    skipped: BTreeMap<(&'static str, BudgetOf), usize>,
    stopped: Option<Stopped>,
}

impl<'a> Run<'a> {
    /// A run of some domains.
    pub fn new(domains: &'a [Domain]) -> Self {
        Run::of_shard(domains, Shard::WHOLE)
    }

    /// A shard of such a run.
    pub fn of_shard(domains: &'a [Domain], shard: Shard) -> Self {
        Run {
            domains,
            shard,
            target: Capabilities { name: String::new(), lacks: BTreeMap::new() },
            sections: Vec::new(),
            findings: Findings::default(),
            exercised_on: BTreeMap::new(),
            unsupported: BTreeMap::new(),
            features_used: BTreeSet::new(),
            features_there: BTreeSet::new(),
            budgets: Budgets::default(),
            skipped: BTreeMap::new(),
            stopped: None,
        }
    }

    /// Runs the cases, those that are kept of all domains first, and judges them by `edition`. `progress` is
    /// told, after each batch, how many cases it had.
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
        let shard = self.shard;
        let kept: Of =
            &|domain| Ok(Box::new(shard.cases(domain)?.take_while(|(id, _)| id.is_kept())));
        let walked: Of =
            &|domain| Ok(Box::new(shard.cases(domain)?.skip_while(|(id, _)| id.is_kept())));
        let kept = self.judge_cases(kept, implementation, edition, progress);
        if let Err(Failure::Regressions(error)) = kept {
            return Err(error.into());
        }
        self.judge_cases(walked, implementation, edition, progress)
    }

    /// As [`Run::judge`], but runs only those cases that `cases` takes of each domain.
    ///
    /// # Errors
    ///
    /// If the implementation cannot go on. The cases that are left are counted as not run, and so are all
    /// of later calls.
    pub fn judge_cases(
        &mut self,
        cases: Of,
        implementation: &mut dyn Implementation,
        edition: Edition,
        progress: &mut dyn FnMut(usize),
    ) -> Result<(), Failure> {
        self.target = implementation.capabilities();
        for domain in self.domains {
            let mut section = Section::new(domain.name, edition);
            let mut cases = cases(domain)?;
            let mut size = 1;
            while self.stopped.is_none() {
                let begun = Instant::now();
                let mut batch: Vec<(CaseId, Case)> = cases.by_ref().take(size).collect();
                if batch.is_empty() {
                    break;
                }
                let due = batch.len();
                batch.retain(|(_, case)| !self.skips(case, domain.name, edition));
                let skipped = due - batch.len();
                let replies = replies(implementation, &batch);
                let failure = implementation.failure();
                let ran =
                    if failure.is_some() { replies.len().min(batch.len()) } else { batch.len() };
                self.batch(&batch[..ran], &replies, domain.name, &mut section);
                progress(skipped + ran);
                size = if begun.elapsed() < QUICK { BATCH.min(2 * size) } else { 1 };
                self.stop(failure, batch.len() - ran);
            }
            if self.stopped.is_some() {
                self.stop(None, cases.count());
            }
            match self.sections.iter_mut().find(|it| it.is_of(domain.name, edition)) {
                Some(sum) => sum.add(&section),
                None => self.sections.push(section),
            }
        }
        self.stopped.as_ref().map_or(Ok(()), |stopped| Err(Failure::Target(stopped.why.clone())))
    }

    /// Counts all cases as not run in an edition, for the implementation cannot be had again.
    pub fn leave_out(&mut self, edition: Edition, why: String) {
        let cases = |domain| self.shard.cases(domain).map_or(0, Iterator::count);
        let cases = self.domains.iter().map(cases).sum::<usize>();
        let sections = self.domains.iter().map(|domain| Section::new(domain.name, edition));
        self.sections.extend(sections);
        self.stop(Some(why), cases);
    }

    /// Counts cases as not run if the run has stopped, or stops now.
    fn stop(&mut self, why: Option<String>, not_run: usize) {
        if self.stopped.is_none() {
            self.stopped = why.map(|why| Stopped { why, not_run: Some(0) });
        }
        if let Some(Stopped { not_run: Some(count), .. }) = &mut self.stopped {
            *count += not_run;
        }
    }

    /// Whether a case is left out, for a function that it calls has ended the target too often. Counts it then.
    fn skips(&mut self, case: &Case, domain: &'static str, edition: Edition) -> bool {
        let used_up = self.budgets.used_up(case, edition);
        if let Some(of) = used_up {
            *self.skipped.entry((domain, of)).or_default() += 1;
        }
        used_up.is_some()
    }

    /// What was counted.
    pub fn tally(self) -> Tally {
        let certificates = self.domains.iter().map(Certificate::of).collect();
        let ran = Ran::Walk(self.shard);
        Tally { certificates, ..self.tally_of(ran) }
    }

    /// What was counted of these cases; without certificates, which are of walks.
    pub(crate) fn tally_of(self, ran: Ran) -> Tally {
        let owned = |names: BTreeSet<&str>| names.into_iter().map(str::to_owned).collect();
        let exercised_on = self.exercised_on.into_iter();
        let unsupported = self.unsupported.into_iter();
        let skipped = self.skipped.into_iter().map(|((domain, of), cases)| Skipped {
            domain: domain.into(),
            edition: of.edition,
            function: of.function.into(),
            objects: of.objects.map(str::to_owned),
            cases,
        });
        Tally {
            target: self.target.name,
            lacks: self.target.lacks,
            ran,
            part: false,
            sections: self.sections,
            findings: self.findings.sorted(),
            exercised_on: exercised_on.map(|(name, clauses)| (name.into(), clauses)).collect(),
            unsupported: unsupported.map(|(name, calls)| (name.into(), calls)).collect(),
            features_used: owned(self.features_used),
            features_there: owned(self.features_there),
            certificates: Vec::new(),
            skipped: skipped.collect(),
            stopped: self.stopped,
        }
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
        domain: &'static str,
        section: &mut Section,
    ) {
        let edition = section.edition;
        for (index, (id, case)) in batch.iter().enumerate() {
            // A budget may have been used up within the batch. How long that is depends on the time that cases
            // take, and what is skipped must not.
            if self.skips(case, domain, edition) {
                continue;
            }
            let replies = replies.get(index).map_or(&[][..], Vec::as_slice);
            self.budgets.count(case, replies, edition);
            let judgement = judge(case, replies, edition, &self.target);
            section.count(judgement.verdict, &judgement.divergences);
            for (call, reply) in case.calls.iter().zip(replies) {
                self.count(call.feature(), reply);
            }
            self.note(id, case, edition, &judgement);
        }
    }

    fn count(&mut self, feature: &'static str, reply: &Reply) {
        match reply {
            Reply::NotMade | Reply::Garbled { .. } => return,
            Reply::Unsupported => {
                *self.unsupported.entry(feature).or_default() += 1;
                return;
            }
            Reply::NotInEdition => {}
            Reply::Returned(_) | Reply::Crashed { .. } | Reply::TimedOut { .. } => {
                self.features_there.insert(feature);
            }
        }
        self.features_used.insert(feature);
    }

    fn note(&mut self, id: &CaseId, case: &Case, edition: Edition, judgement: &Judgement) {
        for (call, clauses) in judgement.exercised_by_call().enumerate() {
            if !clauses.is_empty() {
                self.exercised_on.entry(case.subject(call)).or_default().extend(clauses);
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

/// Puts an implementation to all cases of a domain, as a test of `edition`. What breaks a should, or is
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
    match judged {
        Ok(()) if report.conforms(false) => Ok(()),
        // That the target stopped is in the report.
        Ok(()) | Err(Failure::Target(_)) => Err(message::failures(&report, None, false)),
        Err(Failure::Regressions(error)) => {
            Err(format!("{}error: {error}\n", message::failures(&report, None, false)))
        }
    }
}

fn replies(implementation: &mut dyn Implementation, batch: &[(CaseId, Case)]) -> Vec<Vec<Reply>> {
    let calls: Vec<&[Call]> = batch.iter().map(|(_, case)| case.calls.as_slice()).collect();
    if calls.is_empty() { Vec::new() } else { implementation.run(&calls) }
}
