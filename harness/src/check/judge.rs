//! Judging what an object answered.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use pybuf_model::{Clause, Edition, Level, Machine, clause, consistency};

use super::between;
use super::consistency::Consistency;
use super::describe::describe;
use super::finding::finding;
use super::normal::normal;
use super::steps::{Views, size};
use super::weigh::{excuse, follows, is_second_view};
use super::{Checked, Question, Transcript};
use crate::call::Call;
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
    for run in runs {
        let views = Views::of(run);
        let Judged { divergences, clauses, unsteady } = judged(run, &views, edition);
        for mut divergence in divergences {
            let Divergence { call, clause, .. } = divergence;
            let steps = match needs_all_before(&divergence, &views, &unsteady) {
                true => run.answers[..=call].iter().map(|(question, _)| question.clone()).collect(),
                false => views.steps(call, clause),
            };
            let excuse = excuse(&divergence, &views, &unsteady);
            if excuse.is_some() {
                divergence.level = divergence.level.min(Level::Observed);
            }
            let new = finding(&divergence, (expression, edition), steps, excuse);
            findings.join(new, |one, other| size(&one.steps) < size(&other.steps));
        }
        exercised.extend(clauses);
    }
    let about = runs.last().map(|run| run.about.clone()).unwrap_or_default();
    let to_the_end = runs.last().is_some_and(|run| between::death(run).is_none());
    // Of those that are as bad, the one that is shown by less comes first.
    let findings = findings.sorted_by_key(|it| (it.severity(), Reverse(it.level), size(&it.steps)));
    Checked { about, findings, exercised, to_the_end }
}

/// Whether anything may count that was asked before: of an object that does not give the same answers each time. A
/// view that is out is reason enough to refuse another, and two answers contradict each other by themselves.
fn needs_all_before(divergence: &Divergence, views: &Views, unsteady: &BTreeSet<usize>) -> bool {
    !unsteady.is_empty()
        && !is_second_view(divergence, views)
        && divergence.clause != Some(clause!("request.readonly.consistent"))
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

fn judged(run: &Transcript, views: &Views, edition: Edition) -> Judged {
    let death = between::death(run).map(|death| vec![death]);
    let alone = death.unwrap_or_else(|| between::nonsense(run, edition));
    if !alone.is_empty() {
        // Only who was asked to the end can be described, and nothing follows from what makes no sense.
        let clauses = alone.iter().filter_map(|divergence| divergence.clause).collect();
        return Judged { divergences: alone, clauses, unsteady: BTreeSet::new() };
    }
    let (mut divergences, clauses) = by_the_model(&normal(run), edition);
    divergences.extend(between::elements_outside(run, edition));
    divergences.extend(between::copies(run, edition));
    let all = divergences.clone();
    // While a view is out, the same request is another one.
    let is_again = |it: &Divergence| it.clause == Some(consistency::again());
    divergences.retain(|it| !is_again(it) || !views.some_are_out(it.call));
    let unsteady = between::unsteady(run, divergences.iter().filter(|it| is_again(it)));
    divergences.retain(|it| !follows(it, &all, run));
    divergences.extend(between::elsewhere(run, edition));
    divergences.sort_by_key(|divergence| divergence.call);
    Judged { divergences, clauses, unsteady }
}

fn by_the_model(run: &Transcript, edition: Edition) -> (Vec<Divergence>, BTreeSet<Clause>) {
    let asked = run.answers.iter().enumerate();
    let calls = asked.filter_map(|(number, (question, reply))| match question {
        Question::Call(call) => Some((number, (call.clone(), reply.clone()))),
        Question::Elements { .. } => None,
    });
    let (numbers, (calls, replies)): (Vec<usize>, (Vec<Call>, Vec<Reply>)) = calls.unzip();
    let mut machine = Machine::of(describe(run), edition);
    let mut consistency = Consistency::of(run, edition);
    let each = numbers.iter().zip(&calls).zip(&replies);
    let expected = each.map(|((&number, call), reply)| {
        let mut expected = machine.follow(call, reply);
        if let Some(answer) = expected.answer_mut() {
            consistency.add(&run.answers[number].0, reply, answer);
        }
        expected
    });
    // An object does not declare what it lacks.
    let judgement = judge_by(expected, &calls, &replies, edition, &Capabilities::default());
    let mut divergences = judgement.divergences;
    for divergence in &mut divergences {
        divergence.call = numbers[divergence.call];
        if divergence.clause == Some(consistency::immutable().clause)
            && let Some(kind) = &run.immutable
        {
            divergence.observed += &format!(" on memory of {kind}");
        }
    }
    (divergences, judgement.exercised.into_iter().map(|(_, clause)| clause).collect())
}
