//! # Shards
//!
//! A part of a run that is as large as any other, so that several machines can share one.

use std::fmt;
use std::str::FromStr;

use serde_with::{DeserializeFromStr, SerializeDisplay};
use thiserror::Error;

use crate::case::{Case, CaseId, Domain};
use crate::regression::BadRegressions;

/// Cases of a domain, to be run in this order.
pub type Cases = Box<dyn Iterator<Item = (CaseId, Case)>>;

/// Of each domain every n-th case: `2/3` has the second, the fifth, the eighth ...
///
/// ```
/// use pybuf_harness::Shard;
/// let shard: Shard = "2/3".parse()?;
/// assert!(!shard.is_whole() && Shard::WHOLE.is_whole());
/// assert!("0/3".parse::<Shard>().is_err() && "4/3".parse::<Shard>().is_err());
/// # Ok::<(), pybuf_harness::shard::NoShard>(())
/// ```
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, SerializeDisplay, DeserializeFromStr,
)]
pub struct Shard {
    /// Which it is, from 1.
    pub(crate) number: usize,
    /// Of how many.
    pub(crate) of: usize,
}

impl Shard {
    /// All cases.
    pub const WHOLE: Shard = Shard { number: 1, of: 1 };

    /// Whether it has all cases.
    pub fn is_whole(self) -> bool {
        self == Shard::WHOLE
    }

    /// Its cases of a domain: of those that are kept, and then of those that are enumerated, in the
    /// order of their ids.
    ///
    /// # Errors
    ///
    /// If what is kept is no list of regressions.
    pub fn cases(self, domain: &Domain) -> Result<Cases, BadRegressions> {
        let all = domain.kept()?.into_iter().chain(domain.cases());
        Ok(Box::new(all.skip(self.number - 1).step_by(self.of)))
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

/// Text that is no shard.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0:?} is no shard; the three shards of a run are 1/3, 2/3 and 3/3")]
pub struct NoShard(String);

impl FromStr for Shard {
    type Err = NoShard;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let (number, of) = text.split_once('/')?;
            Some(Shard { number: number.parse().ok()?, of: of.parse().ok()? })
        };
        // There is one way to write it: no plus signs, no leading zeros.
        let is_one = |it: &Shard| (1..=it.of).contains(&it.number) && it.to_string() == text;
        parse().filter(is_one).ok_or_else(|| NoShard(text.to_owned()))
    }
}
