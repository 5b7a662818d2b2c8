//! # Permitted replies
//!
//! What an expectation comes to, whichever clauses say so: two expectations are compared by it.

use std::collections::{BTreeMap, BTreeSet};

use pybuf_model::Edition;
use pybuf_model::expectation::{Answer, Expectation, Fact, Outcome, Rule};

use crate::stated::{Part, permitted, together};

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

/// The parts of a reply that are not free, with their values; `None` is any value.
type Parts = BTreeMap<Part, Option<BTreeSet<String>>>;

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
            let telling = ["return value", "exception"].map(Part::from).into_iter();
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

fn describe(part: &Part, values: Option<&Option<BTreeSet<String>>>) -> String {
    match values {
        Some(values) => format!("{part} {}", permitted(values.as_ref())),
        None => format!("{part} left open"),
    }
}
