//! Judging what an object answered.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use pybuf_model::{Clause, Edition, Machine, clause, consistency};

use super::between;
use super::consistency::Consistency;
use super::describe::describe;
use super::finding::finding;
use super::normal::normal;
use super::steps::{Views, all_steps, size};
use super::weigh::{excuse, is_second_view, weigh};
use super::{Checked, Question, Transcript};
use crate::call::Call;
use crate::case::Case;
use crate::finding::Findings;
use crate::implementation::Capabilities;
use crate::judge::judge_by;
use crate::reply::Reply;
use crate::verdict::Divergence;

/// What is wrong with the object of an expression, by what it answered: to all questions in the last of `runs`, and up to the one that
/// ended the process in those before.
pub fn check(expression: &str, runs: &[Transcript], edition: Edition) -> Checked {
    let mut findings = Findings::default();
    let mut exercised = BTreeSet::new();
    for (index, run) in runs.iter().enumerate() {
        // Only who was asked to the end can be described.
        let to_the_end = index + 1 == runs.len() && !ends_by_death(run);
        let views = Views::of(run);
        let Judged { divergences, clauses, unsteady } = judged(run, edition, to_the_end);
        for divergence in &divergences {
            let &Divergence { call, clause, .. } = divergence;
            let steps = match needs_all_before(divergence, &views, &unsteady) {
                true => all_steps(run, call),
                false => views.steps(call, clause),
            };
            let excuse = excuse(divergence, &views, &unsteady);
            let new = finding(divergence, (expression, edition), steps, excuse);
            findings.join(new, |one, other| size(&one.steps) < size(&other.steps));
        }
        exercised.extend(clauses);
    }
    let about = runs.last().map(|run| run.about.clone()).unwrap_or_default();
    let to_the_end = runs.last().is_some_and(|run| !ends_by_death(run));
    // Of those that are as bad, the one that is shown by less comes first.
    let findings = findings.sorted_by_key(|it| (it.severity(), Reverse(it.level), size(&it.steps)));
    Checked { about, edition, findings, exercised, to_the_end }
}

/// Whether anything may count that was asked before: of an object that does not give the same answers each time. A
/// view that is out is reason enough to refuse another, and two answers contradict each other by themselves.
fn needs_all_before(divergence: &Divergence, views: &Views, unsteady: &BTreeSet<usize>) -> bool {
    !unsteady.is_empty()
        && !is_second_view(divergence, views)
        && divergence.clause != Some(clause!("request.readonly.consistent"))
}

fn ends_by_death(run: &Transcript) -> bool {
    let last = run.answers.last();
    matches!(last, Some((_, Reply::Crashed { .. } | Reply::TimedOut { .. })))
}

/// What is wrong in a run.
struct Judged {
    /// By the numbers of the questions.
    divergences: Vec<Divergence>,
    /// The clauses that the answers were checked against.
    clauses: BTreeSet<Clause>,
    /// The questions that are not answered in the same way each time.
    unsteady: BTreeSet<usize>,
}

fn judged(run: &Transcript, edition: Edition, to_the_end: bool) -> Judged {
    let deaths = between::deaths(run);
    if !to_the_end {
        let (clauses, unsteady) = (BTreeSet::new(), BTreeSet::new());
        return Judged { divergences: deaths, clauses, unsteady };
    }
    let nonsense = between::nonsense(run, edition);
    if !nonsense.is_empty() {
        // Nothing follows from what makes no sense.
        let clauses = nonsense.iter().filter_map(|divergence| divergence.clause).collect();
        return Judged { divergences: nonsense, clauses, unsteady: BTreeSet::new() };
    }
    let (mut divergences, clauses) = by_the_model(&normal(run), edition);
    divergences.extend(between::elements_outside(run, edition));
    divergences.extend(between::copies(run, edition));
    let unsteady = between::unsteady(run, &divergences);
    weigh(&mut divergences, run, &unsteady);
    divergences.extend(between::elsewhere(run, edition));
    divergences.sort_by_key(|divergence| divergence.call);
    Judged { divergences, clauses, unsteady }
}

fn by_the_model(run: &Transcript, edition: Edition) -> (Vec<Divergence>, BTreeSet<Clause>) {
    let (numbers, calls): (Vec<usize>, Vec<Call>) = calls(run).unzip();
    let replies: Vec<Reply> = numbers.iter().map(|&number| run.answers[number].1.clone()).collect();
    let mut machine = Machine::of(describe(run), edition);
    let mut consistency = Consistency::of(run, edition);
    let expect = |index: usize, reply: &Reply| {
        let mut expected = machine.follow(&calls[index], reply);
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
        if let (true, Some(kind)) =
            (divergence.clause == Some(consistency::immutable().clause), &run.immutable)
        {
            divergence.observed += &format!(" on memory of {kind}");
        }
    }
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
