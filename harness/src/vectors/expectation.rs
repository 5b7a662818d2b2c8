//! Expectations, in the form that they have in files.

use pybuf_model::expectation::{self as model, Fact};
use pybuf_model::{Clause, Edition};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::statement::Statement;
use crate::reply::Reply;
use crate::world::Expected;

/// What is expected of a call, with an example.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// Which replies are permitted.
    pub expect: Expect,
    /// One that is; what is expected of later calls goes by it. Missing where nobody has given one: then
    /// nothing is said of later calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<Reply>,
}

/// The set of replies that are permitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Expect {
    /// The object is made. Whoever cannot make it leaves the case alone.
    Made,
    /// A reply that these rules permit.
    Answer(Answer),
    /// There is no such function, or no such object.
    NotInEdition {
        /// The clause that says so.
        clause: String,
        /// How much it matters if it is there.
        level: Level,
        /// What is permitted where it is there all the same, as the old functions are in 3.13. Without
        /// it, that it is there is against the clause.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        otherwise: Option<Answer>,
    },
    /// The call is not made, for its object or view is not there.
    NotMade {
        /// The clause by which the edition does not have the function either, if it does not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        absent: Option<String>,
    },
}

/// Rules on a reply. It is permitted if it is against none of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// Each names the outcomes that it permits. A call has failed if its `value` is negative.
    pub outcomes: Vec<Rule<Outcome>>,
    /// What holds if the call succeeded, where it may.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub success: Vec<Rule<Statement>>,
    /// What holds if the call failed, where it may.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failure: Vec<Rule<Statement>>,
}

/// Something that a clause says of a reply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rule<T> {
    /// The id of the clause, by which SPEC_NOTES.md has it.
    pub clause: String,
    /// How much a reply against it matters.
    pub level: Level,
    /// Whether the text does not speak of such calls: then a rule is of practice at most.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub beyond_the_text: bool,
    /// What it says.
    pub says: T,
}

/// How much a reply against a rule matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// The documentation requires it.
    Must,
    /// The documentation advises it.
    Should,
    /// The documentation is silent; CPython has always done so.
    Observed,
    /// The documentation leaves it open: no reply is against it.
    May,
    /// The documentation said so by mistake: no reply is against it.
    Erratum,
}

/// How a call may end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// By doing what it is for.
    Success,
    /// With an error return.
    Failure,
    /// In one of the two ways.
    Either,
}

impl Expect {
    /// As it is written; or why there can be none, if the case itself cannot be right.
    pub(super) fn written(expected: &Expected, edition: Edition) -> Result<Expect, String> {
        Ok(match expected {
            Expected::Made => Expect::Made,
            Expected::Reply(model::Expectation::Answer(answer)) => {
                Expect::Answer(Answer::written(answer, edition))
            }
            Expected::Reply(model::Expectation::NotInEdition { clause, otherwise }) => {
                Expect::NotInEdition {
                    clause: clause.to_string(),
                    level: Level::of_absence(*clause, edition),
                    otherwise: otherwise.as_ref().map(|answer| Answer::written(answer, edition)),
                }
            }
            Expected::NotMade { absent } => {
                Expect::NotMade { absent: absent.map(|clause| clause.to_string()) }
            }
            Expected::BadCase(problem) => return Err(problem.clone()),
        })
    }

    /// What a file says, as replies are judged by; or what is wrong with it.
    pub(super) fn read(&self, edition: Edition) -> Result<Expected, String> {
        Ok(match self {
            Expect::Made => Expected::Made,
            Expect::Answer(answer) => {
                Expected::Reply(model::Expectation::Answer(answer.read(edition)?))
            }
            Expect::NotInEdition { clause, level, otherwise } => {
                let clause = named(clause)?;
                level.is(Level::of_absence(clause, edition), clause)?;
                let otherwise =
                    otherwise.as_ref().map(|answer| answer.read(edition)).transpose()?;
                Expected::Reply(model::Expectation::NotInEdition { clause, otherwise })
            }
            Expect::NotMade { absent } => {
                Expected::NotMade { absent: absent.as_deref().map(named).transpose()? }
            }
        })
    }
}

