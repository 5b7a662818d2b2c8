//! # Shrinking
//!
//! A case that was drawn has much in it that has nothing to do with what it shows. It is made simpler by
//! making its choices simpler: some are left out, others lowered, as long as it still shows the same.

use std::time::Instant;

use pybuf_model::{Clause, Edition, Level};

use crate::call::Call;
use crate::case::{Case, CaseId, Domain, Which};
use crate::chooser::{Choice, Replay};
use crate::finding::{Again, Finding};
use crate::implementation::{Capabilities, Implementation};
use crate::judge::judge;
use crate::render;
use crate::verdict::{Divergence, Kind};

/// A case on its way to a simpler one: it is asked for [candidates](Shrinking::candidate), and told of
/// each whether that will do.
///
/// At first stretches of choices are left out, long ones before short ones; then each is lowered, the
/// lowest value first. Lowering goes on until no choice can be lowered alone.
#[derive(Clone)]
pub struct Shrinking {
    domain: Domain,
    choices: Vec<Choice>,
    case: Case,
    step: Step,
    /// The last candidate, as long as nobody has said anything of it.
    candidate: Option<(Vec<Choice>, Case)>,
    /// Whether this round of lowering has changed something.
    changed: bool,
}

/// What is tried next.
#[derive(Clone, Copy)]
enum Step {
    /// To leave out so many choices from that one on.
    Leave {
        count: usize,
        from: usize,
    },
    /// To make that choice so low.
    Lower {
        index: usize,
        to: usize,
    },
    Done,
}

impl Shrinking {
    /// From a case of a domain on; `None` if it is none that was made by choices.
    pub fn new(domain: &Domain, id: &CaseId) -> Option<Shrinking> {
        let Which::Choices(choices) = &id.which else { return None };
        let case = domain.replay(choices)?;
        let (domain, choices) = (*domain, choices.clone());
        let step = Step::Leave { count: choices.len(), from: 0 };
        Some(Shrinking { domain, choices, case, step, candidate: None, changed: false })
    }

    /// The simplest case that would do so far, with its id.
    pub fn best(&self) -> (CaseId, &Case) {
        (CaseId::of(self.domain.name, self.choices.clone()), &self.case)
    }

    /// The candidate that nobody has said anything of, with its id; otherwise [the best](Shrinking::best).
    pub fn current(&self) -> (CaseId, &Case) {
        let candidate = self.candidate.as_ref();
        let (choices, case) =
            candidate.map_or((&self.choices, &self.case), |(it, case)| (it, case));
        (CaseId::of(self.domain.name, choices.clone()), case)
    }

    /// The next case to try; `None` if there is none left. The one before it would not do, unless it was
    /// [accepted](Shrinking::accept).
    pub fn candidate(&mut self) -> Option<&Case> {
        self.candidate = None;
        while self.candidate.is_none() {
            let tried = self.tried()?;
            let mut replay = Replay::new(&tried);
            let case = (self.domain.build)(&mut replay);
            let choices = replay.into_choices();
            let simpler = match self.step {
                Step::Leave { .. } => choices.len() < self.choices.len(),
                Step::Lower { .. } => choices < self.choices,
                Step::Done => false,
            };
            self.advance();
            self.candidate = simpler.then_some((choices, case));
        }
        self.candidate.as_ref().map(|(_, case)| case)
    }

    /// The last candidate will do: what comes is simpler than that.
    pub fn accept(&mut self) {
        let Some((choices, case)) = self.candidate.take() else { return };
        (self.choices, self.case) = (choices, case);
        self.step = match self.step {
            Step::Leave { count, from } => {
                Step::Leave { count: count.min(self.choices.len()), from: from.saturating_sub(1) }
            }
            // Lower values of it would not do.
            Step::Lower { index, .. } => {
                self.changed = true;
                Step::Lower { index: index + 1, to: 0 }
            }
            Step::Done => Step::Done,
        };
    }

    /// Up to so many that come next, each at its own candidate, if none before it will do.
    fn next(&self, count: usize) -> Vec<Shrinking> {
        let mut next = self.clone();
        let mut each = || next.candidate().is_some().then(|| next.clone());
        (0..count.max(1)).map_while(|_| each()).collect()
    }

    /// The choices that the current step asks for; `None` if all is done.
    fn tried(&mut self) -> Option<Vec<Choice>> {
        loop {
            let mut choices = self.choices.clone();
            match self.step {
                Step::Leave { count: 0, .. } => self.step = Step::Lower { index: 0, to: 0 },
                Step::Leave { count, from } if from + count > choices.len() => {
                    self.step = Step::Leave { count: count / 2, from: 0 };
                }
                Step::Leave { count, from } => {
                    choices.drain(from..from + count);
                    return Some(choices);
                }
                Step::Lower { index, .. } if index >= choices.len() => {
                    let again = std::mem::take(&mut self.changed);
                    self.step = if again { Step::Lower { index: 0, to: 0 } } else { Step::Done };
                }
                Step::Lower { index, to } => match choices[index].simpler(to) {
                    Some(simpler) => {
                        choices[index] = simpler;
                        return Some(choices);
                    }
                    None => self.step = Step::Lower { index: index + 1, to: 0 },
                },
                Step::Done => return None,
            }
        }
    }

