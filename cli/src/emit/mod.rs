//! Programs that show a finding to somebody who has never heard of us.
//!
//! Each asks the object what a finding asked it, step by step, and tells everything that can be seen, a fact a
//! line, in the words of the report. A finding shows if what was observed is one of the facts of the last step.

mod c;
mod program;
mod python;
mod shown;
mod template;

use clap::ValueEnum;
use pybuf_harness::finding::Finding;

pub use program::Program;
use shown::repeatable;

/// What a program is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// One file for Python 2.7 and from 3.6 on, by ctypes.
    Python,
    /// One file of C99, with the command that compiles it in its first line.
    C,
}

/// A program that ends with status 1 if the finding shows, with 0 if it does not, and with 2 if that is not known. If
/// the finding is a crash, it crashes.
pub fn program(language: Language, finding: &Finding, program: &Program<'_>) -> String {
    let finding = repeatable(finding);
    match language {
        Language::Python => python::program(&finding, program),
        Language::C => c::program(&finding, program),
    }
}
