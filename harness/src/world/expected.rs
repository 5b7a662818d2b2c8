//! What is expected of a call.

use std::cmp::Reverse;

use pybuf_model::expectation::{Answer, Rule};
use pybuf_model::{Clause, Edition, Expectation};

/// What is expected of a call.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Expected {
    /// That it is made: the object made is to be there.
    Made,
    /// This of its reply.
    Reply(Expectation),
    /// That it is not made, because its object or view does not exist. The clause is that by which the
    /// edition does not have the function either, if it does not.
    NotMade {
        /// The clause.
        absent: Option<Clause>,
    },
    /// Nothing: the case itself cannot be right.
    BadCase(String),
}

impl Expected {
    /// Not made, for want of an object or view; `otherwise` is what would be expected if there was one.
    pub(super) fn not_made(otherwise: &Expectation) -> Expected {
        match otherwise {
            Expectation::NotInEdition { clause, .. } => Expected::NotMade { absent: Some(*clause) },
            Expectation::Answer(_) => Expected::NotMade { absent: None },
        }
    }

    /// What is expected of the answer, to be added to; also where the function is in no text any more.
    pub(crate) fn answer_mut(&mut self) -> Option<&mut Answer> {
        match self {
            Expected::Reply(expectation) => expectation.answer_mut(),
            Expected::Made | Expected::NotMade { .. } | Expected::BadCase(_) => None,
        }
    }

    /// The clause that is broken if there is no answer at all: of those by which the outcome is decided
    /// the most binding one; where they leave it open, that of what is said of either.
    pub fn clause(&self, edition: Edition) -> Option<Clause> {
        match self {
            Expected::Reply(Expectation::Answer(answer)) => {
                let Answer { outcomes, success, failure } = answer;
                let facts = success.iter().chain(failure);
                let outcome = most_binding(outcomes, edition);
                let binding = outcome.or_else(|| most_binding(facts, edition));
                binding.or(outcomes.first().map(|rule| rule.clause))
            }
            Expected::Reply(Expectation::NotInEdition { clause, .. }) => Some(*clause),
            Expected::NotMade { absent } => *absent,
            Expected::Made | Expected::BadCase(_) => None,
        }
    }
}

/// The clause of the first of the most binding rules; `None` if none of them binds.
fn most_binding<'a, T: 'a>(
    rules: impl IntoIterator<Item = &'a Rule<T>>,
    edition: Edition,
) -> Option<Clause> {
    let binding =
        rules.into_iter().filter_map(|rule| Some((Reverse(rule.level(edition)?), rule.clause)));
    // Of several the first is taken.
    binding.min_by_key(|(level, _)| *level).map(|(_, clause)| clause)
}
