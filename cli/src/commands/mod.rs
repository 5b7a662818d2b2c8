//! The commands, but for `pybuf check`.

pub mod editions;
pub mod explain;
pub mod list;
pub mod merge;
mod random;
pub mod replay;
pub mod run;
pub mod schema;
pub mod smoke;
pub mod targets;
pub mod vectors;
