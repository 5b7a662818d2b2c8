//! What the model expects of the calls of a domain, put together by kind.

use std::collections::{BTreeSet, HashMap};
use std::mem::take;

use pybuf_model::expectation::{Answer, Expectation};
use pybuf_model::{Clause, Edition, Expected};

use crate::case::{Case, CaseId, Domain};
use crate::judge::by_model;
use crate::render;

use super::checksum::Checksum;
use super::masks::Masks;

/// What the model expects of all calls of a domain in an edition. What is said of outcomes, of successes
/// and of failures is kept apart: a change in one of the three does not show in the others as such.
#[derive(Clone)]
pub struct Behaviour {
    /// The name of the domain.
    pub domain: &'static str,
    /// The edition.
    pub edition: Edition,
    /// How many cases the domain has.
    pub cases: usize,
    pub(super) outcomes: Vec<Kind>,
    pub(super) success: Vec<Kind>,
    pub(super) failure: Vec<Kind>,
    pub(super) masks: Masks,
}

/// Calls of one function of which the model expects the same, in the order in which cases come by them.
#[derive(Clone)]
pub(super) struct Kind {
    pub(super) function: &'static str,
    /// What it expects; one of the three parts of it.
    pub(super) expectation: Expectation,
    /// How many.
    pub(super) calls: usize,
    /// Which.
    pub(super) which: Checksum,
    pub(super) first: Call,
}

/// A call of a case, to be shown.
#[derive(Clone)]
pub(super) struct Call {
    pub(super) case: String,
    pub(super) text: String,
}

impl Behaviour {
    /// Walks through a domain. Calls that clauses of the families `elsewhere` alone speak of are left to the tables of those.
    pub fn of(domain: &Domain, edition: Edition, elsewhere: &BTreeSet<&str>) -> Behaviour {
        let mut kinds: [Kinds; 3] = Default::default();
        let (mut cases, mut masks) = (0, Masks::default());
        for (id, case) in domain.cases() {
            let expected =
                by_model(&case, edition).into_iter().map(|(expected, _)| of_reply(expected));
            for (index, expectation) in expected.enumerate() {
                let Some(expectation) = expectation else { continue };
                if expectation.is_about(elsewhere) {
                    continue;
                }
                let place = Place { id: &id, case: &case, index };
                let parts = parts(expectation);
                let outcome = kinds[0].take(parts.outcomes, &place);
                masks.note(&case, index, outcome);
                for (kinds, part) in kinds[1..].iter_mut().zip([parts.success, parts.failure]) {
                    part.map(|part| kinds.take(part, &place));
                }
            }
            cases += 1;
        }
        let [outcomes, success, failure] = kinds.map(|kinds| kinds.list);
        Behaviour { domain: domain.name, edition, cases, outcomes, success, failure, masks }
    }

    /// The same after a change of what is expected, as a change of the model would have it.
    pub fn changed(&self, change: impl Fn(&mut Expectation)) -> Behaviour {
        let mut behaviour = self.clone();
        let Behaviour { outcomes, success, failure, .. } = &mut behaviour;
        let kinds = outcomes.iter_mut().chain(success).chain(failure);
        kinds.for_each(|kind| change(&mut kind.expectation));
        behaviour
    }

    /// The clauses of all rules, by which outcomes are decided or not.
    pub fn clauses(&self) -> BTreeSet<Clause> {
        let kinds = self.outcomes.iter().chain(&self.success).chain(&self.failure);
        kinds.flat_map(|kind| kind.expectation.clauses()).collect()
    }

    /// The clauses that decide outcomes.
    pub fn deciding(&self) -> BTreeSet<Clause> {
        let answers = self.outcomes.iter().filter_map(|kind| kind.expectation.answer());
        answers.flat_map(|answer| &answer.outcomes).map(|rule| rule.clause).collect()
    }
}

/// What is expected of the reply to a call, if anything is.
fn of_reply(expected: Expected) -> Option<Expectation> {
    match expected {
        Expected::Reply(expectation) => Some(expectation),
        // No view or object to call it with; but the edition does not have it anyway.
        Expected::NotMade { absent: Some(by) } => Some(Expectation::not_in_edition(by)),
        _ => None,
    }
}

/// What is said of outcomes, successes and failures, each for itself.
struct Parts {
    outcomes: Expectation,
    success: Option<Expectation>,
    failure: Option<Expectation>,
}

fn parts(mut expectation: Expectation) -> Parts {
    let answer = expectation.answer_mut();
    let (success, failure) =
        answer.map(|it| (take(&mut it.success), take(&mut it.failure))).unwrap_or_default();
    let part =
        |answer| Some(Expectation::Answer(answer)).filter(|it| it.clauses().next().is_some());
    Parts {
        outcomes: expectation,
        success: part(Answer { success, ..Answer::default() }),
        failure: part(Answer { failure, ..Answer::default() }),
    }
}

/// Where a call is found.
struct Place<'a> {
    id: &'a CaseId,
    case: &'a Case,
    index: usize,
}

/// Puts calls of a kind together.
#[derive(Default)]
struct Kinds {
    known: HashMap<(&'static str, Expectation), usize>,
    list: Vec<Kind>,
}

impl Kinds {
    /// Takes a call; the number of its kind.
    fn take(&mut self, expectation: Expectation, place: &Place) -> usize {
        let Place { id, case, index } = place;
        let call = &case.calls[*index];
        let key = (call.feature(), expectation);
        let kind = *self.known.entry(key).or_insert_with_key(|(function, expectation)| {
            let text = render::call(case, *index);
            self.list.push(Kind {
                function,
                expectation: expectation.clone(),
                calls: 0,
                which: Checksum::default(),
                first: Call { case: id.to_string(), text },
            });
            self.list.len() - 1
        });
        self.list[kind].calls += 1;
        self.list[kind]
            .which
            .add(Checksum::of(id.choices().iter().chain([index]).map(|number| *number as u64)));
        kind
    }
}
