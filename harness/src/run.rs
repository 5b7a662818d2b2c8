//! # Running
//!
//! Drives an implementation through all cases of some domains, in some editions.

use std::collections::{BTreeMap, BTreeSet};

use pybuf_model::{Clause, Edition};
use thiserror::Error;

use crate::call::{self, Call};
use crate::case::{Case, CaseId, Domain};
use crate::certificate::Certificate;
use crate::implementation::{Capabilities, Implementation};
use crate::judge::judge;
use crate::reach::in_the_way;
use crate::regression::BadRegressions;
use crate::render;
use crate::reply::Reply;
use crate::report::{self, Example, Groups, OutOfReach, Report, Section, Stopped};
use crate::text;
use crate::verdict::Judgement;

/// How many cases an implementation is given at a time.
const BATCH: usize = 512;

/// Cases of a domain, to be run in this order.
pub type Cases = Box<dyn Iterator<Item = (CaseId, Case)>>;

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
    target: Capabilities,
    editions: Vec<Edition>,
    sections: Vec<Section>,
    groups: Groups,
    exercised: BTreeSet<Clause>,
    /// What was asked for, and not answered with "unsupported".
    features: BTreeSet<&'static str>,
    /// What of it was there, in some edition.
    there: BTreeSet<&'static str>,
    /// How many calls were answered with "unsupported".
    unsupported: BTreeMap<&'static str, usize>,
    stopped: Option<Stopped>,
}

impl<'a> Run<'a> {
    /// A run of some domains.
    pub fn new(domains: &'a [Domain]) -> Self {
        Run {
            domains,
            target: Capabilities { name: String::new(), lacks: BTreeMap::new() },
            editions: Vec::new(),
            sections: Vec::new(),
            groups: Groups::default(),
            exercised: BTreeSet::new(),
            features: BTreeSet::new(),
            there: BTreeSet::new(),
            unsupported: BTreeMap::new(),
            stopped: None,
        }
    }

