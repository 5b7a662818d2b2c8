//! The parent's side: which interpreters there are, and how each is opened in a process of its own.

pub mod discover;
pub mod interpreter;
mod open;
