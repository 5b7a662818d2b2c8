//! # Checking one object
//!
//! Is the buffer of this object right? Nobody has a recipe of the object, so it is described by its own
//! fullest answer, and all its other answers are compared with that one, by the same clauses as any
//! implementation's: what is checked is whether an object contradicts itself and the documentation, not whether
//! what it says of its memory is true.
//!
//! A [`Transcript`] is what it was asked and what it answered, in the words of cases: [`Call`](crate::Call)s and
//! [`Reply`](crate::Reply)s. The object is number 0, and addresses are in block 0, counted from the first that it told.

mod between;
mod consistency;
mod describe;
mod finding;
mod grants;
mod judge;
mod normal;
mod steps;
mod tally;
mod transcript;
mod weigh;

pub use finding::{Checked, finding, request};
pub use judge::check;
pub use tally::tally;
pub use transcript::{About, OldType, Question, Transcript};
