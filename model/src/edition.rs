//! # Editions
//!
//! An edition is a state of the documentation, named after the first version of Python that it is
//! true of. Ten are told apart; what changed from one to the next is in `SPEC_NOTES.md`.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use crate::clause::{NotesError, SPEC_NOTES};

/// A state of the documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Edition {
    /// The old protocol's first three functions, known from the version notes of S0.
    V1_6,
    /// `PyObject_CheckReadBuffer` joins them (version notes of S0).
    V2_2,
    /// Lengths become `Py_ssize_t` (version notes of S0).
    V2_5,
    /// S4: the 2.x trunk of 2009-05-31, the first text on the new protocol.
    V2_7Draft,
    /// S0, and S4 with its signatures corrected.
    V2_7,
    /// S1: the old functions are wrappers around the new protocol.
    V3_2,
    /// The rewrite with its tables and its MUSTs (B).
    V3_3,
    /// S3: `PyObject_CheckReadBuffer` "always succeeds".
    V3_10,
    /// S2: the same text, for interpreters with `__buffer__`.
    V3_12,
    /// The old functions are gone from the documentation.
    V3_13,
}

impl Edition {
    /// All of them, oldest first.
    pub const ALL: [Edition; 10] = [
        Edition::V1_6,
        Edition::V2_2,
        Edition::V2_5,
        Edition::V2_7Draft,
        Edition::V2_7,
        Edition::V3_2,
        Edition::V3_3,
        Edition::V3_10,
        Edition::V3_12,
        Edition::V3_13,
    ];

    /// The name: `1.6` ... `2.7-draft` ... `3.13`.
    pub fn name(self) -> &'static str {
        match self {
            Edition::V1_6 => "1.6",
            Edition::V2_2 => "2.2",
            Edition::V2_5 => "2.5",
            Edition::V2_7Draft => "2.7-draft",
            Edition::V2_7 => "2.7",
            Edition::V3_2 => "3.2",
            Edition::V3_3 => "3.3",
            Edition::V3_10 => "3.10",
            Edition::V3_12 => "3.12",
            Edition::V3_13 => "3.13",
        }
    }

    /// What `SPEC_NOTES.md` says of it.
    pub fn about(self) -> &'static About {
        &ABOUT[self as usize]
    }

    /// The edition that an interpreter is judged by: the newest that is not newer than itself.
    /// `None` for a Python older than any edition.
    ///
    /// ```
    /// use pybuf_model::Edition;
    /// assert_eq!(Edition::of_interpreter(3, 11), Some(Edition::V3_10));
    /// assert_eq!(Edition::of_interpreter(2, 7), Some(Edition::V2_7));
    /// assert_eq!(Edition::of_interpreter(1, 5), None);
    /// ```
    pub fn of_interpreter(major: u32, minor: u32) -> Option<Edition> {
        Edition::ALL.into_iter().rev().find(|edition| edition.version() <= (major, minor))
    }

    fn version(self) -> (u32, u32) {
        match self {
            Edition::V1_6 => (1, 6),
            Edition::V2_2 => (2, 2),
            Edition::V2_5 => (2, 5),
            Edition::V2_7Draft | Edition::V2_7 => (2, 7),
            Edition::V3_2 => (3, 2),
            Edition::V3_3 => (3, 3),
            Edition::V3_10 => (3, 10),
            Edition::V3_12 => (3, 12),
            Edition::V3_13 => (3, 13),
        }
    }

    /// Whether objects have Python 2's slots (`bf_getreadbuffer` and its like), and the old functions
    /// call them.
    pub fn has_old_slots(self) -> bool {
        self <= Edition::V2_7
    }

    /// Whether the new protocol is documented.
    pub fn has_new_protocol(self) -> bool {
        self >= Edition::V2_7Draft
    }
}

impl fmt::Display for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Text that names no edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownEdition(String);

impl fmt::Display for UnknownEdition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = Edition::ALL.iter().map(|e| e.name()).collect();
        write!(f, "there is no edition {:?}; the editions are {}", self.0, names.join(", "))
    }
}

impl std::error::Error for UnknownEdition {}

impl FromStr for Edition {
    type Err = UnknownEdition;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Edition::ALL.into_iter().find(|edition| edition.name() == name);
        found.ok_or_else(|| UnknownEdition(name.to_owned()))
    }
}

/// What `SPEC_NOTES.md` says of an edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// Which.
    pub edition: Edition,
    /// What it is known from.
    pub document: String,
    /// What changed since the edition before.
    pub new: String,
}

/// A malformed table in `SPEC_NOTES.md`, which is compiled in, is a bug; a test excludes it.
static ABOUT: LazyLock<Vec<About>> = LazyLock::new(|| match parse(SPEC_NOTES) {
    Ok(about) => about,
    Err(error) => panic!("SPEC_NOTES.md: {error}"),
});

/// Reads the table of editions: the rows `| edition | document | what is new in it |` under the heading
/// `## Editions`. Each edition has one, in the order of [`Edition::ALL`].
///
/// # Errors
///
/// A row that is none of an edition, out of order or not of three columns; an edition without a row.
pub fn parse(notes: &str) -> Result<Vec<About>, NotesError> {
    let lines = notes.lines().enumerate().map(|(i, line)| (i + 1, line));
    let section = lines.skip_while(|(_, line)| *line != "## Editions").skip(1);
    let table = section.take_while(|(_, line)| !line.starts_with('#'));
    let rows = table.filter(|(_, line)| line.starts_with('|')).skip(2);
    let mut about: Vec<About> = Vec::new();
    let mut last = 0;
    for (line, row) in rows {
        let fail = |problem: String| NotesError { line, problem };
        let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [name, document, new] = cells[..] else {
            return Err(fail("a row of the editions has three columns".into()));
        };
        let edition: Edition = name.parse().map_err(|e: UnknownEdition| fail(e.to_string()))?;
        if Edition::ALL.get(about.len()) != Some(&edition) {
            return Err(fail(format!("edition {edition} is out of order")));
        }
        about.push(About { edition, document: document.to_owned(), new: new.to_owned() });
        last = line;
    }
    match Edition::ALL.get(about.len()) {
        Some(missing) => {
            Err(NotesError { line: last, problem: format!("there is no row of edition {missing}") })
        }
        None => Ok(about),
    }
}