impl Answer {
    fn written(answer: &model::Answer, edition: Edition) -> Answer {
        let facts = |rules: &[model::Rule<Fact>]| {
            rules.iter().map(|rule| Rule::written(rule, edition)).collect()
        };
        Answer {
            outcomes: answer.outcomes.iter().map(|rule| Rule::written(rule, edition)).collect(),
            success: facts(&answer.success),
            failure: facts(&answer.failure),
        }
    }

    fn read(&self, edition: Edition) -> Result<model::Answer, String> {
        let facts = |rules: &[Rule<Statement>]| {
            rules.iter().map(|rule| rule.read(edition)).collect::<Result<_, _>>()
        };
        let outcomes = self.outcomes.iter().map(|rule| rule.read(edition));
        Ok(model::Answer {
            outcomes: outcomes.collect::<Result<_, _>>()?,
            success: facts(&self.success)?,
            failure: facts(&self.failure)?,
        })
    }
}

impl<T> Rule<T> {
    fn written<M>(rule: &model::Rule<M>, edition: Edition) -> Rule<T>
    where
        T: for<'a> From<&'a M>,
    {
        Rule {
            clause: rule.clause.to_string(),
            level: Level::of(rule, edition),
            beyond_the_text: rule.beyond_the_text,
            says: T::from(&rule.says),
        }
    }

    fn read<M>(&self, edition: Edition) -> Result<model::Rule<M>, String>
    where
        M: for<'a> TryFrom<&'a T, Error = String>,
    {
        let Rule { beyond_the_text, says, .. } = self;
        let clause = named(&self.clause)?;
        let rule =
            model::Rule { clause, says: says.try_into()?, beyond_the_text: *beyond_the_text };
        self.level.is(Level::of(&rule, edition), clause)?;
        Ok(rule)
    }
}

impl Level {
    fn of<T>(rule: &model::Rule<T>, edition: Edition) -> Level {
        match rule.level(edition) {
            Some(level) => level.into(),
            // Nothing can be against it, which the level of the clause says.
            None => rule.clause.level(edition).map_or(Level::Observed, Level::from),
        }
    }

    fn of_absence(clause: Clause, edition: Edition) -> Level {
        clause.level(edition).map_or(Level::Observed, Level::from)
    }

    fn is(self, level: Level, clause: Clause) -> Result<(), String> {
        match self == level {
            true => Ok(()),
            false => Err(format!("the level of {clause} is {level:?}, and not {self:?}")),
        }
    }
}

impl From<pybuf_model::Level> for Level {
    fn from(level: pybuf_model::Level) -> Level {
        match level {
            pybuf_model::Level::Must => Level::Must,
            pybuf_model::Level::Should => Level::Should,
            pybuf_model::Level::Observed => Level::Observed,
            pybuf_model::Level::May => Level::May,
            pybuf_model::Level::Erratum => Level::Erratum,
        }
    }
}

impl From<&model::Outcome> for Outcome {
    fn from(outcome: &model::Outcome) -> Outcome {
        match outcome {
            model::Outcome::Success => Outcome::Success,
            model::Outcome::Failure => Outcome::Failure,
            model::Outcome::Either => Outcome::Either,
        }
    }
}

impl TryFrom<&Outcome> for model::Outcome {
    type Error = String;

    fn try_from(outcome: &Outcome) -> Result<model::Outcome, String> {
        Ok(match outcome {
            Outcome::Success => model::Outcome::Success,
            Outcome::Failure => model::Outcome::Failure,
            Outcome::Either => model::Outcome::Either,
        })
    }
}

fn named(id: &str) -> Result<Clause, String> {
    Clause::find(id).ok_or_else(|| format!("SPEC_NOTES.md has no clause {id}"))
}
