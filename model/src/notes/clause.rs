//! # Clauses
//!
//! Every rule of the model names the clause that makes it. What a clause says, at which level and in
//! which editions, stands once: in `SPEC_NOTES.md`, which is parsed here.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use pybuf_protocol::{Edition, Level, UnknownWord};
use schemars::JsonSchema;
use serde_with::{DeserializeFromStr, SerializeDisplay};

use crate::severity::Severity;

/// The text of `SPEC_NOTES.md`.
pub const SPEC_NOTES: &str = include_str!("../../../SPEC_NOTES.md");

include!(concat!(env!("OUT_DIR"), "/ids.rs"));

/// A clause, by its place among the ids in alphabetical order.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    SerializeDisplay,
    DeserializeFromStr,
    JsonSchema,
)]
#[schemars(description = "The id of a clause of SPEC_NOTES.md.")]
pub struct Clause(#[schemars(with = "String")] u16);

/// The clause of that id. What is no id of `SPEC_NOTES.md` does not build.
///
/// ```
/// use pybuf_model::clause;
/// assert_eq!(clause!("request.refusal.obj-null").id(), "request.refusal.obj-null");
/// ```
///
/// ```compile_fail
/// pybuf_model::clause!("request.refusal.obj-nul");
/// ```
#[macro_export]
macro_rules! clause {
    ($id:literal) => {
        const { $crate::Clause::named($id) }
    };
}
pub(crate) use clause;

impl Clause {
    /// For [`clause!`](crate::clause!): the clause of that id.
    ///
    /// # Panics
    ///
    /// If `SPEC_NOTES.md` has no such clause, which ends the build.
    pub const fn named(id: &str) -> Clause {
        let (mut low, mut high) = (0, IDS.len());
        while low < high {
            let middle = (low + high) / 2;
            if is_before(IDS[middle], id) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        assert!(
            low < IDS.len() && !is_before(id, IDS[low]),
            "SPEC_NOTES.md has no clause of this id"
        );
        Clause(low as u16)
    }

    /// The clause of that id.
    pub fn find(id: &str) -> Option<Clause> {
        IDS.binary_search(&id).ok().map(|place| Clause(place as u16))
    }

    /// All clauses, by their ids.
    pub fn all() -> impl DoubleEndedIterator<Item = Clause> + ExactSizeIterator {
        (0..IDS.len()).map(|place| Clause(place as u16))
    }

    /// The id, such as `request.format.null-unless-asked`.
    pub fn id(self) -> &'static str {
        IDS[usize::from(self.0)]
    }

    /// The first word of the id: which section of the documentation it is about.
    pub fn family(self) -> &'static str {
        self.id().split('.').next().unwrap_or(self.id())
    }

    /// What `SPEC_NOTES.md` says of it.
    pub fn note(self) -> &'static Note {
        &NOTES[usize::from(self.0)]
    }

    /// The level it has in an edition; `None` if it does not hold there.
    pub fn level(self, edition: Edition) -> Option<Level> {
        LEVELS[usize::from(self.0)][edition as usize]
    }

    /// Whether it holds in an edition, at whatever level.
    pub fn holds(self, edition: Edition) -> bool {
        self.level(edition).is_some()
    }
}

/// Whether one id comes before another: of bytes, as `str` compares them.
const fn is_before(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut at = 0;
    while at < one.len() && at < other.len() {
        if one[at] != other[at] {
            return one[at] < other[at];
        }
        at += 1;
    }
    one.len() < other.len()
}

impl FromStr for Clause {
    type Err = UnknownWord;

    fn from_str(id: &str) -> Result<Self, Self::Err> {
        let unknown = || UnknownWord::new("clause", id, "SPEC_NOTES.md has them all");
        Clause::find(id).ok_or_else(unknown)
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    /// How bad that is; `None` for a freedom.
    pub severity: Option<Severity>,
    /// What the author of an extension type does about it; empty if only the interpreter can be repaired.
    pub fix: String,
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

/// The notes of all clauses, by their ids. `SPEC_NOTES.md` is compiled in: a test excludes that it is
/// malformed.
static NOTES: LazyLock<Vec<Note>> = LazyLock::new(|| {
    let mut notes = parse(SPEC_NOTES).unwrap_or_else(|error| panic!("SPEC_NOTES.md: {error}"));
    notes.sort_by(|one, other| one.id.cmp(&other.id));
    notes
});

/// The level of each clause in each edition: it is asked for at every rule.
static LEVELS: LazyLock<Vec<[Option<Level>; Edition::ALL.len()]>> =
    LazyLock::new(|| NOTES.iter().map(|note| Edition::ALL.map(|it| note.level(it))).collect());

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
/// of `- key: value` (a level with its editions, `source`, `broken`, `severity`, `fix`, `unwitnessed`), then
/// prose up to the next heading. Everything else is prose between clauses.
///
/// # Errors
///
/// An unknown key or severity, a level without editions or with overlapping ones, an id given twice, or
/// a clause that lacks its source or its reading, or has only some of what is said of a breach.
pub fn parse(text: &str) -> Result<Vec<Note>, NotesError> {
    let mut notes: Vec<Note> = Vec::new();
    let mut inside = false;
    for (number, line) in text.lines().enumerate().map(|(i, line)| (i + 1, line)) {
        let fail = |problem: String| NotesError { line: number, problem };
        if let Some(id) = line.strip_prefix("### `").and_then(|rest| rest.strip_suffix('`')) {
            if notes.iter().any(|note| note.id == id) {
                return Err(fail(format!("{id} is there already")));
            }
            notes.push(Note { id: id.to_owned(), line: number, ..Note::default() });
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
            "severity" => self.severity = Some(value.parse().map_err(|e| format!("{e}"))?),
            "fix" => self.fix = value.to_owned(),
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
        let (broken, severity) = (!self.broken.is_empty(), self.severity.is_some());
        let missing = [
            (self.levels.is_empty(), "a level with its editions"),
            (self.source.is_empty(), "its source"),
            (broken == only_free, "'broken', unless nobody can break it, and then not"),
            (broken != severity, "'severity' beside 'broken', or 'broken' beside 'severity'"),
            (!broken && !self.fix.is_empty(), "'broken' beside 'fix'"),
            (self.reading.trim().is_empty(), "our reading"),
        ];
        match missing.iter().find(|(missing, _)| *missing) {
            Some((_, what)) => Err(format!("{} lacks {what}", self.id)),
            None => Ok(()),
        }
    }
}
