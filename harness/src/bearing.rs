//! # Bearing
//!
//! What a clause has to do with a reply: nothing, or something that another clause says as well, or
//! something that nobody else says.

use pybuf_model::expectation::{Answer, Fact, Permits, Rule};
use pybuf_model::{Clause, Edition, Expectation};

use crate::facts::{self, Check};
use crate::reply::{Reply, Returned};
use crate::world::Expected;

/// What a clause has to do with a reply; more than before it in each line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Bearing {
    /// It says nothing of such a reply: its condition does not hold.
    None,
    /// It says something that the reply does not tell of, such as how often a function has run.
    Untold,
    /// The reply is as it says, and another clause would not permit any other, either.
    Shared(Clause),
    /// The reply is as it says, and without it more would be permitted.
    Decides,
}

/// What `clause` has to do with `reply`, of which this is expected in `edition`. Freedoms take nothing
/// away that another clause could take away as well: they decide wherever they apply.
pub(crate) fn bearing(
    clause: Clause,
    expected: &Expected,
    reply: &Reply,
    edition: Edition,
) -> Bearing {
    match (expected, reply) {
        (Expected::Reply(Expectation::Answer(answer)), Reply::Returned(returned)) => {
            of_answer(clause, answer, returned, edition)
        }
        (
            Expected::Reply(Expectation::NotInEdition { clause: absent, .. })
            | Expected::NotMade { absent: Some(absent) },
            Reply::NotInEdition,
        ) if *absent == clause => Bearing::Decides,
        // It need not be there, and is.
        (
            Expected::Reply(Expectation::NotInEdition { clause: absent, otherwise: Some(answer) }),
            Reply::Returned(returned),
        ) => match *absent == clause {
            true => Bearing::Decides,
            false => of_answer(clause, answer, returned, edition),
        },
        _ => Bearing::None,
    }
}

fn of_answer(clause: Clause, answer: &Answer, returned: &Returned, edition: Edition) -> Bearing {
    let facts = if returned.failed() { &answer.failure } else { &answer.success };
    let holds = |rule: &Rule<Fact>| facts::check(&rule.says, returned) == Check::Holds;
    let outcomes = answer
        .outcomes
        .iter()
        .filter(|rule| rule.clause == clause)
        .map(|rule| shared(rule, &answer.outcomes, edition, |other| other.says == rule.says));
    let facts = facts.iter().filter(|rule| rule.clause == clause).map(|rule| match holds(rule) {
        true => shared(rule, facts, edition, |o| implies(&o.says, &rule.says) && holds(o)),
        false => Bearing::Untold,
    });
    outcomes.chain(facts).max().unwrap_or(Bearing::None)
}

/// Whether another of `rules` that is as binding as `rule` says the same.
fn shared<T>(
    rule: &Rule<T>,
    rules: &[Rule<T>],
    edition: Edition,
    says_it: impl Fn(&Rule<T>) -> bool,
) -> Bearing {
    let level = rule.level(edition);
    let mut others = rules.iter().filter(|o| o.clause != rule.clause && o.level(edition) >= level);
    match others.find(|other| level.is_some() && says_it(other)) {
        Some(other) => Bearing::Shared(other.clause),
        None => Bearing::Decides,
    }
}

