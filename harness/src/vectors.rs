//! # Vectors
//!
//! All cases of a domain in an edition, with the replies that are permitted, as a file: for
//! implementers who do without us. What a file means to them is told by [`README`]; its form by
//! [`schema()`].
//!
//! What is expected of a call may depend on replies to the calls before it. In a file it is what is
//! expected given the example replies, which are those of an implementation that [carries the case
//! on](carry_on); [`parts`] says which other replies it holds for as well.

mod expectation;
mod rerun;
mod statement;
mod value;

use std::collections::HashMap;
use std::io::{self, Write};

use pybuf_model::Edition;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::case::{Case, CaseId, Domain};
use crate::certificate::Certificate;
use crate::implementation::Implementation;
use crate::judge::{carry_on, expectations, judge};
use crate::reply::Reply;
use crate::schema;
use crate::world::Expected;

pub use expectation::{Answer, Expect, Expectation, Level, Outcome, Rule};
pub use rerun::{ByFile, Disagreement, parts};
pub use statement::{Owner, Permitted, Statement};

/// The format of the files; another one that is not understood by readers of this one has another number.
pub const FORMAT: u32 = 1;

/// What files mean, for those who read them.
pub const README: &str = include_str!("vectors/README.md");

/// All cases of a section in an edition of the documentation, with the replies that are permitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Vectors {
    /// The format of the file: 1.
    pub format: u32,
    /// The version of pybuf that has written it.
    pub pybuf: String,
    /// Which section of the documentation the cases are about.
    pub section: String,
    /// By which edition of the documentation replies are judged.
    pub edition: String,
    /// Which cases these are.
    pub certificate: Certificate,
    /// What is expected of calls. Cases refer to it by number, from 0.
    pub expectations: Vec<Expectation>,
    /// The cases.
    pub cases: Vec<Vector>,
}

/// A case, with the replies that are permitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Vector {
    /// The id of the case, which `pybuf replay` takes.
    pub id: String,
    /// The calls, made one after the other on fresh objects.
    #[serde(rename = "calls")]
    pub case: Case,
    /// For each call, what is expected of it: a number in `expectations`.
    pub expected: Vec<usize>,
}

/// A case of which the model knows nothing to expect.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{case} is no case: {problem}")]
pub struct NoCase {
    case: CaseId,
    problem: String,
}

impl Vectors {
    /// Walks through a domain; `implementation` does no more than [carry each case on](carry_on).
    ///
    /// # Errors
    ///
    /// If a case of the domain cannot be right.
    pub fn of(
        domain: &Domain,
        edition: Edition,
        implementation: &mut dyn Implementation,
    ) -> Result<Vectors, NoCase> {
        let mut table = Table::default();
        let mut cases = Vec::new();
        for (id, case) in domain.cases() {
            let replies = carry_on(&case, implementation);
            let against = judge(&case, &replies, edition, &implementation.capabilities());
            let is_against = |call| against.divergences.iter().any(|it| it.call == call);
            let examples = replies.iter().enumerate();
            let examples = examples.map(|(call, reply)| Some(reply).filter(|_| !is_against(call)));
            let each = expectations(&case, &replies, edition).into_iter().zip(examples);
            let numbers = each.map(|(expected, example)| table.number(expected, example, edition));
            let expected = numbers.collect::<Result<_, _>>();
            let expected = expected.map_err(|problem| NoCase { case: id.clone(), problem })?;
            cases.push(Vector { id: id.to_string(), case, expected });
        }
        Ok(Vectors {
            format: FORMAT,
            pybuf: env!("CARGO_PKG_VERSION").into(),
            section: domain.name.into(),
            edition: edition.to_string(),
            certificate: Certificate::of(domain),
            expectations: table.entries,
            cases,
        })
    }

    /// Writes the file: one expectation, reply or case a line.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let Vectors { format, pybuf, section, edition, certificate, expectations, cases } = self;
        writeln!(out, "{{")?;
        field(out, "format", format)?;
        field(out, "pybuf", pybuf)?;
        field(out, "section", section)?;
        field(out, "edition", edition)?;
        field(out, "certificate", certificate)?;
        list(out, "expectations", expectations)?;
        writeln!(out, ",")?;
        list(out, "cases", cases)?;
        writeln!(out, "\n}}")
    }
}

/// The JSON Schema of a file.
pub fn schema() -> String {
    format!("{:#}\n", schema::of::<Vectors>())
}

fn field(out: &mut impl Write, name: &str, value: &impl Serialize) -> io::Result<()> {
    write!(out, "\"{name}\": ")?;
    serde_json::to_writer(&mut *out, value)?;
    writeln!(out, ",")
}

fn list(out: &mut impl Write, name: &str, entries: &[impl Serialize]) -> io::Result<()> {
    write!(out, "\"{name}\": [")?;
    for (index, entry) in entries.iter().enumerate() {
        writeln!(out, "{}", if index > 0 { "," } else { "" })?;
        serde_json::to_writer(&mut *out, entry)?;
    }
    write!(out, "\n]")
}

/// Expectations, each once, in the order of their first occurrence.
#[derive(Default)]
struct Table {
    known: HashMap<(Expected, Option<String>), usize>,
    entries: Vec<Expectation>,
}

impl Table {
    /// The number of an expectation with its example.
    fn number(
        &mut self,
        expected: Expected,
        example: Option<&Reply>,
        edition: Edition,
    ) -> Result<usize, String> {
        let text = example.map(|reply| serde_json::to_string(reply).unwrap_or_default());
        let key = (expected, text);
        if let Some(number) = self.known.get(&key) {
            return Ok(*number);
        }
        let expect = Expect::written(&key.0, edition)?;
        self.entries.push(Expectation { expect, example: example.cloned() });
        let number = self.entries.len() - 1;
        self.known.insert(key, number);
        Ok(number)
    }
}
