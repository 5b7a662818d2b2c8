//! Reading a baseline: everything that is wrong with it is reported at once, with its line.

use std::fmt::Display;
use std::ops::Range;
use std::str::FromStr;

use pybuf_model::Clause;
use thiserror::Error;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::compare::about;
use super::entry::{Baseline, Entry, Problem};
use crate::verdict::Kind;

const KEYS: [&str; 7] = ["clause", "function", "objects", "verdict", "versions", "reason", "issue"];

const NO_LIST: &str = "known is not a list of tables, each under [[known]]";

/// What keeps a file from being TOML.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}", .0.iter().map(|it| format!("line {}: {it}", it.line)).collect::<Vec<_>>().join("; "))]
pub struct SyntaxErrors(pub Vec<Problem>);

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
                "duplicate key" => {
                    reader.problem(&at, "this key is there already: keep one of the two");
                }
                message => {
                    syntax.push(Problem { line: reader.line(&at), what: message.to_owned() });
                }
            }
        }
        if !syntax.is_empty() {
            syntax.sort_by_key(|problem| problem.line);
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

/// Reads the value of a key; `None` if something is wrong with it.
type Read<'a, T> = fn(&mut Reader<'a>, &str, &Value) -> Option<T>;

impl<'a> Reader<'a> {
    fn line(&self, at: &Range<usize>) -> usize {
        let before = self.text.bytes().take(at.start);
        before.filter(|byte| *byte == b'\n').count() + 1
    }

    fn problem(&mut self, at: &Range<usize>, what: impl Display) {
        self.problems.push(Problem { line: self.line(at), what: what.to_string() });
    }

    fn entries(&mut self, table: &DeTable) -> Vec<Entry> {
        let mut entries = Vec::new();
        for (key, value) in table {
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("known", DeValue::Array(all)) => {
                    entries.extend(all.iter().filter_map(|it| self.entry(it)));
                }
                ("known", _) => self.problem(&value.span(), NO_LIST),
                _ => self.unknown_key(key, "the file has [[known]]"),
            }
        }
        entries
    }

    fn unknown_key(&mut self, key: &Spanned<DeString>, keys: &str) {
        self.problem(&key.span(), format!("there is no key {:?}; {keys}", key.get_ref()));
    }

    /// `None` if it cannot be known what the entry is about.
    fn entry(&mut self, entry: &Value) -> Option<Entry> {
        let at = &entry.span();
        let DeValue::Table(table) = entry.get_ref() else {
            self.problem(at, NO_LIST);
            return None;
        };
        for key in table.keys().filter(|key| !KEYS.contains(&key.get_ref().as_ref())) {
            self.unknown_key(key, &format!("an entry has {}", KEYS.join(", ")));
        }
        let before = self.problems.len();
        let clause = self.optional(table, "clause", Reader::clause);
        let function = self.optional(table, "function", Reader::string);
        let verdict = self.optional(table, "verdict", Reader::parsed);
        let versions = self.optional(table, "versions", Reader::parsed);
        let objects = self.needed(table, at, "objects", Reader::objects).unwrap_or_default();
        let makes_sense = self.problems.len() == before;
        let reason = self.needed(table, at, "reason", Reader::string).unwrap_or_default();
        let issue = self.optional(table, "issue", Reader::string);
        let verdict = verdict.unwrap_or(Kind::Diverges);
        let line = self.line(at);
        let found = Entry { line, clause, function, objects, verdict, versions, reason, issue };
        match (table.contains_key("clause"), table.get("function")) {
            (false, _) if verdict == Kind::Diverges => self.missing(at, "clause"),
            (false, None) => self.missing(at, "function"),
            (true, Some(function)) => {
                let what = "a function is for what breaks no clause: remove it";
                self.problem(&function.span(), what);
            }
            _ if makes_sense => return Some(found),
            _ => {}
        }
        None
    }

    fn missing(&mut self, at: &Range<usize>, key: &str) {
        self.problem(at, format!("the entry has no {key}: add it"));
    }

    fn needed<T>(
        &mut self,
        table: &DeTable,
        at: &Range<usize>,
        key: &'static str,
        read: Read<'a, T>,
    ) -> Option<T> {
        if !table.contains_key(key) {
            self.missing(at, key);
        }
        self.optional(table, key, read)
    }

    fn optional<T>(&mut self, table: &DeTable, key: &str, read: Read<'a, T>) -> Option<T> {
        table.get(key).and_then(|value| read(self, key, value))
    }

    fn string(&mut self, key: &str, value: &Value) -> Option<String> {
        match value.get_ref() {
            DeValue::String(text) if text.trim().is_empty() => {
                self.problem(&value.span(), format!("{key} is empty: fill it in"));
                None
            }
            DeValue::String(text) => Some(text.to_string()),
            _ => {
                self.problem(&value.span(), format!("{key} is not a string"));
                None
            }
        }
    }

    fn parsed<T: FromStr<Err: Display>>(&mut self, key: &str, value: &Value) -> Option<T> {
        let parsed = self.string(key, value)?.parse::<T>();
        parsed.map_err(|error| self.problem(&value.span(), error)).ok()
    }

    fn clause(&mut self, key: &str, value: &Value) -> Option<Clause> {
        let id = self.string(key, value)?;
        let clause = Clause::find(&id);
        if clause.is_none() {
            let remedy = "correct the id, or remove the entry if the clause is gone";
            self.problem(&value.span(), format!("there is no clause {id:?}: {remedy}"));
        }
        clause
    }

    fn objects(&mut self, key: &str, value: &Value) -> Option<Vec<String>> {
        let DeValue::Array(objects) = value.get_ref() else {
            self.problem(&value.span(), format!("{key} is not a list of strings"));
            return None;
        };
        if objects.is_empty() {
            self.problem(&value.span(), format!("{key} is empty: fill it in"));
        }
        objects.iter().map(|object| self.string(key, object)).collect()
    }

    /// The same divergence in two entries, or twice in one, of versions that overlap.
    fn look_for_duplicates(&mut self, entries: &[Entry]) {
        let all = entries
            .iter()
            .flat_map(|entry| entry.objects.iter().map(move |objects| (entry, objects.as_str())));
        let all: Vec<(&Entry, &str)> = all.collect();
        for (index, (entry, objects)) in all.iter().enumerate() {
            let same = |(it, others): &&(&Entry, &str)| objects == others && entry.overlaps(it);
            if let Some((earlier, _)) = all[..index].iter().find(same) {
                let (about, line) = (about(entry, &[*objects]), earlier.line);
                let what =
                    format!("{about} is in the entry of line {line} already: keep one of the two");
                self.problems.push(Problem { line: entry.line, what });
            }
        }
    }
}
