//! What is expected of a call.

use pybuf_model::{Clause, Expectation};

/// What is expected of a call.
#[derive(Clone, Debug, PartialEq)]
pub enum Expected {
    /// That it is made: the object made is to be there.
    Made,
    /// This of its reply.
    Reply(Expectation),
    /// That it is not made, because its object or view does not exist. The clause is that by which the
    /// edition does not have the function either, if it does not.
    NotMade {
        /// The clause.
        absent: Option<Clause>,
    },
    /// Nothing: the case itself cannot be right.
    BadCase(String),
}

impl Expected {
    /// Not made, for want of an object or view; `otherwise` is what would be expected if there was one.
    pub(super) fn not_made(otherwise: &Expectation) -> Expected {
        match otherwise {
            Expectation::NotInEdition { clause, .. } => Expected::NotMade { absent: Some(*clause) },
            Expectation::Answer(_) => Expected::NotMade { absent: None },
        }
    }

    /// The clause that is broken if there is no answer at all.
    pub fn clause(&self) -> Option<Clause> {
        match self {
            Expected::Reply(Expectation::Answer(answer)) => {
                answer.outcomes.first().map(|rule| rule.clause)
            }
            Expected::Reply(Expectation::NotInEdition { clause, .. }) => Some(*clause),
            Expected::NotMade { absent } => *absent,
            Expected::Made | Expected::BadCase(_) => None,
        }
    }
}
