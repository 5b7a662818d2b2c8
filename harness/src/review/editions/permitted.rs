//! # Permitted replies
//!
//! What an expectation comes to, whichever clauses say so: two expectations are compared by it.

use std::collections::{BTreeMap, BTreeSet};

use pybuf_model::expectation::{Expectation, Outcome, Rule};
use pybuf_model::{Edition, Expected, Fact};
use pybuf_protocol::Field;

/// Whether an edition has a function, or a kind of object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Presence {
    /// It does not.
    Absent,
    /// It is in no text, and may be there all the same.
    Undocumented,
    /// It does.
    There,
}

/// What two expectations permit, as far as it is not the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unlike {
    /// Whether it is not the same if the call succeeds or fails, or if the edition has it.
    pub outcome: bool,
    /// What each of the two permits.
    pub permits: [String; 2],
}

impl Unlike {
    /// Compares what the rules of two expectations permit that are binding, each in its edition; `None` if
    /// that is the same.
    pub fn of([old, new]: [&Expectation; 2], [from, to]: [Edition; 2]) -> Option<Unlike> {
        let (old, new) = (Permitted::by(old, from), Permitted::by(new, to));
        let outcome = old.outcomes() != new.outcomes();
        (old != new).then(|| Unlike { outcome, permits: [old.unlike(&new), new.unlike(&old)] })
    }
}

impl Presence {
    /// Whether something is there of which this is expected.
    pub fn of(expected: &Expected) -> Presence {
        match expected {
            Expected::Made => Presence::There,
            Expected::Reply(expectation) => Presence::by(expectation),
            Expected::NotMade { .. } | Expected::BadCase(_) => Presence::Absent,
        }
    }

    fn by(expectation: &Expectation) -> Presence {
        match expectation {
            Expectation::Answer(_) => Presence::There,
            Expectation::NotInEdition { otherwise: Some(_), .. } => Presence::Undocumented,
            Expectation::NotInEdition { otherwise: None, .. } => Presence::Absent,
        }
    }
}

/// The replies that are permitted to a call.
#[derive(PartialEq)]
struct Permitted {
    presence: Presence,
    /// What holds if it succeeds; `None` if it may not.
    success: Option<Fields>,
    /// What holds if it fails; `None` if it may not.
    failure: Option<Fields>,
}

/// The fields of a reply that are not free, with their values in words; `None` is any value.
type Fields = BTreeMap<Field, Option<BTreeSet<String>>>;

impl Permitted {
    /// By the rules of an expectation that are binding in `edition`.
    fn by(expectation: &Expectation, edition: Edition) -> Permitted {
        let presence = Presence::by(expectation);
        let Some(answer) = expectation.answer() else {
            return Permitted { presence, success: None, failure: None };
        };
        let binding = answer.outcomes.iter().filter(|rule| rule.level(edition).is_some());
        let outcomes: Vec<Outcome> = binding.map(|rule| rule.says).collect();
        let fields = |excluded: Outcome, rules: &[Rule<Fact>]| {
            let binding = rules.iter().filter(|rule| rule.level(edition).is_some());
            let permitted = !outcomes.contains(&excluded);
            permitted.then(|| together(binding.map(|rule| &rule.says)))
        };
        Permitted {
            presence,
            success: fields(Outcome::Failure, &answer.success),
            failure: fields(Outcome::Success, &answer.failure),
        }
    }

    /// Whether the function is there, may succeed and may fail: what is in no text may do both.
    fn outcomes(&self) -> (Presence, bool, bool) {
        let is_open = self.presence == Presence::Undocumented;
        (self.presence, is_open || self.success.is_some(), is_open || self.failure.is_some())
    }

    /// It in words, as far as it is unlike `other`.
    fn unlike(&self, other: &Permitted) -> String {
        let success = outcome("success", self.success.as_ref(), other.success.as_ref());
        let failure = outcome("failure", self.failure.as_ref(), other.failure.as_ref());
        let outcomes: Vec<String> = success.into_iter().chain(failure).collect();
        let outcomes = outcomes.join(", or ");
        let is_like = (&self.success, &self.failure) == (&other.success, &other.failure);
        match self.presence {
            Presence::Absent => "not in this edition".into(),
            Presence::Undocumented if is_like => "in no text; where it still is, the same".into(),
            Presence::Undocumented => format!("in no text; where it still is, {outcomes}"),
            Presence::There => outcomes,
        }
    }
}

/// An outcome with the fields that are not the same if the call comes to it by `other`. Where it cannot,
/// what is returned and raised is enough.
fn outcome(word: &str, fields: Option<&Fields>, other: Option<&Fields>) -> Option<String> {
    let fields = fields?;
    let telling: BTreeSet<&Field> = match other {
        Some(other) => {
            let all = fields.keys().chain(other.keys());
            all.filter(|field| fields.get(field) != other.get(field)).collect()
        }
        None => fields.keys().filter(|it| matches!(it, Field::Return | Field::Exception)).collect(),
    };
    let described = telling.into_iter().map(|field| match fields.get(field) {
        Some(Some(values)) => {
            let each: Vec<&str> = values.iter().map(String::as_str).collect();
            format!("{field} {}", each.join(" or "))
        }
        Some(None) => format!("{field} any"),
        None => format!("{field} left open"),
    });
    let described: Vec<String> = described.collect();
    match &described[..] {
        [] => Some(word.into()),
        _ => Some(format!("{word} with {}", described.join(", "))),
    }
}

/// What several facts permit together, field by field of the reply.
fn together<'a>(facts: impl Iterator<Item = &'a Fact>) -> Fields {
    let mut fields = Fields::new();
    for fact in facts {
        let values = fact.permits.values().map(|values| {
            values.iter().map(|value| fact.field.show(value)).collect::<BTreeSet<_>>()
        });
        let so_far = fields.entry(fact.field).or_default();
        *so_far = match (so_far.take(), values) {
            (Some(one), Some(other)) => Some(&one & &other),
            (one, other) => one.or(other),
        };
    }
    fields
}
