//! Reading a baseline: everything that is wrong with it is reported at once, with its line.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use pybuf_model::Clause;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::compare::about;
use super::entry::{Baseline, Entry, Problem, What};
use super::versions::Versions;
use crate::verdict::Kind;

const KEYS: [&str; 7] = ["clause", "function", "objects", "verdict", "versions", "reason", "issue"];

/// What keeps a file from being TOML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxErrors(pub Vec<SyntaxError>);

/// A place where a file is not TOML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for SyntaxErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let errors = self.0.iter().map(|error| format!("line {}: {}", error.line, error.message));
        f.write_str(&errors.collect::<Vec<_>>().join("; "))
    }
}

impl std::error::Error for SyntaxErrors {}

impl Baseline {
    /// Reads the text of a file. What is wrong with entries is in [`Baseline::problems`].
    ///
    /// # Errors
    ///
    /// If it is not TOML.
    pub fn read(text: &str) -> Result<Baseline, SyntaxErrors> {
        let mut reader = Reader { text, problems: Vec::new() };
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut syntax = Vec::new();
        for error in errors {
            let at = error.span().unwrap_or_default();
            match error.message() {
                "duplicate key" => reader.problem(&at, What::DuplicateKey),
                message => {
                    syntax
                        .push(SyntaxError { line: reader.line(&at), message: message.to_owned() });
                }
            }
        }
        if !syntax.is_empty() {
            syntax.sort_by_key(|error| error.line);
            return Err(SyntaxErrors(syntax));
        }
        let entries = reader.entries(table.get_ref());
        reader.look_for_duplicates(&entries);
        let mut problems = reader.problems;
        problems.sort_by_key(|problem| problem.line);
        Ok(Baseline { entries, problems })
    }
}

struct Reader<'a> {
    text: &'a str,
    problems: Vec<Problem>,
}

type Value<'a> = Spanned<DeValue<'a>>;

