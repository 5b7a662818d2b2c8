//! Versions of targets.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use thiserror::Error;

/// The first two numbers of a version: `3.12`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    major: u32,
    minor: u32,
}

impl Version {
    /// The version of a target, by its name.
    ///
    /// ```
    /// use pybuf_harness::baseline::Version;
    /// assert_eq!(Version::of_target("CPython 3.12.1"), "3.12".parse().ok());
    /// assert_eq!(Version::of_target("mine"), None);
    /// ```
    pub fn of_target(name: &str) -> Option<Version> {
        name.split_whitespace().find_map(|word| {
            let mut parts = word.split('.');
            let (major, minor) = (parts.next()?, parts.next()?);
            // `3.14rc1` is of 3.14.
            let minor = minor.split(|c: char| !c.is_ascii_digit()).next()?;
            format!("{major}.{minor}").parse().ok()
        })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl FromStr for Version {
    type Err = NoVersions;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let (major, minor) = text.split_once('.')?;
            Some(Version { major: major.parse().ok()?, minor: minor.parse().ok()? })
        };
        // There is one way to write it: no plus signs, no leading zeros.
        let version = parse().filter(|version| version.to_string() == text);
        version.ok_or_else(|| NoVersions(text.to_owned()))
    }
}

/// The first and the last of some versions: `3.6..3.13`, or `2.7` alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versions(RangeInclusive<Version>);

impl Versions {
    /// The first.
    pub fn first(&self) -> Version {
        *self.0.start()
    }

    /// The last.
    pub fn last(&self) -> Version {
        *self.0.end()
    }

    /// Whether it is one of them.
    pub fn contains(&self, version: Version) -> bool {
        self.0.contains(&version)
    }

    /// Whether one is of both.
    pub fn overlaps(&self, other: &Versions) -> bool {
        self.first() <= other.last() && other.first() <= self.last()
    }
}

impl FromStr for Versions {
    type Err = NoVersions;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (first, last) = text.split_once("..").unwrap_or((text, text));
        match (first.parse(), last.parse()) {
            (Ok(first), Ok(last)) if first <= last => Ok(Versions(first..=last)),
            _ => Err(NoVersions(text.to_owned())),
        }
    }
}

/// Text that is no versions.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "{0:?} are no versions: write the first and the last as in \"3.6..3.13\", or one as in \"2.7\""
)]
pub struct NoVersions(String);
