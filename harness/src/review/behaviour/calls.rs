//! What the model expects of the calls of a domain, put together by kind.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::ops::AddAssign;

use pybuf_model::expectation::{Answer, Expectation, Rule};
use pybuf_model::{Clause, Edition, Expected};

use crate::case::{CaseId, Domain};
use crate::chooser::Choice;
use crate::judge::by_model;
use crate::render;

use super::checksum::Checksum;
use super::masks::Masks;

/// What the model expects of all calls of a domain in an edition.
#[derive(Clone)]
pub struct Behaviour {
    /// The name of the domain.
    pub domain: &'static str,
    /// The edition.
    pub edition: Edition,
    /// How many cases the domain has.
    pub cases: usize,
    /// In the order in which cases come by them.
    pub(super) kinds: Vec<Kind>,
    pub(super) masks: Masks,
}

/// Calls of one function of which the model expects the same.
#[derive(Clone)]
pub(super) struct Kind {
    pub(super) function: &'static str,
    /// What it expects.
    pub(super) expectation: Expectation,
    /// How many.
    pub(super) calls: usize,
    /// Which.
    pub(super) which: Checksum,
    /// The case of the first.
    pub(super) case: String,
    /// The text of the first.
    pub(super) text: String,
}

impl Behaviour {
    /// Goes through all cases of a domain. Calls that clauses of the families `elsewhere` alone speak of
    /// are left to the tables of those.
    pub fn of(domain: &Domain, edition: Edition, elsewhere: &BTreeSet<&str>) -> Behaviour {
        let mut kinds: Vec<Kind> = Vec::new();
        let mut known: HashMap<(&str, Expectation), usize> = HashMap::new();
        let (mut cases, mut masks) = (0, Masks::default());
        for (id, case) in domain.cases() {
            for (index, (expected, _)) in by_model(&case, edition).into_iter().enumerate() {
                let Some(expectation) = of_reply(expected).filter(|it| !it.is_about(elsewhere))
                else {
                    continue;
                };
                let key = (case.calls[index].feature(), expectation);
                let kind = *known.entry(key).or_insert_with_key(|(function, expectation)| {
                    kinds.push(Kind {
                        function,
                        expectation: expectation.clone(),
                        calls: 0,
                        which: Checksum::default(),
                        case: id.to_string(),
                        text: render::call(&case, index),
                    });
                    kinds.len() - 1
                });
                kinds[kind].calls += 1;
                kinds[kind].which.add(place(&id, index));
                masks.note(&case, index, kind);
            }
            cases += 1;
        }
        Behaviour { domain: domain.name, edition, cases, kinds, masks }
    }

    /// The same after a change of what is expected, as a change of the model would have it.
    pub fn changed(&self, change: impl Fn(&mut Expectation)) -> Behaviour {
        let mut behaviour = self.clone();
        behaviour.kinds.iter_mut().for_each(|kind| change(&mut kind.expectation));
        behaviour
    }

    /// The clauses of all rules, by which outcomes are decided or not.
    pub fn clauses(&self) -> BTreeSet<Clause> {
        self.kinds.iter().flat_map(|kind| kind.expectation.clauses()).collect()
    }

    /// The clauses that decide outcomes.
    pub fn deciding(&self) -> BTreeSet<Clause> {
        self.said(|answer| &answer.outcomes).into_keys().map(|(_, clause, ..)| clause).collect()
    }

    /// What rules say, with the calls that they say it of.
    pub(super) fn said<T: Ord>(&self, rules: fn(&Answer) -> &Vec<Rule<T>>) -> Said<'_, T> {
        let mut said = Said::new();
        for (place, kind) in self.kinds.iter().enumerate() {
            for rule in kind.expectation.answer().into_iter().flat_map(rules) {
                let key = (rule.clause.note().line, rule.clause, &rule.says, kind.function);
                let count = Count::of(place, kind, rule.beyond_the_text);
                said.entry(key).and_modify(|all| *all += count).or_insert(count);
            }
        }
        said
    }
}

/// A clause, in the order of the notes, what it says, and of which function.
pub(super) type Said<'a, T> = BTreeMap<(usize, Clause, &'a T, &'static str), Count>;

/// How many calls a line is about, how many of them the text does not speak of, and which they are.
#[derive(Clone, Copy)]
pub(super) struct Count {
    within: usize,
    beyond: usize,
    pub(super) which: Checksum,
    /// The place of the first of their kinds.
    pub(super) first: usize,
}

impl Count {
    /// All calls of a kind.
    pub(super) fn of(place: usize, kind: &Kind, beyond_the_text: bool) -> Count {
        let (within, beyond) = if beyond_the_text { (0, kind.calls) } else { (kind.calls, 0) };
        Count { within, beyond, which: kind.which, first: place }
    }
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Count) {
        self.within += other.within;
        self.beyond += other.beyond;
        self.which.add(other.which);
        self.first = self.first.min(other.first);
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Count { within, beyond, which, .. } = self;
        let calls = match beyond {
            0 => within.to_string(),
            beyond => format!("{within}+{beyond}"),
        };
        write!(f, "{calls:>11}  {which}")
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

/// The checksum of the place of a call.
fn place(id: &CaseId, index: usize) -> Checksum {
    let number = |choice: &Choice| match choice {
        Choice::Number(number) => *number as u64,
        named => Checksum::of_text(&named.to_string()).number(),
    };
    Checksum::of(id.choices().iter().map(number).chain([index as u64]))
}
