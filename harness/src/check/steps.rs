//! The fewest questions that show a finding.

use std::collections::BTreeSet;

use pybuf_model::{Clause, Flags, consistency};

use super::grants::{Grant, grants, is_contiguous, mask};
use super::{Question, Transcript};
use crate::call::{Call, Memoryview};
use crate::reply::{Reply, Seen};

/// The questions that lead to the answer to question `asked` of `run`, with views numbered anew: what makes the view
/// or memoryview that it is about, the requests for views that were out at the time, and the earlier answer that it
/// contradicts, if `clause` is about two.
pub fn steps(run: &Transcript, asked: usize, clause: Option<Clause>) -> Vec<Question> {
    let mut needed = BTreeSet::from([asked]);
    let question = &run.answers[asked].0;
    needed.extend(views_out(run, asked));
    needed.extend(view_of(question).and_then(|view| requests(run).nth(view)));
    // A second release means nothing without the first.
    needed.extend(before(run, asked).filter(|&index| is_release(question, &run.answers[index].0)));
    if matches!(question, Question::Call(Call::Drop { .. })) {
        needed.extend(before(run, asked).filter(|&index| makes_memoryview(&run.answers[index].0)));
    }
    if let Some(earlier) = clause.and_then(|clause| contradicted(run, asked, clause)) {
        needed.insert(earlier);
        needed.extend(release_of(run, earlier));
    }
    let kept: Vec<usize> = requests(run).filter(|index| needed.contains(index)).collect();
    let number = |view: usize| {
        let request = requests(run).nth(view);
        kept.iter().position(|kept| Some(*kept) == request).unwrap_or(0)
    };
    let renumbered = |index: &usize| match &run.answers[*index].0 {
        Question::Call(Call::Release { view }) => {
            Question::Call(Call::Release { view: number(*view) })
        }
        Question::Elements { view } => Question::Elements { view: number(*view) },
        question => question.clone(),
    };
    needed.iter().map(renumbered).collect()
}

/// All questions up to one: for an object that does not give the same answer twice, nothing less need show it.
pub fn all_steps(run: &Transcript, asked: usize) -> Vec<Question> {
    run.answers[..=asked].iter().map(|(question, _)| question.clone()).collect()
}

/// How much there is to it: a list of fewer questions is smaller, and then one of a documented mask of fewer flags.
pub fn size(steps: &[Question]) -> (usize, bool, u32, i32) {
    let flags = steps.iter().rev().find_map(mask).unwrap_or(0);
    let whole = Flags::from_bits_retain(flags);
    (steps.len(), !whole.is_documented(), whole.bits().count_ones(), flags)
}

fn before(run: &Transcript, asked: usize) -> std::ops::Range<usize> {
    0..asked.min(run.answers.len())
}

/// The requests for views that were granted and not released before question `asked`.
fn views_out(run: &Transcript, asked: usize) -> Vec<usize> {
    let grants = grants(run).map(|grant| grant.index).filter(|index| *index < asked);
    let is_out = |index: &usize| release_of(run, *index).is_none_or(|release| release >= asked);
    grants.filter(is_out).collect()
}

/// The question by which the view was released that another one asked for.
fn release_of(run: &Transcript, request: usize) -> Option<usize> {
    let view = requests(run).position(|index| index == request)?;
    let release = Question::Call(Call::Release { view });
    run.answers.iter().position(|(question, _)| *question == release)
}

/// The questions that may grant a view: views have the numbers of these.
fn requests(run: &Transcript) -> impl Iterator<Item = usize> {
    let each = run.answers.iter().enumerate();
    each.filter(|(_, (question, _))| mask(question).is_some()).map(|(index, _)| index)
}

fn view_of(question: &Question) -> Option<usize> {
    match question {
        Question::Call(Call::Release { view }) | Question::Elements { view } => Some(*view),
        Question::Call(_) => None,
    }
}

fn is_release(one: &Question, other: &Question) -> bool {
    matches!(one, Question::Call(Call::Release { .. })) && one == other
}

fn makes_memoryview(question: &Question) -> bool {
    matches!(question, Question::Call(Call::Memoryview(Memoryview::FromObject { .. })))
}

/// The earlier request whose answer another one does not go together with.
fn contradicted(run: &Transcript, asked: usize, clause: Clause) -> Option<usize> {
    let earlier = |index: &usize| *index < asked;
    if clause == consistency::elements_inside() {
        return grants(run).find(is_contiguous).map(|grant| grant.index);
    }
    match clause.id() {
        "consistency.same-again" => {
            let same = |index: &usize| run.answers[*index].0 == run.answers[asked].0;
            requests(run).filter(earlier).find(same)
        }
        "request.readonly.consistent" => {
            let told = told_readonly(&run.answers[asked].1)?;
            let otherwise = |grant: &Grant| {
                let reply = &run.answers[grant.index].1;
                !grant.flags.contains(Flags::WRITABLE)
                    && told_readonly(reply).is_some_and(|it| it != told)
            };
            grants(run).find(otherwise).map(|grant| grant.index).filter(earlier)
        }
        _ => None,
    }
}

fn told_readonly(reply: &Reply) -> Option<bool> {
    let Reply::Returned(returned) = reply else { return None };
    match returned.view.as_ref()?.readonly {
        Seen::Is(readonly) => Some(readonly != 0),
        Seen::Untouched => None,
    }
}
