//! What can be said of the words of the protocols without a model of them.

mod editions;
mod fields;
mod flags;
mod limits;
