//! # Bearing
//!
//! What a clause has to do with a reply: nothing, or something that another clause says as well, or
//! something that nobody else says.

use pybuf_model::expectation::{Answer, Rule};
use pybuf_model::fact::{Check, Fact};
use pybuf_model::{Clause, Edition, Expectation, Expected, presence};

use crate::call::Call;
use crate::reply::{Reply, Returned};

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
    call: &Call,
    (expected, reply): (&Expected, &Reply),
    edition: Edition,
) -> Bearing {
    match (expected, reply) {
        // That it is there is as a clause of presence says.
        (Expected::Made | Expected::Reply(_), Reply::Returned(_))
            if clause.holds(edition) && presence::of(call).any(|it| it == clause) =>
        {
            Bearing::Decides
        }
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
    let holds = |rule: &Rule<Fact>| rule.says.check(returned) == Check::Holds;
    let outcomes = answer
        .outcomes
        .iter()
        .filter(|rule| rule.clause == clause)
        .map(|rule| shared(rule, &answer.outcomes, edition, |other| other.says == rule.says));
    let facts = facts.iter().filter(|rule| rule.clause == clause).map(|rule| match holds(rule) {
        true => shared(rule, facts, edition, |o| o.says.implies(&rule.says) && holds(o)),
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

#[cfg(test)]
mod tests {
    use pybuf_model::expectation::Outcome;
    use pybuf_model::{Exception, Says};
    use pybuf_protocol::Field;

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
        let (expected, reply) = (Expected::Reply(answer.into()), Reply::Returned(returned));
        let call = Call::GetBuffer { object: 0, flags: 0 };
        bearing(clause(rules[0].0), &call, (&expected, &reply), EDITION)
    }

    #[test]
    fn a_clause_decides_unless_one_as_binding_says_the_same() {
        let raised = Field::Exception.is(Exception::BufferError);
        let something = ("request.refusal.raises", Field::Exception.something());
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
        let counted = Field::References.is(0);
        assert_eq!(bearing_of(&[("request.refusal.keeps-nothing", counted)]), Bearing::Untold);
    }
}
