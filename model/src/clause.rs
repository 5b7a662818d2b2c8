//! # Clauses
//!
//! Every rule of the model names the clause that makes it. What a clause says, at which level and in
//! which editions, stands once: in `SPEC_NOTES.md`, which is parsed here.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::sync::LazyLock;

use crate::edition::Edition;
use crate::level::Level;

/// The text of `SPEC_NOTES.md`.
pub const SPEC_NOTES: &str = include_str!("../../SPEC_NOTES.md");

/// A clause, by its note. Two clauses are the same if their ids are.
#[derive(Clone, Copy)]
pub struct Clause(&'static Note);

/// The clause of that id, looked up once for each place that names it. A test holds the ids that
/// stand in this crate against those of `SPEC_NOTES.md`.
macro_rules! clause {
    ($id:literal) => {{
        static CLAUSE: std::sync::LazyLock<$crate::clause::Clause> =
            std::sync::LazyLock::new(|| $crate::clause::Clause::of_the_model($id));
        *CLAUSE
    }};
}
pub(crate) use clause;

impl Clause {
    /// For `clause!`: the clause that the model speaks of; a clause without a note is a bug in it.
    pub(crate) fn of_the_model(id: &str) -> Clause {
        match Clause::find(id) {
            Some(clause) => clause,
            None => panic!("SPEC_NOTES.md has no clause {id}"),
        }
    }

    /// The clause of that id.
    pub fn find(id: &str) -> Option<Clause> {
        notes().get(id).map(Clause)
    }

    /// The id, such as `request.format.null-unless-asked`.
    pub fn id(self) -> &'static str {
        &self.0.id
    }

    /// The first word of the id: which section of the documentation it is about.
    pub fn family(self) -> &'static str {
        self.id().split('.').next().unwrap_or(self.id())
    }

    /// What `SPEC_NOTES.md` says of it.
    pub fn note(self) -> &'static Note {
        self.0
    }

    /// The level it has in an edition; `None` if it does not hold there.
    pub fn level(self, edition: Edition) -> Option<Level> {
        self.0.level(edition)
    }

    /// Whether it holds in an edition, at whatever level.
    pub fn holds(self, edition: Edition) -> bool {
        self.level(edition).is_some()
    }
}

impl PartialEq for Clause {
    fn eq(&self, other: &Self) -> bool {
        self.id() == other.id()
    }
}

impl Eq for Clause {}

impl Hash for Clause {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id().hash(state);
    }
}

impl PartialOrd for Clause {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Clause {
    fn cmp(&self, other: &Self) -> Ordering {
        self.id().cmp(other.id())
    }
}

/// Text that is the id of no clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownClause(String);

impl fmt::Display for UnknownClause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no clause {:?}; SPEC_NOTES.md has them all", self.0)
    }
}

impl std::error::Error for UnknownClause {}

impl FromStr for Clause {
    type Err = UnknownClause;

    fn from_str(id: &str) -> Result<Self, Self::Err> {
        Clause::find(id).ok_or_else(|| UnknownClause(id.to_owned()))
    }
}

impl fmt::Debug for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

/// What `SPEC_NOTES.md` says of a clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The id.
    pub id: String,
    /// The line of its heading, from 1.
    pub line: usize,
    /// At which level it holds in which editions (first and last).
    pub levels: Vec<(Level, Edition, Edition)>,
    /// The documents and sections it comes from.
    pub source: String,
    /// What is said of an implementation that breaks it; empty for a freedom, which nothing breaks.
    pub broken: String,
    /// Why no case shows one of its two sides: that it applies, or that it does not. Empty if cases do.
    pub unwitnessed: String,
    /// Our reading of it.
    pub reading: String,
}

impl Note {
    /// The level in an edition; `None` if the clause does not hold there.
    pub fn level(&self, edition: Edition) -> Option<Level> {
        let holds =
            |(_, first, last): &&(Level, Edition, Edition)| (*first..=*last).contains(&edition);
        self.levels.iter().find(holds).map(|(level, ..)| *level)
    }
}

/// The notes of all clauses by id.
///
/// # Panics
///
/// If `SPEC_NOTES.md`, which is compiled in, is malformed; a test excludes it.
pub fn notes() -> &'static BTreeMap<String, Note> {
    static NOTES: LazyLock<BTreeMap<String, Note>> = LazyLock::new(|| match parse(SPEC_NOTES) {
        Ok(notes) => notes.into_iter().map(|note| (note.id.clone(), note)).collect(),
        Err(error) => panic!("SPEC_NOTES.md: {error}"),
    });
    &NOTES
}