/// Whether every reply that is as `one` says is also as `other` says.
fn implies(one: &Fact, other: &Fact) -> bool {
    match (one, other) {
        (Fact::Raises(raised), Fact::RaisesSomething) => !raised.allows(&None),
        (Fact::Buf(_), Fact::BufGiven) | (Fact::Buffer(_), Fact::BufferGiven) => true,
        (Fact::Raises(one), Fact::Raises(other)) => within(one, other),
        (Fact::Returns(one), Fact::Returns(other))
        | (Fact::Number(one), Fact::Number(other))
        | (Fact::BufferLength(one), Fact::BufferLength(other))
        | (Fact::References(one), Fact::References(other))
        | (Fact::Releases(one), Fact::Releases(other))
        | (Fact::Len(one), Fact::Len(other))
        | (Fact::Itemsize(one), Fact::Itemsize(other))
        | (Fact::Ndim(one), Fact::Ndim(other)) => within(one, other),
        (Fact::Readonly(one), Fact::Readonly(other)) | (Fact::Freed(one), Fact::Freed(other)) => {
            within(one, other)
        }
        (Fact::Buf(one), Fact::Buf(other))
        | (Fact::Buffer(one), Fact::Buffer(other))
        | (Fact::MemoryBegins(one), Fact::MemoryBegins(other)) => within(one, other),
        (Fact::Shape(one), Fact::Shape(other))
        | (Fact::Strides(one), Fact::Strides(other))
        | (Fact::Suboffsets(one), Fact::Suboffsets(other)) => within(one, other),
        (Fact::Bytes(one), Fact::Bytes(other)) => within(one, other),
        // Of the other parts of a reply no clause permits several values.
        _ => one == other,
    }
}

fn within<T: PartialEq>(one: &Permits<T>, other: &Permits<T>) -> bool {
    match one {
        Permits::Exactly(value) => other.allows(value),
        Permits::OneOf(values) => values.iter().all(|value| other.allows(value)),
    }
}

#[cfg(test)]
mod tests {
    use pybuf_model::expectation::{Exception, Outcome};

    use super::*;

    const EDITION: Edition = Edition::V3_13;

    fn clause(id: &str) -> Clause {
        Clause::find(id).unwrap_or_else(|| panic!("{id} is no clause"))
    }

    /// What the first of `rules` has to do with a request that is refused with `BufferError`.
    fn bearing_of(rules: &[(&str, Fact)]) -> Bearing {
        let outcomes = vec![Rule {
            clause: clause("request.raising.fails"),
            says: Outcome::Failure,
            beyond_the_text: false,
        }];
        let failure = rules.iter().map(|(id, says)| Rule {
            clause: clause(id),
            says: says.clone(),
            beyond_the_text: false,
        });
        let answer = Answer { outcomes, success: vec![], failure: failure.collect() };
        let exception = Some("BufferError".to_owned());
        let returned = Returned { value: Some(-1), exception, ..Returned::default() };
        let expected = Expected::Reply(answer.into());
        bearing(clause(rules[0].0), &expected, &Reply::Returned(returned), EDITION)
    }

    #[test]
    fn a_clause_decides_unless_one_as_binding_says_the_same() {
        let raised = Fact::Raises(Permits::Exactly(Some(Exception::BufferError)));
        let something = ("request.refusal.raises", Fact::RaisesSomething);
        let must = "request.refusal.buffer-error";
        let observed = "request.raising.handed-on";

        assert_eq!(bearing_of(std::slice::from_ref(&something)), Bearing::Decides);
        let rules = [something.clone(), (must, raised.clone())];
        assert_eq!(bearing_of(&rules), Bearing::Shared(clause(must)));
        let rules = [something.clone(), (observed, raised.clone())];
        assert_eq!(bearing_of(&rules), Bearing::Decides, "practice binds less than the text");
        let rules = [(must, raised), something];
        assert_eq!(bearing_of(&rules), Bearing::Decides, "the other one says less");
    }

    #[test]
    fn what_a_reply_does_not_tell_is_no_witness() {
        let counted = Fact::References(Permits::Exactly(0));
        assert_eq!(bearing_of(&[("request.refusal.keeps-nothing", counted)]), Bearing::Untold);
    }

    #[test]
    fn one_of_several_values_is_said_by_each_part_of_them() {
        let returns = |values: &[i64]| Fact::Returns(Permits::OneOf(values.to_vec()));
        assert!(implies(&returns(&[-1]), &returns(&[0, -1])));
        assert!(!implies(&returns(&[0, -1]), &returns(&[-1])));
        assert!(implies(&Fact::Returns(Permits::Exactly(-1)), &returns(&[-1])));
    }
}
