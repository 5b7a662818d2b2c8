//! Judging what an object answered.

use std::collections::BTreeSet;

use pybuf_model::{Clause, Edition, Flags, Level, Outcome, consistency};

use super::consistency::{Consistency, FULL_RO};
use super::describe::{describe, layout};
use super::finding::Findings;
use super::grants::{grants, is_contiguous, mask};
use super::normal::{moved, normal};
use super::steps::{Views, all_steps};
use super::{Checked, Question, Transcript};
use crate::call::Call;
use crate::case::Case;
use crate::implementation::Capabilities;
use crate::judge::judge_by;
use crate::reply::Reply;
use crate::verdict::{Divergence, Kind};
use crate::world::World;

/// What is wrong with an object, by what it answered: to all questions in the last of `runs`, and up to the one that
/// ended the process in those before.
pub fn check(runs: &[Transcript], edition: Edition) -> Checked {
    let mut findings = Findings::default();
    let mut exercised = BTreeSet::new();
    for (index, run) in runs.iter().enumerate() {
        // Only who was asked to the end can be described.
        let to_the_end = index + 1 == runs.len() && !ends_by_death(run);
        let (mut divergences, clauses) = divergences(&normal(run), edition);
        let again = consistency::same_again(Outcome::Success, vec![]).0.clause;
        let steady = !divergences.iter().any(|it| it.clause == Some(again));
        divergences.extend(elsewhere(run, edition));
        let views = Views::of(run);
        let of_the_end = |it: &&Divergence| matches!(it.kind, Kind::Crashed | Kind::TimedOut);
        for divergence in divergences.iter().filter(|it| to_the_end || of_the_end(it)) {
            let &Divergence { call, clause, .. } = divergence;
            let steps = match steady {
                true => views.steps(call, clause),
                false => all_steps(run, call),
            };
            findings.add(divergence, steps);
        }
        if to_the_end {
            exercised.extend(clauses);
        }
    }
    let about = runs.last().map(|run| run.about.clone()).unwrap_or_default();
    let to_the_end = runs.last().is_some_and(|run| !ends_by_death(run));
    Checked { about, edition, findings: findings.sorted(), exercised, to_the_end }
}

fn ends_by_death(run: &Transcript) -> bool {
    let last = run.answers.last();
    matches!(last, Some((_, Reply::Crashed { .. } | Reply::TimedOut { .. })))
}

/// What is wrong in a run, by the numbers of the questions; and the clauses that the answers were held against.
fn divergences(run: &Transcript, edition: Edition) -> (Vec<Divergence>, BTreeSet<Clause>) {
    let (numbers, calls): (Vec<usize>, Vec<Call>) = calls(run).unzip();
    let replies: Vec<Reply> = numbers.iter().map(|&number| run.answers[number].1.clone()).collect();
    let mut world = World::of(describe(run), edition);
    let mut consistency = Consistency::of(run, edition);
    let expect = |index: usize, reply: &Reply| {
        let mut expected = world.follow(&calls[index], reply);
        if let Some(answer) = expected.answer_mut() {
            consistency.add(&run.answers[numbers[index]].0, reply, answer);
        }
        Some(expected)
    };
    let case = Case { calls: calls.clone() };
    let judgement = judge_by(expect, &case, &replies, edition, &nothing_is_lacking());
    let mut divergences = judgement.divergences;
    for divergence in &mut divergences {
        divergence.call = numbers[divergence.call];
        // No clause permits it, so it is of none.
        if matches!(divergence.kind, Kind::Crashed | Kind::TimedOut) {
            divergence.clause = None;
        }
    }
    divergences.extend(elements_outside(run, edition));
    divergences.extend(unreadable(run));
    let all = divergences.clone();
    divergences.retain(|divergence| !follows(divergence, &all, run));
    divergences.sort_by_key(|divergence| divergence.call);
    (divergences, judgement.exercised.into_iter().collect())
}

