//! # Expectations
//!
//! The answer of the model: the set of replies that the documentation permits.
//!
//! A call can succeed or fail; the text may permit one of the two or both, and says other things of
//! the reply in each case. So an answer has three lists of rules: which outcomes are permitted, what
//! holds if the call succeeded, and what holds if it failed. A reply is permitted if it breaks none.

use std::collections::BTreeSet;

use pybuf_protocol::{Edition, Exception, Field, Level};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::clause::Clause;
use crate::fact::{Fact, Says};

/// What the documentation permits as the reply to one call.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Expectation {
    /// The call has an answer.
    Answer(Answer),
    /// The edition does not have the function, or the object.
    NotInEdition {
        /// The clause that says so.
        clause: Clause,
        /// How the function behaves where it is there all the same, as the old functions are in 3.13.
        /// `None`: then it should not be there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        otherwise: Option<Answer>,
    },
}

/// The permitted replies of a call that the edition has. Of an end that it does not permit there need be
/// no rules.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// Each names the outcomes that it permits.
    pub outcomes: Vec<Rule<Outcome>>,
    /// What holds if the call succeeded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub success: Vec<Rule<Fact>>,
    /// What holds if the call failed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failure: Vec<Rule<Fact>>,
}

/// Something that a clause says of a reply.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Rule<T> {
    /// The clause.
    pub clause: Clause,
    /// What it says.
    pub says: T,
    /// Whether the call lies outside of what the text speaks of, so that a reply against this rule is
    /// a remark on practice at most, whatever the level of the clause.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub beyond_the_text: bool,
}

/// How a call may end.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// By doing what it is for.
    Success,
    /// With an error return.
    Failure,
    /// In one of the two ways.
    Either,
}

impl<T> Rule<T> {
    /// What a clause says of a call that the text speaks of.
    pub(crate) fn of(clause: Clause, says: T) -> Rule<T> {
        Rule { clause, says, beyond_the_text: false }
    }

    /// How much a reply against it matters in a test of `edition`; `None` if there can be none, for
    /// what is free, or was a mistake, cannot be broken.
    pub fn level(&self, edition: Edition) -> Option<Level> {
        match self.clause.level(edition) {
            Some(Level::May | Level::Erratum) => None,
            Some(level) if !self.beyond_the_text => Some(level),
            _ => Some(Level::Observed),
        }
    }
}

impl Expectation {
    /// The edition has no such function or object, and nothing may be there in its place.
    pub fn not_in_edition(clause: Clause) -> Expectation {
        Expectation::NotInEdition { clause, otherwise: None }
    }

    /// The same of an edition that does not have the function, by this clause, but where it is there all
    /// the same.
    pub(crate) fn lingering(self, clause: Clause) -> Expectation {
        let otherwise = match self {
            Expectation::Answer(answer) => Some(answer),
            Expectation::NotInEdition { otherwise, .. } => otherwise,
        };
        Expectation::NotInEdition { clause, otherwise }
    }

    /// The answer, also where it is one of a function that is in no text any more.
    pub fn answer(&self) -> Option<&Answer> {
        match self {
            Expectation::Answer(answer) => Some(answer),
            Expectation::NotInEdition { otherwise, .. } => otherwise.as_ref(),
        }
    }

    /// The same, to be changed.
    pub fn answer_mut(&mut self) -> Option<&mut Answer> {
        match self {
            Expectation::Answer(answer) => Some(answer),
            Expectation::NotInEdition { otherwise, .. } => otherwise.as_mut(),
        }
    }

    /// The clauses that say something of the call.
    pub fn clauses(&self) -> impl Iterator<Item = Clause> {
        let absent = match self {
            Expectation::NotInEdition { clause, .. } => Some(*clause),
            Expectation::Answer(_) => None,
        };
        absent.into_iter().chain(self.answer().into_iter().flat_map(Answer::clauses))
    }

    /// Whether all of them are of these families.
    pub fn is_about(&self, families: &BTreeSet<&str>) -> bool {
        self.clauses().all(|clause| families.contains(clause.family()))
    }

    /// The rules on the outcome; none if the edition does not have the call.
    pub fn outcomes(&self) -> &[Rule<Outcome>] {
        match self {
            Expectation::Answer(answer) => &answer.outcomes,
            Expectation::NotInEdition { .. } => &[],
        }
    }
}

impl From<Answer> for Expectation {
    fn from(answer: Answer) -> Self {
        Expectation::Answer(answer)
    }
}

impl Answer {
    fn clauses(&self) -> impl Iterator<Item = Clause> {
        let facts = self.success.iter().chain(&self.failure).map(|rule| rule.clause);
        self.outcomes.iter().map(|rule| rule.clause).chain(facts)
    }

    /// An answer with one rule on the outcome.
    pub(crate) fn of(outcome: Outcome, clause: Clause) -> Answer {
        // Room for the rules that a request has: to grow step by step costs more than the rules do.
        let (outcomes, success) = (Vec::with_capacity(2), Vec::with_capacity(18));
        let answer = Answer { outcomes, success, failure: Vec::with_capacity(6) };
        answer.outcome(clause, outcome)
    }

    /// Adds a rule on the outcome.
    pub(crate) fn outcome(mut self, clause: Clause, says: Outcome) -> Self {
        self.outcomes.push(Rule::of(clause, says));
        self
    }

    /// Adds what holds on success, if the clause says anything.
    pub(crate) fn on_success(mut self, clause: Clause, says: impl Into<Option<Fact>>) -> Self {
        if let Some(says) = says.into() {
            self.success.push(Rule::of(clause, says));
        }
        self
    }

    /// Adds what holds on failure, if the clause says anything.
    pub(crate) fn on_failure(mut self, clause: Clause, says: impl Into<Option<Fact>>) -> Self {
        if let Some(says) = says.into() {
            self.failure.push(Rule::of(clause, says));
        }
        self
    }

    /// Adds an exception that is raised on failure.
    pub(crate) fn raises(self, clause: Clause, exception: Exception) -> Self {
        self.on_failure(clause, Field::Exception.is(exception))
    }

    /// The answer of an edition that has the function: only the rules whose clauses hold there, at
    /// whatever level. So the editions of SPEC_NOTES.md decide what is judged.
    pub(crate) fn in_edition(mut self, edition: Edition) -> Expectation {
        self.outcomes.retain(|rule| rule.clause.holds(edition));
        self.success.retain(|rule| rule.clause.holds(edition));
        self.failure.retain(|rule| rule.clause.holds(edition));
        Expectation::Answer(self)
    }

    /// The same answer to a call that the text does not speak of: practice, not promise.
    pub(crate) fn beyond_the_text(mut self) -> Self {
        self.outcomes.iter_mut().for_each(|rule| rule.beyond_the_text = true);
        self.success.iter_mut().for_each(|rule| rule.beyond_the_text = true);
        self.failure.iter_mut().for_each(|rule| rule.beyond_the_text = true);
        self
    }
}
