//! # Levels
//!
//! How much it matters whether a clause is kept.

use std::fmt;
use std::str::FromStr;

/// How binding a clause is. Weaker levels come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// A sentence that was wrong when it was written. Never judged by.
    Erratum,
    /// A freedom: the text leaves open what happens.
    May,
    /// What CPython has always done where the text is silent.
    Observed,
    /// Recommended by the text.
    Should,
    /// Required by the text.
    Must,
}

impl Level {
    /// All of them, the most binding first.
    pub const ALL: [Level; 5] =
        [Level::Must, Level::Should, Level::Observed, Level::May, Level::Erratum];

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Level::Must => "must",
            Level::Should => "should",
            Level::May => "may",
            Level::Observed => "observed",
            Level::Erratum => "erratum",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Text that names no level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownLevel(String);

impl fmt::Display for UnknownLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = Level::ALL.map(Level::name);
        write!(f, "there is no level {:?}; the levels are {}", self.0, names.join(", "))
    }
}

impl std::error::Error for UnknownLevel {}

impl FromStr for Level {
    type Err = UnknownLevel;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Level::ALL.into_iter().find(|level| level.name() == name);
        found.ok_or_else(|| UnknownLevel(name.to_owned()))
    }
}
