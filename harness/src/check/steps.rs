//! The fewest questions that show a finding.

use std::collections::BTreeSet;

use pybuf_model::{Clause, Flags, clause, consistency};

use super::grants::{Grant, granted, grants, is_contiguous, mask};
use super::{Question, Transcript};
use crate::call::Call;
use crate::reply::{Reply, Seen};

/// Which questions of a run are about which of its views.
pub struct Views<'a> {
    run: &'a Transcript,
    /// The requests, by the number of the view that they may grant.
    requests: Vec<usize>,
    /// The first release of each view.
    releases: Vec<Option<usize>>,
}

impl<'a> Views<'a> {
    pub fn of(run: &'a Transcript) -> Views<'a> {
        let mut views = Views { run, requests: vec![], releases: vec![] };
        for (index, (question, _)) in run.answers.iter().enumerate() {
            if mask(question).is_some() {
                views.requests.push(index);
                views.releases.push(None);
            } else if let Question::Call(Call::Release { view }) = question
                && let Some(release) = views.releases.get_mut(*view)
            {
                release.get_or_insert(index);
            }
        }
        views
    }

    /// The questions that lead to the answer to question `asked`, with views numbered anew: what makes the view or
    /// memoryview that it is about, the requests for views that were out at the time, and the earlier answer that it
    /// contradicts, if `clause` is about two.
    pub fn steps(&self, asked: usize, clause: Option<Clause>) -> Vec<Question> {
        let run = self.run;
        let mut needed = BTreeSet::from([asked]);
        let question = &run.answers[asked].0;
        needed.extend(self.out(asked));
        needed.extend(view_of(question).and_then(|view| self.requests.get(view)));
        // A second release means nothing without the first.
        let releases = view_of(question).and_then(|view| *self.releases.get(view)?);
        needed.extend(releases.filter(|&release| release < asked));
        if matches!(question, Question::Call(Call::Drop { .. })) {
            needed.extend((0..asked).filter(|&index| makes_memoryview(&run.answers[index].0)));
        }
        let earlier = clause.and_then(|clause| contradicted(run, asked, clause));
        let writer = earlier.and_then(|earlier| writer_between(run, earlier, asked, clause?));
        for before in earlier.into_iter().chain(writer) {
            needed.insert(before);
            needed.extend(self.release_of(before).filter(|&release| release < asked));
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

    /// Each request, with the first release of its view.
    pub fn loans(&self) -> impl Iterator<Item = (usize, Option<usize>)> {
        self.requests.iter().copied().zip(self.releases.iter().copied())
    }

    /// The number of a view where only some questions are asked.
    fn number(&self, view: usize, asked: &BTreeSet<usize>) -> usize {
        self.requests.iter().take(view).filter(|request| asked.contains(request)).count()
    }

    /// The requests for views that were granted and not released before question `asked`.
    fn out(&self, asked: usize) -> impl Iterator<Item = usize> {
        let before = self.loans().take_while(move |(request, _)| *request < asked);
        let out = before.filter(move |(_, release)| release.is_none_or(|it| it >= asked));
        let out = out.map(|(request, _)| request);
        out.filter(|request| granted(&self.run.answers[*request].1).is_some())
    }

    /// Whether a question asks for a view.
    pub fn is_request(&self, asked: usize) -> bool {
        self.requests.binary_search(&asked).is_ok()
    }

    /// Whether a view is out when a question is asked, other than the one that it is about.
    pub fn some_are_out(&self, asked: usize) -> bool {
        let own = view_of(&self.run.answers[asked].0).and_then(|view| self.requests.get(view));
        self.out(asked).any(|request| Some(&request) != own)
    }

    /// The question by which the view was released that another one asked for.
    fn release_of(&self, request: usize) -> Option<usize> {
        self.releases[self.requests.binary_search(&request).ok()?]
    }
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

fn view_of(question: &Question) -> Option<usize> {
    match question {
        Question::Call(Call::Release { view }) | Question::Elements { view } => Some(*view),
        Question::Call(_) => None,
    }
}

fn makes_memoryview(question: &Question) -> bool {
    matches!(question, Question::Call(Call::MemoryviewFromObject { .. }))
}

/// The earlier request whose answer another one does not go together with.
fn contradicted(run: &Transcript, asked: usize, clause: Clause) -> Option<usize> {
    let earlier = |index: &usize| *index < asked;
    if clause == consistency::elements_inside() {
        return grants(run).find(is_contiguous).map(|grant| grant.index);
    }
    if clause == consistency::again() {
        let is_same = |(question, _): &(Question, Reply)| *question == run.answers[asked].0;
        return run.answers.iter().position(is_same).filter(earlier);
    }
    if clause != clause!("request.readonly.consistent") {
        return None;
    }
    let told = told_readonly(&run.answers[asked].1)?;
    let otherwise = |grant: &Grant| {
        let reply = &run.answers[grant.index].1;
        !grant.flags.contains(Flags::WRITABLE) && told_readonly(reply).is_some_and(|it| it != told)
    };
    grants(run).find(otherwise).map(|grant| grant.index).filter(earlier)
}

/// The writer whose coming has changed what readers are told, if it stays changed from then on.
fn writer_between(run: &Transcript, earlier: usize, asked: usize, clause: Clause) -> Option<usize> {
    if clause != clause!("request.readonly.consistent") {
        return None;
    }
    let before = told_readonly(&run.answers[earlier].1);
    let is_writer = |grant: &Grant| grant.flags.contains(Flags::WRITABLE);
    let readers = grants(run).filter(|grant| !is_writer(grant));
    let as_before = readers.filter(|grant| told_readonly(&run.answers[grant.index].1) == before);
    let last = as_before.map(|grant| grant.index).last()?;
    let writer = grants(run).find(|grant| is_writer(grant) && grant.index > last)?;
    (last < writer.index && writer.index < asked).then_some(writer.index)
}

fn told_readonly(reply: &Reply) -> Option<bool> {
    let Reply::Returned(returned) = reply else { return None };
    match returned.view.as_ref()?.readonly {
        Seen::Is(readonly) => Some(readonly != 0),
        Seen::Untouched => None,
    }
}
