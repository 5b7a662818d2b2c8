//! A finding made by hand, and what is known to come of it.

use std::process::Output;

use libtest_mimic::Failed;
use pybuf_harness::check::{Question, finding};
use pybuf_harness::finding::Finding;
use pybuf_harness::model::{Clause, Edition, Level};
use pybuf_harness::verdict::{Divergence, Kind};
use pybuf_targets::cpython::Interpreter;

use crate::emit::{Language, Program, program};

/// A finding, true or not.
pub struct Example {
    pub name: &'static str,
    pub expression: &'static str,
    pub setup: String,
    pub modules: &'static [&'static str],
    pub steps: Vec<Question>,
    pub expected: &'static str,
    pub observed: &'static str,
    pub truth: Truth,
    /// Whether a program in C is tried, too.
    pub in_c: bool,
}

/// What comes of its program.
pub enum Truth {
    /// The finding shows.
    Shows,
    /// So does another fact in its place.
    ShowsAs(&'static str),
    /// So does that a memoryview has other contents than the elements, whatever these are.
    OtherContents,
    /// It does not.
    NotSeen,
    /// The process dies.
    Dies,
    /// It cannot be known, for this exception.
    Fails(&'static str),
}

impl Example {
    pub fn finding(&self) -> Finding {
        let kind = if matches!(self.truth, Truth::Dies) { Kind::Crashed } else { Kind::Diverges };
        let divergence = Divergence {
            call: 0,
            kind,
            clause: Clause::find("request.refusal.obj-null"),
            level: Level::Must,
            expected: self.expected.into(),
            observed: self.observed.into(),
        };
        finding(&divergence, (self.expression, Edition::V3_12), self.steps.clone(), None)
    }

    pub fn program(&self, language: Language, python: &Interpreter) -> String {
        let modules: Vec<_> = self.modules.iter().map(|&name| name.to_owned()).collect();
        let about = Program {
            expression: self.expression,
            setup: &self.setup,
            modules: &modules,
            python: &python.version_text,
            edition: python.edition().expect("one of an interpreter that can be tested"),
            link: Some("https://docs.python.org/3/c-api/buffer.html"),
        };
        program(language, &self.finding(), &about)
    }

    /// Whether what came of its program is the truth.
    pub fn judge(&self, output: Output) -> Result<(), Failed> {
        let out = String::from_utf8_lossy(&output.stdout);
        let err = String::from_utf8_lossy(&output.stderr);
        let (seen, expected) = match self.truth {
            Truth::ShowsAs(seen) => (seen, self.expected),
            Truth::OtherContents => ("bytes other than the elements", "bytes of the elements"),
            _ => (self.observed, self.expected),
        };
        let marked = format!("  {seen}      <- expected: {expected}");
        let is_marked = out.lines().any(|line| line == marked);
        let is_right = match self.truth {
            Truth::Shows | Truth::ShowsAs(_) | Truth::OtherContents => {
                output.status.code() == Some(1) && is_marked
            }
            Truth::NotSeen => {
                output.status.code() == Some(0)
                    && !out.contains("<-")
                    && out.lines().last() == Some("not seen here")
            }
            // A shell, which tells of the death of its child, ends with 128 and the number of the signal.
            Truth::Dies => {
                output.status.code().is_none_or(|code| code > 128)
                    && out.lines().last().is_some_and(|line| line.starts_with("PyObject_GetBuffer"))
            }
            Truth::Fails(exception) => output.status.code() == Some(2) && err.contains(exception),
        };
        if is_right {
            return Ok(());
        }
        Err(format!("{}\n{out}{err}", output.status).into())
    }
}
