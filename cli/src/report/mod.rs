//! Reports of runs and of checks, in each of the formats.

mod draft;
pub mod github;
pub mod human;
pub mod junit;
pub mod markdown;
mod markup;
pub mod page;
pub mod reporting;

/// The format of reports in JSON; another one that readers of this one do not understand has another number.
pub const FORMAT: u32 = 1;
