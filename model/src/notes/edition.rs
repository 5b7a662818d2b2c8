//! # What the notes say of editions
//!
//! The table of editions in `SPEC_NOTES.md`: the document of each, and what is new in it.

use std::sync::LazyLock;

use pybuf_protocol::{Edition, UnknownWord};

use crate::clause::{NotesError, SPEC_NOTES};

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

/// What `SPEC_NOTES.md` says of an edition.
pub fn about(edition: Edition) -> &'static About {
    &ABOUT[edition as usize]
}

/// A malformed table in `SPEC_NOTES.md`, which is compiled in, is a bug; a test excludes it.
static ABOUT: LazyLock<Vec<About>> =
    LazyLock::new(|| parse(SPEC_NOTES).unwrap_or_else(|error| panic!("SPEC_NOTES.md: {error}")));

/// Reads the table of editions: the rows `| edition | document | what is new in it |` under the heading
/// `## Editions`. Each edition has one, in the order of [`Edition::ALL`].
///
/// # Errors
///
/// A row of the table of editions without an edition, in the wrong place, or without three columns; or an edition without a row.
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
        let edition: Edition = name.parse().map_err(|e: UnknownWord| fail(e.to_string()))?;
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
