//! # Running
//!
//! Cases in great number: runs, shards of them, campaigns of random ones, and what is counted.

mod budget;
pub mod campaign;
pub mod certificate;
pub mod merge;
pub mod run;
pub mod shard;
pub mod statistics;
pub mod tally;