    fn advance(&mut self) {
        match &mut self.step {
            Step::Leave { from, .. } => *from += 1,
            Step::Lower { to, .. } => *to += 1,
            Step::Done => {}
        }
    }
}

/// What must still be seen of a simpler case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symptom {
    /// The clause that is broken, if one is.
    pub clause: Option<Clause>,
    /// In what way.
    pub kind: Kind,
    /// The kind of object, or the function where there is none; `None` if any will do.
    pub objects: Option<String>,
}

impl Symptom {
    /// The divergence of a case that has this symptom.
    pub fn find<'a>(&self, case: &Case, divergences: &'a [Divergence]) -> Option<&'a Divergence> {
        divergences.iter().find(|divergence| {
            let objects = self.objects.as_deref();
            (divergence.clause, divergence.kind) == (self.clause, self.kind)
                && objects.is_none_or(|objects| case.subject(divergence.call) == objects)
        })
    }
}

/// How much is done to make a case simpler.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// About how many simpler cases are tried.
    pub attempts: usize,
    /// How many of them are run at once.
    pub at_once: usize,
    /// When to stop.
    pub until: Option<Instant>,
}

/// Runs the case of a finding again, and if it still shows the same and was drawn, makes it as simple
/// as can be; [`Finding::again`] has what stands in the way. If it is one by which the process died, the
/// implementation is to be a new one.
pub fn shrink(
    finding: &mut Finding,
    domains: &[Domain],
    implementation: &mut dyn Implementation,
    effort: Effort,
) {
    finding.again = None;
    let Some(domain) = domains.iter().find(|domain| domain.name == finding.case.domain) else {
        return;
    };
    let Some(case) = domain.case(&finding.case) else { return };
    let mut rerun = Rerun::of(finding, implementation);
    finding.again = match rerun.first(&[&case], effort.until) {
        Err(why) => Some(Again::NotRun(why)),
        Ok(None) => Some(Again::NotSeen),
        Ok(Some(_)) => {
            let shrinking = Shrinking::new(domain, &finding.case);
            let simpler = shrinking.and_then(|it| simplify(finding, it, rerun, effort).err());
            simpler.map(Again::NotSimpler)
        }
    };
}

/// Makes the case of a finding as simple as can be. The error is why it is not.
fn simplify(
    finding: &mut Finding,
    mut shrinking: Shrinking,
    mut rerun: Rerun,
    effort: Effort,
) -> Result<(), String> {
    let at_once = effort.at_once.max(1);
    for _ in 0..effort.attempts.div_ceil(at_once) {
        // Most candidates will not do: so the next ones are those that come then.
        let next = shrinking.next(at_once);
        let Some(last) = next.last() else { return Ok(()) };
        let cases: Vec<&Case> = next.iter().map(|it| it.current().1).collect();
        shrinking = match rerun.first(&cases, effort.until)? {
            None => last.clone(),
            Some((index, found)) => {
                let mut accepted = next[index].clone();
                accepted.accept();
                let (id, case) = accepted.best();
                finding.case = id;
                finding.call = render::call(case, found.call);
                (finding.expected, finding.observed) = (found.expected, found.observed);
                accepted
            }
        };
    }
    match shrinking.candidate() {
        None => Ok(()),
        Some(_) => Err(format!("{} other cases were tried", effort.attempts)),
    }
}

/// Runs cases to see what a finding shows.
struct Rerun<'a> {
    implementation: &'a mut dyn Implementation,
    capabilities: Capabilities,
    symptom: Symptom,
    level: Level,
    edition: Edition,
}

impl<'a> Rerun<'a> {
    fn of(finding: &Finding, implementation: &'a mut dyn Implementation) -> Rerun<'a> {
        let (clause, kind, objects) = (finding.clause, finding.kind, Some(finding.objects.clone()));
        Rerun {
            capabilities: implementation.capabilities(),
            implementation,
            symptom: Symptom { clause, kind, objects },
            level: finding.level,
            edition: finding.edition,
        }
    }

    /// The first of some cases that shows the same, with how. The error is why that cannot be told.
    fn first(
        &mut self,
        cases: &[&Case],
        until: Option<Instant>,
    ) -> Result<Option<(usize, Divergence)>, String> {
        if until.is_some_and(|until| Instant::now() >= until) {
            return Err("the time is up".into());
        }
        let Some((index, found)) = self.run(cases)? else { return Ok(None) };
        if self.symptom.kind > Kind::TimedOut {
            return Ok(Some((index, found)));
        }
        // The process may have died of what a case before it did. Now it is a new one.
        let again = self.run(&cases[index..=index])?;
        Ok(again.map(|(_, found)| (index, found)))
    }

    fn run(&mut self, cases: &[&Case]) -> Result<Option<(usize, Divergence)>, String> {
        let calls: Vec<&[Call]> = cases.iter().map(|case| case.calls.as_slice()).collect();
        let replies = self.implementation.run(&calls);
        if let Some(why) = self.implementation.failure() {
            return Err(why);
        }
        let found = cases.iter().zip(&replies).enumerate().find_map(|(index, (case, replies))| {
            let judgement = judge(case, replies, self.edition, &self.capabilities);
            let found = self.symptom.find(case, &judgement.divergences)?;
            // A note is not what a failure shrinks to.
            (found.level >= self.level).then(|| (index, found.clone()))
        });
        Ok(found)
    }
}
