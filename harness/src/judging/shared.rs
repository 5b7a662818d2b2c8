//! # Shared clauses
//!
//! Whether a clause that a reply was checked against says something that no other clause says.

use pybuf_model::expectation::{Answer, Rule};
use pybuf_model::fact::{Check, Fact};
use pybuf_model::{Clause, Edition};

use crate::reply::Returned;

/// The rules on a reply that came back, by how it ended.
pub(crate) fn rules<'a>(answer: &'a Answer, returned: &Returned) -> &'a [Rule<Fact>] {
    if returned.failed() { &answer.failure } else { &answer.success }
}

/// Another clause that permits no other reply either; `None` if more would be permitted without `clause`, so that it
/// decides, or if no rule of the answer is of `clause`. Freedoms take nothing away that another clause could take away as well: they decide wherever they
/// apply.
pub(crate) fn shared(
    clause: Clause,
    (answer, returned): (&Answer, &Returned),
    edition: Edition,
) -> Option<Clause> {
    let holds = |rule: &Rule<Fact>| rule.says.check(returned) == Check::Holds;
    let (outcomes, facts) = (&answer.outcomes, rules(answer, returned));
    let of_outcome = outcomes.iter().filter(|rule| rule.clause == clause);
    let of_outcome =
        of_outcome.map(|rule| another(rule, outcomes, edition, |it| it.says == rule.says));
    let of_facts = facts.iter().filter(|rule| rule.clause == clause && holds(rule));
    let of_facts = of_facts
        .map(|rule| another(rule, facts, edition, |it| it.says.implies(&rule.says) && holds(it)));
    of_outcome.chain(of_facts).collect::<Option<Vec<_>>>()?.into_iter().max()
}

/// The clause of another rule that is as binding and says the same.
fn another<T>(
    rule: &Rule<T>,
    rules: &[Rule<T>],
    edition: Edition,
    says_it: impl Fn(&Rule<T>) -> bool,
) -> Option<Clause> {
    let level = rule.level(edition)?;
    let mut others = rules.iter().filter(|it| it.clause != rule.clause);
    let other = others.find(|it| it.level(edition) >= Some(level) && says_it(it));
    other.map(|it| it.clause)
}

#[cfg(test)]
mod tests {
    use pybuf_model::expectation::Outcome;
    use pybuf_model::{Exception, Says};
    use pybuf_protocol::Field;

    use super::*;

    fn clause(id: &str) -> Clause {
        Clause::find(id).unwrap_or_else(|| panic!("{id} is no clause"))
    }

    /// With which clause the first of `rules` shares what it says of a request that is refused with `BufferError`.
    fn shared_by(rules: &[(&str, Fact)]) -> Option<Clause> {
        let rule = |id: &str, says| Rule { clause: clause(id), says, beyond_the_text: false };
        let outcomes = vec![Rule {
            clause: clause("request.raising.fails"),
            says: Outcome::Failure,
            beyond_the_text: false,
        }];
        let failure = rules.iter().map(|(id, says)| rule(id, says.clone())).collect();
        let answer = Answer { outcomes, success: vec![], failure };
        let exception = Some("BufferError".to_owned());
        let returned = Returned { value: Some(-1), exception, ..Returned::default() };
        shared(clause(rules[0].0), (&answer, &returned), Edition::V3_13)
    }

    #[test]
    fn a_clause_decides_unless_one_as_binding_says_the_same() {
        let raised = Field::Exception.is(Exception::BufferError);
        let something = ("request.refusal.raises", Field::Exception.something());
        let must = "request.refusal.buffer-error";
        let observed = "request.raising.handed-on";

        assert_eq!(shared_by(std::slice::from_ref(&something)), None);
        let rules = [something.clone(), (must, raised.clone())];
        assert_eq!(shared_by(&rules), Some(clause(must)));
        let rules = [something.clone(), (observed, raised.clone())];
        assert_eq!(shared_by(&rules), None, "practice binds less than the text");
        let rules = [(must, raised), something];
        assert_eq!(shared_by(&rules), None, "the other one says less");
    }
}
