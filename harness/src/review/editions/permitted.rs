//! # Permitted replies
//!
//! What an expectation comes to, whichever clauses say so: two expectations are compared by it.

use std::collections::{BTreeMap, BTreeSet};

use pybuf_model::Edition;
use pybuf_model::Fact;
use pybuf_model::expectation::{Answer, Expectation, Outcome, Rule};
use pybuf_protocol::Field;

/// The replies that are permitted to a call.
#[derive(Debug, PartialEq)]
pub(super) enum Permitted {
    /// That there is no such function.
    Absent,
    /// These.
    Replies(Replies),
    /// That there is no such function; and these, where it is there.
    Undocumented(Replies),
}

/// The parts of a reply with the values that they may have, by what the call comes to; `None` where it
/// may not come to that.
#[derive(Debug, PartialEq)]
pub(super) struct Replies {
    success: Option<Parts>,
    failure: Option<Parts>,
}

/// The fields of a reply that are not free, with their values in words; `None` is any value.
type Parts = BTreeMap<Field, Option<BTreeSet<String>>>;

impl Permitted {
    /// What the rules of an expectation permit that are binding in `edition`.
    pub(super) fn by(expectation: &Expectation, edition: Edition) -> Permitted {
        match expectation {
            Expectation::Answer(answer) => Permitted::Replies(Replies::by(answer, edition)),
            Expectation::NotInEdition { otherwise: Some(answer), .. } => {
                Permitted::Undocumented(Replies::by(answer, edition))
            }
            Expectation::NotInEdition { otherwise: None, .. } => Permitted::Absent,
        }
    }

    /// Whether the function is there, may succeed and may fail.
    pub(super) fn outcomes(&self) -> [bool; 3] {
        match self {
            Permitted::Absent => [false; 3],
            Permitted::Undocumented(_) => [false, true, true],
            Permitted::Replies(Replies { success, failure }) => {
                [true, success.is_some(), failure.is_some()]
            }
        }
    }

    /// It in words, as far as it is unlike `other`.
    pub(super) fn unlike(&self, other: &Permitted) -> String {
        let theirs = match other {
            Permitted::Absent => None,
            Permitted::Replies(replies) | Permitted::Undocumented(replies) => Some(replies),
        };
        match self {
            Permitted::Absent => "not in this edition".into(),
            Permitted::Replies(replies) => replies.unlike(theirs),
            Permitted::Undocumented(replies) => {
                let like = theirs == Some(replies);
                let words = if like { "the same".into() } else { replies.unlike(theirs) };
                format!("in no text; where it still is, {words}")
            }
        }
    }
}

impl Replies {
    fn by(answer: &Answer, edition: Edition) -> Replies {
        let binding = answer.outcomes.iter().filter(|rule| rule.level(edition).is_some());
        let outcomes: Vec<Outcome> = binding.map(|rule| rule.says).collect();
        let parts = |excluded: Outcome, rules: &[Rule<Fact>]| {
            let binding = rules.iter().filter(|rule| rule.level(edition).is_some());
            let permitted = !outcomes.contains(&excluded);
            permitted.then(|| together(binding.map(|rule| &rule.says)))
        };
        Replies {
            success: parts(Outcome::Failure, &answer.success),
            failure: parts(Outcome::Success, &answer.failure),
        }
    }

    fn unlike(&self, other: Option<&Replies>) -> String {
        let success = outcome("success", &self.success, other.and_then(|it| it.success.as_ref()));
        let failure = outcome("failure", &self.failure, other.and_then(|it| it.failure.as_ref()));
        let outcomes: Vec<String> = success.into_iter().chain(failure).collect();
        outcomes.join(", or ")
    }
}

/// An outcome with the parts that are not the same if the call comes to it by `other`. Where it cannot,
/// what is returned and raised is enough.
fn outcome(word: &str, parts: &Option<Parts>, other: Option<&Parts>) -> Option<String> {
    let parts = parts.as_ref()?;
    let telling: Vec<String> = match other {
        Some(other) => {
            let all: BTreeSet<_> = parts.keys().chain(other.keys()).collect();
            let unlike = all.into_iter().filter(|part| parts.get(part) != other.get(part));
            unlike.map(|part| describe(part, parts.get(part))).collect()
        }
        None => {
            let telling = [Field::Return, Field::Exception].into_iter();
            let said = telling.filter(|part| parts.contains_key(part));
            said.map(|part| describe(&part, parts.get(&part))).collect()
        }
    };
    Some(if telling.is_empty() {
        word.into()
    } else {
        format!("{word} with {}", telling.join(", "))
    })
}

fn describe(field: &Field, values: Option<&Option<BTreeSet<String>>>) -> String {
    match values {
        Some(Some(values)) => {
            let each: Vec<&str> = values.iter().map(String::as_str).collect();
            format!("{field} {}", each.join(" or "))
        }
        Some(None) => format!("{field} any"),
        None => format!("{field} left open"),
    }
}

/// What several facts permit together, field by field of the reply.
fn together<'a>(facts: impl Iterator<Item = &'a Fact>) -> Parts {
    let mut parts = Parts::new();
    for fact in facts {
        let values = fact.permits.values().map(|values| {
            values.iter().map(|value| fact.field.show(value)).collect::<BTreeSet<_>>()
        });
        let so_far = parts.entry(fact.field).or_default();
        *so_far = match (so_far.take(), values) {
            (Some(one), Some(other)) => Some(&one & &other),
            (one, other) => one.or(other),
        };
    }
    parts
}

#[cfg(test)]
mod tests {
    use pybuf_model::Says;

    use super::*;

    #[test]
    fn what_rules_permit_together_is_what_each_of_them_permits() {
        let facts = [
            Field::Return.one_of([0, 1]),
            Field::Return.is(1),
            Field::Exception.something(),
            Field::BytesFrom(2).is(vec![1u8]),
            Field::BytesFrom(3).is(vec![1u8]),
        ];
        let parts = together(facts.iter());
        assert_eq!(parts.len(), 4, "bytes from different places are different parts: {parts:?}");
        assert_eq!(describe(&Field::Return, parts.get(&Field::Return)), "return value 1");
        assert_eq!(describe(&Field::Exception, parts.get(&Field::Exception)), "exception any");
    }
}