fn calls(run: &Transcript) -> impl Iterator<Item = (usize, Call)> {
    run.answers.iter().enumerate().filter_map(|(number, (question, _))| match question {
        Question::Call(call) => Some((number, call.clone())),
        Question::Elements { .. } => None,
    })
}

/// An object does not declare what it lacks.
fn nothing_is_lacking() -> Capabilities {
    Capabilities { name: String::new(), lacks: Default::default() }
}

/// The requests that were granted memory in another place than before.
fn elsewhere(run: &Transcript, edition: Edition) -> Vec<Divergence> {
    let clause = consistency::same_again(Outcome::Success, vec![]).0.clause;
    let Some(level) = clause.level(edition) else { return vec![] };
    let divergence = |call| {
        let (expected, observed) = ("buf where it was".into(), "buf somewhere else".into());
        Divergence { call, kind: Kind::Diverges, clause: Some(clause), level, expected, observed }
    };
    moved(run).map(divergence).collect()
}

/// What follows from something that is told already. Functions that make a request of their own answer as the
/// object does, so where that was wrong, or has refused a memoryview, nothing is said of them; and stray bits
/// that were answered as if they were not there have not changed the answer.
fn follows(divergence: &Divergence, all: &[Divergence], run: &Transcript) -> bool {
    let of_the_end = matches!(divergence.kind, Kind::Crashed | Kind::TimedOut);
    let Question::Call(call) = &run.answers[divergence.call].0 else { return false };
    let outcome = ["success", "failure"];
    let wrong = |flags: Flags| {
        all.iter().any(|other| {
            mask(&run.answers[other.call].0) == Some(flags.bits())
                && outcome.contains(&other.expected.as_str())
        })
    };
    match call {
        _ if of_the_end => false,
        Call::GetBuffer { flags, .. } => {
            let whole = Flags::from_bits_retain(*flags).whole();
            outcome.contains(&divergence.expected.as_str())
                && whole.bits() != *flags
                && wrong(whole)
        }
        Call::AsCharBuffer(_) | Call::AsReadBuffer(_) | Call::CheckReadBuffer { .. } => {
            wrong(Flags::empty())
        }
        Call::AsWriteBuffer(_) => wrong(Flags::WRITABLE),
        Call::Memoryview(_) => !grants(run).any(|grant| grant.flags == FULL_RO),
        _ => false,
    }
}

/// The views that reach beyond the memory that a consumer of contiguous memory is shown.
fn elements_outside(run: &Transcript, edition: Edition) -> Vec<Divergence> {
    let clause = consistency::elements_inside();
    let Some(level) = clause.level(edition) else { return vec![] };
    let Some(contiguous) = grants(run).find(is_contiguous) else { return vec![] };
    let shown = layout(contiguous.flags, contiguous.view);
    let from = shown.start.offset;
    let memory = (from, from.saturating_add(shown.len()));
    let reach = |(from, to): (i64, i64)| format!("elements in bytes {from} to {to}");
    let strided = grants(run).filter(|grant| !is_contiguous(grant));
    let outside = strided.filter_map(|grant| {
        let (from, to) = consistency::reach(&layout(grant.flags, grant.view))?;
        let is_outside = from < memory.0 || to > memory.1;
        is_outside.then(|| Divergence {
            call: grant.index,
            kind: Kind::Diverges,
            clause: Some(clause),
            level,
            expected: reach(memory),
            observed: reach((from, to)),
        })
    });
    outside.collect()
}

/// Elements that cannot be read where the view says that they are.
fn unreadable(run: &Transcript) -> Option<Divergence> {
    let reads = |question: &Question| matches!(question, Question::Elements { .. });
    let call = run.answers.iter().position(|(question, _)| reads(question))?;
    let (kind, observed) = match &run.answers[call].1 {
        Reply::Crashed { how } => (Kind::Crashed, how.clone()),
        Reply::TimedOut { limit } => (Kind::TimedOut, format!("no reply within {limit} ms")),
        _ => return None,
    };
    let expected = "elements that can be read".into();
    Some(Divergence { call, kind, clause: None, level: Level::Must, expected, observed })
}
