//! # Behaviour
//!
//! What the model expects of all calls of a domain in an edition, kind by kind: what snapshots are made
//! of. [`outcomes`] and [`replies`] write it down in two tables, each a page at most, in which a change
//! of one rule changes few lines.

mod checksum;
mod lines;
mod masks;
mod outcomes;
mod replies;

use std::collections::{BTreeSet, HashMap};

use pybuf_model::expectation::{Expectation, Outcome};
use pybuf_model::{Clause, Edition};

use crate::case::{Case, Domain};
use crate::implementation::Implementation;
use crate::judge::expectations;
use crate::render;
use crate::world::Expected;

use checksum::Checksum;
use masks::Masks;

pub use outcomes::outcomes;
pub use replies::replies;

/// What the model expects of all calls of a domain in an edition.
#[derive(Clone)]
pub struct Behaviour {
    /// The name of the domain.
    pub domain: &'static str,
    /// The edition.
    pub edition: Edition,
    /// How many cases the domain has.
    pub cases: usize,
    /// In the order in which the cases come by them.
    kinds: Vec<Kind>,
    masks: Masks,
}

/// Calls of one function of which the model expects the same.
#[derive(Clone)]
struct Kind {
    function: &'static str,
    expectation: Expectation,
    /// How many.
    calls: usize,
    /// Which.
    which: Checksum,
    first: Call,
}

/// A call of a case, to be shown.
#[derive(Clone)]
struct Call {
    case: String,
    text: String,
}

impl Behaviour {
    /// Walks through a domain. The replies of `implementation`, which should conform, do no more than
    /// carry each case on. Calls that clauses of the families `elsewhere` alone speak of are left to the
    /// tables of those.
    pub fn of(
        domain: &Domain,
        edition: Edition,
        implementation: &mut dyn Implementation,
        elsewhere: &BTreeSet<&str>,
    ) -> Behaviour {
        let masks = Masks::default();
        let mut behaviour =
            Behaviour { domain: domain.name, edition, cases: 0, kinds: vec![], masks };
        let mut known = HashMap::new();
        for (id, case) in domain.cases() {
            let replies = implementation.run(&[&case.calls]).pop().unwrap_or_default();
            for (index, expected) in expectations(&case, &replies, edition).into_iter().enumerate()
            {
                let expectation = match expected {
                    Expected::Reply(expectation) => expectation,
                    // No view or object to call it with; but the edition does not have it anyway.
                    Expected::NotMade { absent: Some(by) } => Expectation::not_in_edition(by),
                    _ => continue,
                };
                if expectation.is_about(elsewhere) {
                    continue;
                }
                let key = (case.calls[index].feature(), within_reach(expectation));
                let kind = *known.entry(key).or_insert_with_key(|(function, expectation)| {
                    let case_id = id.to_string();
                    behaviour.kinds.push(Kind::begin(function, expectation, case_id, &case, index));
                    behaviour.kinds.len() - 1
                });
                behaviour.kinds[kind].count(behaviour.cases, index);
                behaviour.masks.note(&case, index, kind);
            }
            behaviour.cases += 1;
        }
        behaviour
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
        let answers = self.kinds.iter().filter_map(|kind| kind.expectation.answer());
        answers.flat_map(|answer| &answer.outcomes).map(|rule| rule.clause).collect()
    }
}

impl Kind {
    fn begin(
        function: &'static str,
        expectation: &Expectation,
        id: String,
        case: &Case,
        index: usize,
    ) -> Kind {
        let text = render::call(&case.calls[index], case.object_of(index));
        let expectation = expectation.clone();
        let first = Call { case: id, text };
        Kind { function, expectation, calls: 0, which: Checksum::default(), first }
    }

    fn count(&mut self, case: usize, call: usize) {
        self.calls += 1;
        self.which.number(case as u64);
        self.which.number(call as u64);
    }
}

/// Without what is said of outcomes that are not permitted, for it is never judged.
fn within_reach(mut expectation: Expectation) -> Expectation {
    if let Some(answer) = expectation.answer_mut() {
        let excludes = |outcome| answer.outcomes.iter().any(|rule| rule.says == outcome);
        let (fails, succeeds) = (excludes(Outcome::Failure), excludes(Outcome::Success));
        if fails {
            answer.success.clear();
        }
        if succeeds {
            answer.failure.clear();
        }
    }
    expectation
}
