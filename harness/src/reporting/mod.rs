//! # Reporting
//!
//! What came of a run or of a check, for people and for programs.

pub mod baseline;
pub mod finding;
pub mod message;
pub mod report;
pub mod severity;
pub mod words;
