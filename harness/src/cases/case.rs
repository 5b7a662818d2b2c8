//! # Cases and domains
//!
//! A case is a list of calls. A domain is a function that makes cases out of choices; enumerated
//! exhaustively it is finite, and each of its cases has an id, which is the list of choices. Cases that
//! are [drawn](crate::random) go beyond what is enumerated, and cases that were worth keeping are
//! its [regressions](crate::regression).

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::call::{self, About, Call, Section};
use crate::chooser::{Choice, Chooser, Exhaustive, Replay};
use crate::object::Object;

/// A list of calls, made one after the other on fresh objects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Case {
    /// The calls.
    pub calls: Vec<Call>,
}

impl Case {
    /// How the object was made that a call of the case is about, if it is about one.
    pub fn object_of(&self, call: usize) -> Option<&Object> {
        match self.calls.get(call)? {
            Call::Make { object } => Some(object),
            call => self.recipe(self.object_about(call.about())?),
        }
    }

    /// What a call of the case is about: a kind of object, or the function by which the case has made it;
    /// where it is about no object, the function that is called.
    pub fn subject(&self, call: usize) -> &'static str {
        let Some(call) = self.calls.get(call) else { return "nothing" };
        let maker = self.object_about(call.about()).and_then(|object| self.maker(object));
        match maker.unwrap_or(call) {
            Call::Make { object } => object.kind().name(),
            maker => maker.feature(),
        }
    }

    /// The call that makes the object of that number.
    pub fn maker(&self, object: usize) -> Option<&Call> {
        self.calls.iter().filter(|call| call.makes_object()).nth(object)
    }

    /// The number of the object that something is about.
    pub fn object_about(&self, about: About) -> Option<usize> {
        match about {
            About::Object(object) => Some(object),
            About::View(view) => {
                let filler = self.calls.iter().filter(|call| call.fills_view()).nth(view)?;
                self.object_about(filler.about())
            }
            About::Nothing => None,
        }
    }

    /// The recipe of an object, or of the object that it was made of.
    fn recipe(&self, object: usize) -> Option<&Object> {
        match self.maker(object)? {
            Call::Make { object } => Some(object),
            call => match call.about() {
                // Made of one that was there before.
                About::Object(base) if base < object => self.recipe(base),
                _ => None,
            },
        }
    }
}

/// A set of cases about one section of the documentation.
#[derive(Clone, Copy)]
pub struct Domain {
    /// The name, which is the family of the clauses it is about.
    pub name: &'static str,
    /// What is enumerated, in words, for the certificate.
    pub bound: &'static str,
    /// Makes the case of some choices.
    pub build: fn(&mut dyn Chooser) -> Case,
    /// Cases that are run first: [`Regression`](crate::regression::Regression)s in JSON, one a line.
    pub regressions: &'static str,
}

impl Domain {
    /// The documented functions that it is about, by the names of [`Call::feature`]: those of the section
    /// of its name. Its cases may make calls of others on the way.
    pub fn functions(&self) -> impl Iterator<Item = &'static str> + use<> {
        Section::named(self.name).into_iter().flat_map(call::functions)
    }

    /// Whether it is about the function that is called.
    pub fn is_about(&self, call: &Call) -> bool {
        call.section().name() == self.name
    }

    /// The names of all of `domains` but this one.
    pub fn others<'a>(&self, domains: &'a [Domain]) -> BTreeSet<&'a str> {
        domains.iter().map(|domain| domain.name).filter(|name| *name != self.name).collect()
    }

    /// All cases that are enumerated, in the order of their ids.
    pub fn cases(&self) -> impl Iterator<Item = (CaseId, Case)> + use<> {
        let Domain { name, build, .. } = *self;
        let mut walk = Exhaustive::default();
        std::iter::from_fn(move || {
            walk.begin().then(|| {
                let case = build(&mut walk);
                (CaseId::of(name, walk.choices()), case)
            })
        })
    }

    /// The case of some choices, enumerated or drawn; `None` if they are not choices of this domain.
    pub fn replay(&self, choices: &[Choice]) -> Option<Case> {
        let mut replay = Replay::new(choices);
        let case = (self.build)(&mut replay);
        replay.fitted().then_some(case)
    }

    /// The case of an id; `None` if the domain has none of it.
    pub fn case(&self, id: &CaseId) -> Option<Case> {
        match &id.which {
            _ if id.domain != self.name => None,
            Which::Choices(choices) => self.replay(choices),
            Which::Regression(number) => {
                let regression = self.regressions().ok()?.into_iter().nth(number.checked_sub(1)?);
                Some(Case { calls: regression?.calls })
            }
        }
    }
}

/// The id of a case: its domain and the choices, `request/0.bytes.1.2`; or its domain and its number among
/// the regressions, `request/r1`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseId {
    /// The name of the domain.
    pub domain: String,
    /// Which of its cases.
    pub which: Which,
}

/// Which case of a domain.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Which {
    /// The case of these choices.
    Choices(Vec<Choice>),
    /// The regression of that number, from 1 on.
    Regression(usize),
}

impl CaseId {
    /// The id of the case of some choices.
    pub fn of(domain: &str, choices: Vec<Choice>) -> CaseId {
        CaseId { domain: domain.to_owned(), which: Which::Choices(choices) }
    }

    /// Whether it is that of a regression.
    pub fn is_kept(&self) -> bool {
        matches!(self.which, Which::Regression(_))
    }

    /// What was chosen; nothing for a regression.
    pub fn choices(&self) -> &[Choice] {
        match &self.which {
            Which::Choices(choices) => choices,
            Which::Regression(_) => &[],
        }
    }
}

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.which {
            Which::Regression(number) => write!(f, "{}/r{number}", self.domain),
            Which::Choices(choices) => {
                let choices: Vec<_> = choices.iter().map(ToString::to_string).collect();
                write!(f, "{}/{}", self.domain, choices.join("."))
            }
        }
    }
}

/// Text that is no case id.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "{0:?} is no case id; one looks like request/0.bytes.1.2, and `pybuf list SUITE` shows them"
)]
pub struct NoCaseId(String);

impl FromStr for CaseId {
    type Err = NoCaseId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let (domain, which) = text.split_once('/')?;
            let kept = which.strip_prefix('r').and_then(|number| number.parse().ok());
            let choices = || which.split('.').map(Choice::named).collect::<Option<_>>();
            let which = match kept {
                Some(number) => Which::Regression(number),
                None => Which::Choices(choices()?),
            };
            Some(CaseId { domain: domain.to_owned(), which })
        };
        // There is one way to write an id: no plus signs, no leading zeros.
        let id = parse().filter(|id| id.to_string() == text);
        id.ok_or_else(|| NoCaseId(text.to_owned()))
    }
}