/// Why notes cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotesError {
    /// From 1.
    pub line: usize,
    /// What is wrong there.
    pub problem: String,
}

impl fmt::Display for NotesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.problem)
    }
}

impl std::error::Error for NotesError {}

/// Reads notes. A clause is a heading of the third level that is the id in back quotes, then a list
/// of `- key: value` (a level with its editions, `source`, `broken`, `unwitnessed`), then prose up to the next
/// heading. Everything else is prose between clauses.
///
/// # Errors
///
/// An unknown key, a level without editions or with overlapping ones, an id given twice, or a clause
/// that lacks its source or its reading.
pub fn parse(text: &str) -> Result<Vec<Note>, NotesError> {
    let mut notes: Vec<Note> = Vec::new();
    let mut inside = false;
    for (number, line) in text.lines().enumerate().map(|(i, line)| (i + 1, line)) {
        let fail = |problem: String| NotesError { line: number, problem };
        if let Some(id) = line.strip_prefix("### `").and_then(|rest| rest.strip_suffix('`')) {
            if notes.iter().any(|note| note.id == id) {
                return Err(fail(format!("{id} is there already")));
            }
            notes.push(Note::begin(id, number));
            inside = true;
        } else if line.starts_with('#') {
            inside = false;
        } else if let (true, Some(note)) = (inside, notes.last_mut()) {
            note.take(line).map_err(fail)?;
        }
    }
    for note in &notes {
        note.complete().map_err(|problem| NotesError { line: note.line, problem })?;
    }
    Ok(notes)
}

impl Note {
    fn begin(id: &str, line: usize) -> Note {
        Note {
            id: id.to_owned(),
            line,
            levels: Vec::new(),
            source: String::new(),
            broken: String::new(),
            unwitnessed: String::new(),
            reading: String::new(),
        }
    }

    fn take(&mut self, line: &str) -> Result<(), String> {
        let item = line.strip_prefix("- ").filter(|_| self.reading.is_empty());
        let Some((key, value)) = item.and_then(|item| item.split_once(": ")) else {
            if !(self.reading.is_empty() && line.is_empty()) {
                self.reading.push_str(line);
                self.reading.push('\n');
            }
            return Ok(());
        };
        match key {
            "source" => self.source = value.to_owned(),
            "broken" => self.broken = value.to_owned(),
            "unwitnessed" => self.unwitnessed = value.to_owned(),
            _ => {
                let level: Level = key.parse().map_err(|_| format!("unknown key {key:?}"))?;
                for range in value.split(", ") {
                    self.hold(level, range)?;
                }
            }
        }
        Ok(())
    }

    /// Takes one range of editions: `3.3..3.13`, or a single `2.7`.
    fn hold(&mut self, level: Level, range: &str) -> Result<(), String> {
        let (first, last) = range.split_once("..").unwrap_or((range, range));
        let edition = |name: &str| name.parse::<Edition>().map_err(|error| error.to_string());
        let (first, last) = (edition(first)?, edition(last)?);
        if first > last {
            return Err(format!("the editions {range} are in the wrong order"));
        }
        let taken = |edition: &Edition| self.level(*edition).is_some();
        if let Some(twice) = Edition::ALL.iter().find(|e| (first..=last).contains(*e) && taken(e)) {
            return Err(format!("edition {twice} has two levels"));
        }
        self.levels.push((level, first, last));
        Ok(())
    }

    fn complete(&self) -> Result<(), String> {
        let free = |level: Level| matches!(level, Level::May | Level::Erratum);
        let only_free = self.levels.iter().all(|(level, ..)| free(*level));
        let missing = [
            (self.levels.is_empty(), "a level with its editions"),
            (self.source.is_empty(), "its source"),
            (
                self.broken.is_empty() != only_free,
                "'broken', unless nobody can break it, and then not",
            ),
            (self.reading.trim().is_empty(), "our reading"),
        ];
        match missing.iter().find(|(missing, _)| *missing) {
            Some((_, what)) => Err(format!("{} lacks {what}", self.id)),
            None => Ok(()),
        }
    }
}
