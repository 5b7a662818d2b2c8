//! # Expectations
//!
//! The answer of the model: the set of replies that the documentation permits.
//!
//! A call can succeed or fail; the text may permit one of the two or both, and says other things of
//! the reply in each case. So an answer has three lists of rules: which outcomes are permitted, what
//! holds if the call succeeded, and what holds if it failed. A reply is permitted if it breaks none.

use crate::clause::Clause;
use crate::edition::Edition;
use crate::layout::Address;
use crate::level::Level;
use crate::pointer::Place;
use std::collections::BTreeSet;

pub use crate::exception::Exception;

/// What the documentation permits as the reply to one call.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Expectation {
    /// The call has an answer.
    Answer(Answer),
    /// The edition does not have the function, or the object.
    NotInEdition {
        /// The clause that says so.
        clause: Clause,
        /// How the function behaves where it is there all the same, as the old functions are in 3.13.
        /// `None`: then it should not be there.
        otherwise: Option<Answer>,
    },
}

/// The permitted replies of a call that the edition has. Of an end that it does not permit there need be
/// no rules.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Answer {
    /// Each names the outcomes that it permits.
    pub outcomes: Vec<Rule<Outcome>>,
    /// What holds if the call succeeded.
    pub success: Vec<Rule<Fact>>,
    /// What holds if the call failed.
    pub failure: Vec<Rule<Fact>>,
}

/// Something that a clause says of a reply.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Rule<T> {
    /// The clause.
    pub clause: Clause,
    /// What it says.
    pub says: T,
    /// Whether the call lies outside of what the text speaks of, so that a reply against this rule is
    /// a remark on practice at most, whatever the level of the clause.
    pub beyond_the_text: bool,
}

/// How a call may end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// By doing what it is for.
    Success,
    /// With an error return.
    Failure,
    /// In one of the two ways.
    Either,
}

/// A set of values.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Permits<T> {
    /// One value.
    Exactly(T),
    /// One of these.
    OneOf(Vec<T>),
}

/// A statement on one part of a reply. Lengths and strides in bytes, extents in elements.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Fact {
    /// The value returned.
    Returns(Permits<i64>),
    /// The exception that is set: `None` is none.
    Raises(Permits<Option<Exception>>),
    /// An exception is set, whichever.
    RaisesSomething,
    /// `*buffer` and `*buffer_len` are as before the call.
    OutputsUntouched,
    /// `*buffer` is written.
    BufferGiven,
    /// `*buffer`: `None` is NULL.
    Buffer(Permits<Option<Address>>),
    /// The pointer returned is to this place.
    Element(Permits<Place>),
    /// Where the memory begins that a memoryview is of: `None` is NULL.
    MemoryBegins(Permits<Option<Address>>),
    /// `*buffer_len`.
    BufferLength(Permits<i64>),
    /// `view->obj`.
    Obj(Permits<Obj>),
    /// By how much the reference count of the object has changed.
    References(Permits<i64>),
    /// Both of these: what `view->obj` is, and by how much the count of the object asked has changed.
    Owner(Permits<(Obj, i64)>),
    /// How often the release function of the object ran.
    Releases(Permits<i64>),
    /// `view->buf` is written.
    BufGiven,
    /// `view->buf`: `None` is NULL.
    Buf(Permits<Option<Address>>),
    /// `view->len`.
    Len(Permits<i64>),
    /// `view->itemsize`.
    Itemsize(Permits<i64>),
    /// `view->readonly`, as a truth value.
    Readonly(Permits<bool>),
    /// `view->ndim`.
    Ndim(Permits<i64>),
    /// `view->format`: `None` is NULL, here and below.
    Format(Permits<Option<String>>),
    /// `view->shape`.
    Shape(Permits<Option<Vec<i64>>>),
    /// `view->strides`.
    Strides(Permits<Option<Vec<i64>>>),
    /// `view->suboffsets`.
    Suboffsets(Permits<Option<Vec<i64>>>),
    /// `view->suboffsets` is NULL, or each of them is negative.
    NoPointersToFollow,
    /// The strides that were written.
    StridesWritten(Permits<Vec<i64>>),
    /// How many strides were written, from the first to the last one of them.
    StrideCount(Permits<i64>),
    /// The bytes that the call is about, as they are afterwards.
    Bytes(Permits<Vec<u8>>),
    /// The number that was computed, of any sign.
    Number(Permits<i64>),
    /// The first of those bytes, as many as are given.
    FirstBytes(Permits<Vec<u8>>),
    /// Those behind so many first ones.
    BytesBehind(usize, Permits<Vec<u8>>),
    /// Whether the call ended the life of the object.
    Freed(Permits<bool>),
}

/// What `view->obj` points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Obj {
    /// NULL.
    Null,
    /// The object that was asked.
    Exporter,
    /// The object that the object asked is a view of.
    Root,
}

impl<T: PartialEq> Permits<T> {
    /// Whether `value` is in the set.
    pub fn allows(&self, value: &T) -> bool {
        match self {
            Permits::Exactly(permitted) => value == permitted,
            Permits::OneOf(permitted) => permitted.contains(value),
        }
    }
}

impl<T> Rule<T> {
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
        self.outcomes.push(Rule { clause, says, beyond_the_text: false });
        self
    }

    /// Adds what holds on success.
    pub(crate) fn on_success(mut self, clause: Clause, says: Fact) -> Self {
        self.success.push(Rule { clause, says, beyond_the_text: false });
        self
    }

    /// Adds what holds on failure.
    pub(crate) fn on_failure(mut self, clause: Clause, says: Fact) -> Self {
        self.failure.push(Rule { clause, says, beyond_the_text: false });
        self
    }

    /// Keeps only the rules whose clauses hold in `edition`, at whatever level: so the editions of
    /// SPEC_NOTES.md decide what is judged.
    pub(crate) fn in_edition(mut self, edition: Edition) -> Self {
        self.outcomes.retain(|rule| rule.clause.holds(edition));
        self.success.retain(|rule| rule.clause.holds(edition));
        self.failure.retain(|rule| rule.clause.holds(edition));
        self
    }

    /// The same answer to a call that the text does not speak of: practice, not promise.
    pub(crate) fn beyond_the_text(mut self) -> Self {
        self.outcomes.iter_mut().for_each(|rule| rule.beyond_the_text = true);
        self.success.iter_mut().for_each(|rule| rule.beyond_the_text = true);
        self.failure.iter_mut().for_each(|rule| rule.beyond_the_text = true);
        self
    }
}
