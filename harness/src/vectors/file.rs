//! The file of a section and edition: what is in it, and how it is written.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use pybuf_model::{Clause, Edition, Expected, Level};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::case::{Case, CaseId, Domain};
use crate::certificate::Certificate;
use crate::judge::by_model;
use crate::reply::Reply;
use crate::schema;

/// The format of the files; another one that is not understood by readers of this one has another number.
pub const FORMAT: u32 = 2;

/// What files mean, for those who read them.
pub const README: &str = include_str!("README.md");

/// All cases of a section in an edition of the documentation, with the replies that are permitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Vectors {
    /// The format of the file: 2.
    pub format: u32,
    /// The version of pybuf that has written it.
    pub pybuf: String,
    /// Which section of the documentation the cases are about.
    pub section: String,
    /// By which edition of the documentation replies are judged.
    pub edition: String,
    /// Which cases these are.
    pub certificate: Certificate,
    /// How binding each clause is in the edition that an expectation names. A clause that is not in this list
    /// does not hold in the edition: what it says is practice.
    #[schemars(with = "BTreeMap<String, Level>")]
    pub levels: BTreeMap<Clause, Level>,
    /// What is expected of calls. Cases refer to it by number, from 0.
    pub expectations: Vec<Expectation>,
    /// The cases.
    pub cases: Vec<Vector>,
}

/// What is expected of a call, with an example.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// Which replies are permitted.
    pub expect: Expected,
    /// One that is; what is expected of later calls goes by it.
    pub example: Reply,
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
    /// Goes through all cases of a domain.
    ///
    /// # Errors
    ///
    /// If a case of the domain cannot be right.
    pub fn of(domain: &Domain, edition: Edition) -> Result<Vectors, NoCase> {
        let mut expectations: Vec<Expectation> = Vec::new();
        let mut known: HashMap<(Expected, String), usize> = HashMap::new();
        let mut cases = Vec::new();
        for (id, case) in domain.cases() {
            let mut expected = Vec::new();
            for (expect, example) in by_model(&case, edition) {
                if let Expected::BadCase(problem) = expect {
                    return Err(NoCase { case: id, problem });
                }
                let text = serde_json::to_string(&example).unwrap_or_default();
                let number = *known.entry((expect.clone(), text)).or_insert_with(|| {
                    expectations.push(Expectation { expect, example });
                    expectations.len() - 1
                });
                expected.push(number);
            }
            cases.push(Vector { id: id.to_string(), case, expected });
        }
        Ok(Vectors {
            format: FORMAT,
            pybuf: env!("CARGO_PKG_VERSION").into(),
            section: domain.name.into(),
            edition: edition.to_string(),
            certificate: Certificate::of(domain),
            levels: levels(&expectations, edition),
            expectations,
            cases,
        })
    }

    /// Writes the file: one expectation, reply or case a line.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let Vectors { format, pybuf, section, edition, certificate, levels, expectations, cases } =
            self;
        writeln!(out, "{{")?;
        field(out, "format", format)?;
        field(out, "pybuf", pybuf)?;
        field(out, "section", section)?;
        field(out, "edition", edition)?;
        field(out, "certificate", certificate)?;
        field(out, "levels", levels)?;
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

/// The levels of all clauses that some expectations name.
pub(super) fn levels(expectations: &[Expectation], edition: Edition) -> BTreeMap<Clause, Level> {
    let clauses = expectations.iter().flat_map(|it| it.expect.clauses());
    clauses.filter_map(|clause| Some((clause, clause.level(edition)?))).collect()
}