impl Reader<'_> {
    fn line(&self, at: &Range<usize>) -> usize {
        let before = self.text.bytes().take(at.start);
        before.filter(|byte| *byte == b'\n').count() + 1
    }

    fn problem(&mut self, at: &Range<usize>, what: What) {
        self.problems.push(Problem { line: self.line(at), what });
    }

    fn entries(&mut self, table: &DeTable) -> Vec<Entry> {
        let mut entries = Vec::new();
        for (key, value) in table {
            if key.get_ref() != "known" {
                let (key, at) = (key.get_ref().to_string(), key.span());
                let (place, keys) = ("the file", "[[known]]".into());
                self.problem(&at, What::UnknownKey { key, place, keys });
                continue;
            }
            match value.get_ref() {
                DeValue::Array(all) => entries.extend(all.iter().filter_map(|it| self.entry(it))),
                _ => self.problem(&value.span(), list_of_tables()),
            }
        }
        entries
    }

    /// `None` if it cannot be told what the entry is about.
    fn entry(&mut self, entry: &Value) -> Option<Entry> {
        let at = entry.span();
        let DeValue::Table(table) = entry.get_ref() else {
            self.problem(&at, list_of_tables());
            return None;
        };
        for key in table.keys().filter(|key| !KEYS.contains(&key.get_ref().as_ref())) {
            let (key, at) = (key.get_ref().to_string(), key.span());
            let (place, keys) = ("an entry", KEYS.join(", "));
            self.problem(&at, What::UnknownKey { key, place, keys });
        }
        let told = self.problems.len();
        let clause = table.get("clause").and_then(|value| self.clause(value));
        let function = table.get("function").and_then(|value| self.string("function", value));
        let verdict = table.get("verdict").and_then(|value| self.parsed::<Kind>("verdict", value));
        let versions =
            table.get("versions").and_then(|value| self.parsed::<Versions>("versions", value));
        let objects = self.needed(table, &at, "objects", Reader::objects);
        let senseless = self.problems.len() > told;
        let reason = self.needed(table, &at, "reason", Reader::string);
        let issue = table.get("issue").and_then(|value| self.string("issue", value));
        let verdict = verdict.unwrap_or(Kind::Diverges);
        if verdict == Kind::Diverges && !table.contains_key("clause") {
            self.problem(&at, What::Missing("clause"));
            return None;
        }
        match (table.contains_key("clause"), table.get("function")) {
            (false, None) => {
                self.problem(&at, What::Missing("function"));
                return None;
            }
            (true, Some(function)) => {
                self.problem(&function.span(), What::FunctionAndClause);
                return None;
            }
            _ => {}
        }
        if senseless {
            return None;
        }
        let (objects, reason) = (objects.unwrap_or_default(), reason.unwrap_or_default());
        let line = self.line(&at);
        Some(Entry { line, clause, function, objects, verdict, versions, reason, issue })
    }

    fn needed<T>(
        &mut self,
        table: &DeTable,
        at: &Range<usize>,
        key: &'static str,
        read: fn(&mut Self, &'static str, &Value) -> Option<T>,
    ) -> Option<T> {
        match table.get(key) {
            Some(value) => read(self, key, value),
            None => {
                self.problem(at, What::Missing(key));
                None
            }
        }
    }

    fn string(&mut self, key: &'static str, value: &Value) -> Option<String> {
        match value.get_ref() {
            DeValue::String(text) if text.trim().is_empty() => {
                self.problem(&value.span(), What::Empty(key));
                None
            }
            DeValue::String(text) => Some(text.to_string()),
            _ => {
                self.problem(&value.span(), What::Type { key, expected: "a string" });
                None
            }
        }
    }

    fn parsed<T>(&mut self, key: &'static str, value: &Value) -> Option<T>
    where
        T: FromStr,
        What: From<T::Err>,
    {
        let parsed = self.string(key, value)?.parse();
        parsed.map_err(|error: T::Err| self.problem(&value.span(), error.into())).ok()
    }

    fn clause(&mut self, value: &Value) -> Option<Clause> {
        let id = self.string("clause", value)?;
        let clause = Clause::find(&id);
        if clause.is_none() {
            self.problem(&value.span(), What::UnknownClause(id));
        }
        clause
    }

    fn objects(&mut self, key: &'static str, value: &Value) -> Option<Vec<String>> {
        let DeValue::Array(objects) = value.get_ref() else {
            self.problem(&value.span(), What::Type { key, expected: "a list of strings" });
            return None;
        };
        if objects.is_empty() {
            self.problem(&value.span(), What::Empty(key));
        }
        objects.iter().map(|object| self.string(key, object)).collect()
    }

    /// The same divergence in two entries, or twice in one, of versions that overlap.
    fn look_for_duplicates(&mut self, entries: &[Entry]) {
        let overlap = |one: &Entry, other: &Entry| match (&one.versions, &other.versions) {
            (Some(one), Some(other)) => one.overlaps(other),
            _ => true,
        };
        let each = |entry| -> Vec<(&Entry, &String)> {
            let entry: &Entry = entry;
            entry.objects.iter().map(|objects| (entry, objects)).collect()
        };
        let all: Vec<_> = entries.iter().flat_map(each).collect();
        for (index, (entry, objects)) in all.iter().enumerate() {
            let earlier = all[..index].iter().find(|(other, others)| {
                let what = |it: &Entry| (it.clause, it.function.clone(), it.verdict);
                (what(other), others) == (what(entry), objects) && overlap(other, entry)
            });
            if let Some((earlier, _)) = earlier {
                let what =
                    What::Twice { about: about(entry, &[objects.as_str()]), line: earlier.line };
                self.problems.push(Problem { line: entry.line, what });
            }
        }
    }
}

fn list_of_tables() -> What {
    What::Type { key: "known", expected: "a list of tables, each under [[known]]" }
}
