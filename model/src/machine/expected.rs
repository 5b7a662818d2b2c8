//! What is expected of a call.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::expectation::Answer;
use crate::{Clause, Expectation, presence};

/// What is expected of a call.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    /// That it is made: the object made is to be there.
    Made,
    /// That it is not made, because its object or view does not exist. The clause is that by which the
    /// edition does not have the function either, if it does not.
    NotMade {
        /// The clause.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        absent: Option<Clause>,
    },
    /// Nothing: the case itself cannot be right.
    #[schemars(skip)]
    #[serde(skip)]
    BadCase(String),
    /// This of its reply.
    #[serde(untagged)]
    Reply(Expectation),
}

impl From<Expectation> for Expected {
    fn from(expectation: Expectation) -> Expected {
        Expected::Reply(expectation)
    }
}

impl Expected {
    /// Not made, for want of an object or view; `otherwise` is what would be expected if there was one.
    pub(crate) fn not_made(otherwise: &Expectation) -> Expected {
        match otherwise {
            Expectation::NotInEdition { clause, .. } => Expected::NotMade { absent: Some(*clause) },
            Expectation::Answer(_) => Expected::NotMade { absent: None },
        }
    }

    /// The same in an edition that lacks the function, by this clause.
    pub(crate) fn unless_absent(self, clause: Clause) -> Expected {
        match self {
            Expected::Reply(expectation) if presence::lingers(clause) => {
                Expected::Reply(expectation.lingering(clause))
            }
            Expected::Reply(_) => Expected::Reply(Expectation::not_in_edition(clause)),
            Expected::NotMade { .. } => Expected::NotMade { absent: Some(clause) },
            expected => expected,
        }
    }

    /// What is expected of the answer, to be added to; also where the function is in no text any more.
    pub fn answer_mut(&mut self) -> Option<&mut Answer> {
        match self {
            Expected::Reply(expectation) => expectation.answer_mut(),
            Expected::Made | Expected::NotMade { .. } | Expected::BadCase(_) => None,
        }
    }

    /// The clauses that say something of the call.
    pub fn clauses(&self) -> impl Iterator<Item = Clause> {
        let (expectation, absent) = match self {
            Expected::Reply(expectation) => (Some(expectation), None),
            Expected::NotMade { absent } => (None, *absent),
            Expected::Made | Expected::BadCase(_) => (None, None),
        };
        absent.into_iter().chain(expectation.into_iter().flat_map(Expectation::clauses))
    }
}