    /// Runs all cases, regressions first, and judges them by `edition`. `progress` is told, after each
    /// batch, how many cases it had.
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
        let kept: BTreeMap<&str, Vec<(CaseId, Case)>> = self
            .domains
            .iter()
            .map(|domain| Ok((domain.name, domain.kept()?)))
            .collect::<Result<_, BadRegressions>>()?;
        let all = |domain: &Domain| {
            let kept = kept.get(domain.name).cloned().unwrap_or_default();
            Box::new(kept.into_iter().chain(domain.cases())) as Cases
        };
        self.judge_cases(&all, implementation, edition, progress)
    }

    /// As [`Run::judge`], but runs only those cases that `cases` takes of each domain.
    ///
    /// # Errors
    ///
    /// If the implementation cannot go on. The cases that are left are counted as not run, and so are all
    /// of later calls.
    pub fn judge_cases(
        &mut self,
        cases: &dyn Fn(&Domain) -> Cases,
        implementation: &mut dyn Implementation,
        edition: Edition,
        progress: &mut dyn FnMut(usize),
    ) -> Result<(), Failure> {
        self.target = implementation.capabilities();
        self.editions.push(edition);
        for domain in self.domains {
            let mut section = Section::new(domain.name, edition);
            let mut cases = cases(domain);
            while self.stopped.is_none() {
                let batch: Vec<(CaseId, Case)> = cases.by_ref().take(BATCH).collect();
                if batch.is_empty() {
                    break;
                }
                let replies = replies(implementation, &batch);
                let failure = implementation.failure();
                let ran =
                    if failure.is_some() { replies.len().min(batch.len()) } else { batch.len() };
                self.batch(&batch[..ran], &replies, edition, &mut section);
                progress(ran);
                self.stopped = failure.map(|why| Stopped { why, not_run: batch.len() - ran });
            }
            if let Some(stopped) = &mut self.stopped {
                stopped.not_run += cases.count();
            }
            self.sections.push(section);
        }
        self.stopped.as_ref().map_or(Ok(()), |stopped| Err(Failure::Target(stopped.why.clone())))
    }

    /// Counts all cases as not run in an edition, for the implementation cannot be had again.
    pub fn leave_out(&mut self, edition: Edition, why: String) {
        let cases = self.domains.iter().map(|domain| domain.cases().count()).sum::<usize>();
        self.editions.push(edition);
        self.stopped.get_or_insert(Stopped { why, not_run: 0 }).not_run += cases;
    }

    /// What came of it.
    pub fn report(self) -> Report {
        let names: Vec<_> = self.domains.iter().map(|domain| domain.name).collect();
        let mut applicable = report::applicable(&names, &self.editions);
        // Of other families, such as objects, those count that cases come by.
        applicable.extend(self.exercised.iter().copied());
        let missed = applicable.difference(&self.exercised);
        let out_of_reach: Vec<_> = missed.filter_map(|clause| self.out_of_reach(*clause)).collect();
        for OutOfReach { clause, .. } in &out_of_reach {
            applicable.remove(clause);
        }
        Report {
            out_of_reach,
            never_exercised: self.never_exercised(),
            unknown_gaps: self.unknown_gaps(),
            target: self.target.name,
            sections: self.sections,
            groups: self.groups.sorted(),
            applicable,
            exercised: self.exercised,
            lacks: self.target.lacks,
            unsupported: self.unsupported,
            certificates: self.domains.iter().map(Certificate::of).collect(),
            stopped: self.stopped,
        }
    }

    fn batch(
        &mut self,
        batch: &[(CaseId, Case)],
        replies: &[Vec<Reply>],
        edition: Edition,
        section: &mut Section,
    ) {
        for (index, (id, case)) in batch.iter().enumerate() {
            let replies = replies.get(index).map_or(&[][..], Vec::as_slice);
            let judgement = judge(case, replies, edition, &self.target);
            section.count(judgement.verdict, &judgement.divergences);
            for (call, reply) in case.calls.iter().zip(replies) {
                self.count(call.feature(), reply);
            }
            self.note(id, case, edition, judgement);
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
                self.there.insert(feature);
            }
        }
        self.features.insert(feature);
    }

    fn note(&mut self, id: &CaseId, case: &Case, edition: Edition, judgement: Judgement) {
        self.exercised.extend(judgement.exercised);
        for divergence in judgement.divergences {
            let subject = case.subject(divergence.call);
            let example = Example {
                case: id.clone(),
                edition,
                call: render::call(case, divergence.call),
                expected: divergence.expected.clone(),
                observed: divergence.observed.clone(),
            };
            self.groups.add(divergence, subject, example);
        }
    }

    /// The clause with the reason, if no case can put it to the implementation, for what that lacks, and
    /// what is not there in its editions. (Where it should be, denying it is a divergence.)
    fn out_of_reach(&self, clause: Clause) -> Option<OutOfReach> {
        let lacks = |feature: &str| self.target.lacks.contains_key(feature);
        let is_there = |feature| !self.features.contains(feature) || self.there.contains(feature);
        let lacking = |call: &Call| lacks(call.feature()) || !is_there(call.feature());
        let in_the_way = in_the_way(clause, self.domains, &self.editions, lacking)?;
        let (lacks, absent): (Vec<_>, Vec<_>) = in_the_way.into_iter().partition(|it| lacks(it));
        let words = [("lacks", lacks), ("not there:", absent)].into_iter();
        let words = words.filter(|(_, features)| !features.is_empty());
        let why: Vec<_> = words.map(|(word, it)| format!("{word} {}", it.join(", "))).collect();
        Some(OutOfReach { clause, why: why.join("; ") })
    }

    /// What is claimed and was not exercised. Where cases were not run, that means nothing.
    fn never_exercised(&self) -> Vec<String> {
        if self.stopped.is_some() {
            return Vec::new();
        }
        let claimed = features(self.domains);
        let unused = claimed.difference(&self.features).copied();
        unused.filter(|f| !self.target.lacks.contains_key(*f)).map(str::to_owned).collect()
    }

    /// What is declared as a gap and is nothing that there is.
    fn unknown_gaps(&self) -> Vec<String> {
        let gaps = self.target.lacks.keys();
        gaps.filter(|gap| !call::features().any(|it| it == **gap)).cloned().collect()
    }
}

/// Puts an implementation to all cases of a domain, as a test of `edition`. What breaks a should, or is
/// unlike CPython where the text is silent, is let pass.
///
/// # Errors
///
/// What it diverges in, as a report has it; or why it cannot be judged.
pub fn conforms(
    domain: Domain,
    edition: Edition,
    implementation: &mut dyn Implementation,
) -> Result<(), String> {
    let domains = [domain];
    let mut run = Run::new(&domains);
    run.judge(implementation, edition, &mut |_| {}).map_err(|failure| failure.to_string())?;
    let report = run.report();
    if report.conforms(false) { Ok(()) } else { Err(text::failures(&report, None, false)) }
}

fn replies(implementation: &mut dyn Implementation, batch: &[(CaseId, Case)]) -> Vec<Vec<Reply>> {
    let calls: Vec<&[Call]> = batch.iter().map(|(_, case)| case.calls.as_slice()).collect();
    implementation.run(&calls)
}

/// Everything that some case of these domains needs, by the names that capabilities speak in.
pub fn features(domains: &[Domain]) -> BTreeSet<&'static str> {
    let cases = domains.iter().flat_map(Domain::cases);
    cases.flat_map(|(_, case)| case.calls).map(|call| call.feature()).collect()
}
