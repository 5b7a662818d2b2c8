//! `pybuf explain`.

use std::io::Write;

use anstyle::Style;
use pybuf_harness::model::Clause;
use pybuf_harness::render;
use pybuf_harness::witness::{self, Sides, Witness};

use crate::arguments;
use crate::error::{Error, Found};

pub fn explain(arguments: &arguments::Explain) -> Result<Found, Error> {
    let wanted = arguments.clause.as_str();
    let found: Vec<Clause> = match Clause::find(wanted) {
        Some(clause) => vec![clause],
        None => Clause::all().filter(|clause| clause.id().starts_with(wanted)).collect(),
    };
    if found.is_empty() || wanted.is_empty() {
        return Err(Error::NoClause(wanted.into()));
    }
    let sides = witness::find(&found, pybuf_suites::ALL);
    let mut out = anstream::stdout().lock();
    for (index, sides) in sides.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        show(&mut out, sides)?;
    }
    Ok(Found::Conforms)
}

fn show(out: &mut impl Write, sides: &Sides) -> Result<(), Error> {
    let note = sides.clause.note();
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
    if let Some(severity) = note.severity {
        writeln!(out, "  severity  {severity}")?;
    }
    if !note.fix.is_empty() {
        writeln!(out, "  fix       {}", note.fix)?;
    }
    let side = |witness: &Option<Witness>| match witness {
        Some(witness) => line(witness),
        None => format!("none: {}", note.unwitnessed),
    };
    writeln!(out, "  witness   {}", side(&sides.witness))?;
    if let Some(shared) = sides.shared {
        writeln!(out, "  alone     nowhere: {shared} always says the same")?;
    }
    writeln!(out, "  counter   {}", side(&sides.counter))?;
    writeln!(out, "\n{}", note.reading.trim_end())?;
    Ok(())
}

/// What `pybuf replay` takes, and the calls up to the one that shows it.
fn line(Witness { id, case, call, edition }: &Witness) -> String {
    format!("{id}  (edition {edition})   {}", render::calls(case, ..=*call))
}
