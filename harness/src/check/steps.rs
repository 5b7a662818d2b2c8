//! The fewest questions that show a finding.

use std::collections::BTreeSet;

use pybuf_model::{Clause, Flags, clause, consistency};

use super::grants::{Grant, granted, grants, is_contiguous, mask};
use super::{Question, Transcript};
use crate::call::Call;
use crate::reply::Seen;

/// Which questions of a run are about which of its views.
pub struct Views<'a> {
    run: &'a Transcript,
    /// Each request, by the number of the view that it may grant, with the first release of that.
    pub loans: Vec<(usize, Option<usize>)>,
}

impl<'a> Views<'a> {
    pub fn of(run: &'a Transcript) -> Views<'a> {
        let mut loans: Vec<(usize, Option<usize>)> = vec![];
        for (index, (question, _)) in run.answers.iter().enumerate() {
            if mask(question).is_some() {
                loans.push((index, None));
            } else if let Question::Call(Call::Release { view }) = question
                && let Some((_, release)) = loans.get_mut(*view)
            {
                release.get_or_insert(index);
            }
        }
        Views { run, loans }
    }

    /// The questions that lead to the answer to question `asked`, with views numbered anew: what makes the view or
    /// memoryview that it is about, the requests for views that were out at the time, and the earlier answer that it
    /// contradicts, if `clause` is about two.
    pub fn steps(&self, asked: usize, clause: Option<Clause>) -> Vec<Question> {
        let run = self.run;
        let mut needed = BTreeSet::from([asked]);
        let question = &run.answers[asked].0;
        needed.extend(self.out(asked));
        // Its view; and a second release of that means nothing without the first.
        let mut loans: Vec<_> = self.loan_of(question).into_iter().collect();
        if matches!(question, Question::Call(Call::Drop { .. })) {
            needed.extend((0..asked).filter(|&index| makes_memoryview(&run.answers[index].0)));
        }
        let contradicted = clause.map_or(vec![], |clause| contradicted(run, asked, clause));
        loans.extend(self.loans.iter().filter(|(request, _)| contradicted.contains(request)));
        for (request, release) in loans {
            needed.insert(request);
            needed.extend(release.filter(|&release| release < asked));
        }
        let renumbered = |index: &usize| match &run.answers[*index].0 {
            Question::Call(Call::Release { view }) => {
                Question::Call(Call::Release { view: self.number(*view, &needed) })
            }
            Question::Elements { view } => Question::Elements { view: self.number(*view, &needed) },
            question => question.clone(),
        };
        needed.iter().map(renumbered).collect()
    }

    /// The number of a view where only some questions are asked.
    fn number(&self, view: usize, asked: &BTreeSet<usize>) -> usize {
        self.loans.iter().take(view).filter(|(request, _)| asked.contains(request)).count()
    }

    /// The requests for views that were granted and not released before question `asked`.
    fn out(&self, asked: usize) -> impl Iterator<Item = usize> {
        let before = self.loans.iter().take_while(move |(request, _)| *request < asked);
        let out = before.filter(move |(_, release)| release.is_none_or(|it| it >= asked));
        let out = out.map(|(request, _)| *request);
        out.filter(|request| granted(&self.run.answers[*request].1).is_some())
    }

    /// Whether a question asks for a view.
    pub fn is_request(&self, asked: usize) -> bool {
        mask(&self.run.answers[asked].0).is_some()
    }

    /// Whether a view is out when a question is asked, other than the one that it is about.
    pub fn some_are_out(&self, asked: usize) -> bool {
        let own = self.loan_of(&self.run.answers[asked].0).map(|(request, _)| request);
        self.out(asked).any(|request| Some(request) != own)
    }

    /// The request for the view that a question is about, and the first release of that.
    fn loan_of(&self, question: &Question) -> Option<(usize, Option<usize>)> {
        match question {
            Question::Call(Call::Release { view }) | Question::Elements { view } => {
                self.loans.get(*view).copied()
            }
            Question::Call(_) => None,
        }
    }
}

/// How much there is to it: a list of fewer questions is smaller, and then one of a documented mask of fewer flags.
pub fn size(steps: &[Question]) -> (usize, bool, u32, i32) {
    let flags = steps.iter().rev().find_map(mask).unwrap_or(Flags::empty());
    (steps.len(), !flags.is_documented(), flags.bits().count_ones(), flags.bits())
}

fn makes_memoryview(question: &Question) -> bool {
    matches!(question, Question::Call(Call::MemoryviewFromObject { .. }))
}

/// The earlier requests whose answers another one does not go together with.
fn contradicted(run: &Transcript, asked: usize, clause: Clause) -> Vec<usize> {
    if clause == clause!("request.readonly.consistent") {
        return readers_answered_otherwise(run, asked);
    }
    let earlier = if clause == consistency::elements_inside() {
        grants(run).find(is_contiguous).map(|grant| grant.index)
    } else if clause == consistency::again() {
        let before = &run.answers[..asked];
        before.iter().position(|(question, _)| *question == run.answers[asked].0)
    } else {
        None
    };
    earlier.into_iter().collect()
}

/// The first reader that got another answer than this one; and if readers get the same from then on, the writer whose
/// coming has changed that.
fn readers_answered_otherwise(run: &Transcript, asked: usize) -> Vec<usize> {
    let is_writer = |grant: &Grant| grant.flags.contains(Flags::WRITABLE);
    let told = |grant: &Grant| match grant.view.readonly {
        Seen::Is(readonly) => Some(readonly != 0),
        Seen::Untouched => None,
    };
    let Some(now) = grants(run).find(|grant| grant.index == asked).and_then(|it| told(&it)) else {
        return vec![];
    };
    let otherwise = grants(run).filter(|it| !is_writer(it) && told(it) == Some(!now));
    let otherwise: Vec<usize> = otherwise.map(|grant| grant.index).collect();
    let (Some(&first), Some(&last)) = (otherwise.first(), otherwise.last()) else { return vec![] };
    let writer = grants(run).find(|grant| is_writer(grant) && grant.index > last);
    let each = [Some(first), writer.map(|grant| grant.index)].into_iter().flatten();
    each.filter(|&index| index < asked).collect()
}
