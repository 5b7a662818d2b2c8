//! # Calls without an answer
//!
//! Which clause a call has broken that did not come back.

use std::cmp::Reverse;

use pybuf_model::expectation::{Answer, Rule};
use pybuf_model::{Clause, Edition, Expectation, Expected};

/// The clause that is broken if there is no answer at all: of those by which the outcome is decided
/// the most binding one; where they leave it open, that of what is said of either.
pub(crate) fn broken_by_no_answer(expected: &Expected, edition: Edition) -> Option<Clause> {
    match expected {
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
