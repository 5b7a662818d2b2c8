//! `pybuf explain`.

use std::io::Write;

use anstyle::Style;
use pybuf_harness::model::clause::{Note, notes};

use crate::{Error, Found, arguments};

pub fn explain(arguments: &arguments::Explain) -> Result<Found, Error> {
    let wanted = arguments.clause.as_str();
    let found: Vec<&Note> = match notes().get(wanted) {
        Some(note) => vec![note],
        None => notes().values().filter(|note| note.id.starts_with(wanted)).collect(),
    };
    if found.is_empty() || wanted.is_empty() {
        return Err(Error::NoClause(wanted.into()));
    }
    let mut out = anstream::stdout().lock();
    for (index, note) in found.into_iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        show(&mut out, note)?;
    }
    Ok(Found::Conforms)
}

fn show(out: &mut impl Write, note: &Note) -> Result<(), Error> {
    let bold = Style::new().bold();
    writeln!(out, "{bold}{}{bold:#}   SPEC_NOTES.md line {}", note.id, note.line)?;
    for (level, first, last) in &note.levels {
        match first == last {
            true => writeln!(out, "  {level:<9} edition {first}")?,
            false => writeln!(out, "  {level:<9} editions {first} to {last}")?,
        }
    }
    writeln!(out, "  source    {}", note.source)?;
    if !note.broken.is_empty() {
        writeln!(out, "  broken    {}", note.broken)?;
    }
    writeln!(out, "\n{}", note.reading.trim_end())?;
    Ok(())
}
