//! `pybuf editions`.

use std::io::Write;

use anstyle::Style;
use pybuf_harness::editions::{Difference, Function, Presence, difference};
use pybuf_harness::model::edition::about;
use pybuf_harness::model::{Clause, Edition, Level};

use crate::arguments;
use crate::error::{Error, Found};

/// How wide names of functions and clauses are, in characters.
const NAME: usize = 38;

pub fn editions(arguments: &arguments::Editions) -> Result<Found, Error> {
    let mut out = anstream::stdout().lock();
    match (arguments.from, arguments.to) {
        (Some(from), Some(to)) => compare(&mut out, from, to)?,
        _ => list(&mut out)?,
    }
    Ok(Found::Conforms)
}

/// The editions, each with what is new in it, how many clauses hold, and where it is known from.
fn list(out: &mut impl Write) -> Result<(), Error> {
    let bold = Style::new().bold();
    let levels = [Level::Must, Level::Should, Level::Observed, Level::May];
    let heads = levels.map(|level| format!("{level:>10}")).concat();
    writeln!(out, "{bold}{:<10}{heads}   what is new, and the document{bold:#}", "edition")?;
    for edition in Edition::ALL {
        let hold =
            |level| Clause::all().filter(|clause| clause.level(edition) == Some(level)).count();
        let counts = levels.map(|level| format!("{:>10}", hold(level))).concat();
        let about = about(edition);
        writeln!(out, "{edition:<10}{counts}   {}", about.new)?;
        writeln!(out, "{:<10}{:>40}   {}", "", "", about.document)?;
    }
    Ok(())
}

fn compare(out: &mut impl Write, from: Edition, to: Edition) -> Result<(), Error> {
    let difference = difference(pybuf_suites::ALL, [from, to]);
    if difference.is_empty() {
        writeln!(out, "no difference between {from} and {to}")?;
        return Ok(());
    }
    writeln!(out, "from edition {from} to edition {to}")?;
    features(out, &difference)?;
    clauses(out, &difference)?;
    functions(out, &difference, [from, to])
}

fn heading(out: &mut impl Write, text: &str) -> Result<(), Error> {
    let bold = Style::new().bold();
    Ok(writeln!(out, "\n{bold}{text}{bold:#}")?)
}

fn features(out: &mut impl Write, difference: &Difference) -> Result<(), Error> {
    let is_object = |name: &str| name.starts_with("make ");
    for (head, objects) in [("functions", false), ("objects", true)] {
        let mut changed =
            difference.features.iter().filter(|(name, _)| is_object(name) == objects).peekable();
        if changed.peek().is_some() {
            heading(out, head)?;
        }
        for (name, [old, new]) in changed {
            let what = if new > old { "came" } else { "went" };
            let name = name.trim_start_matches("make ");
            let undocumented = match (old, new) {
                (_, Presence::Undocumented) => "in no text, and may be there all the same",
                (Presence::Undocumented, _) => {
                    "nobody had to have it before, and it may have been there"
                }
                _ => "",
            };
            writeln!(out, "{}", format!("  {what}  {name:<NAME$}  {undocumented}").trim_end())?;
        }
    }
    Ok(())
}

fn clauses(out: &mut impl Write, difference: &Difference) -> Result<(), Error> {
    let (mut came, mut went, mut changed) = (Vec::new(), Vec::new(), Vec::new());
    for (clause, levels) in &difference.clauses {
        match levels {
            [None, Some(level)] => came.push((clause, level.to_string())),
            [Some(level), None] => went.push((clause, level.to_string())),
            [Some(old), Some(new)] => changed.push((clause, format!("{old}, now {new}"))),
            [None, None] => {}
        }
    }
    let kinds = [
        ("clauses that came", came),
        ("clauses that went", went),
        ("clauses that changed", changed),
    ];
    for (head, clauses) in kinds.into_iter().filter(|(_, clauses)| !clauses.is_empty()) {
        heading(out, &format!("{head}, and what breaks them"))?;
        let width = clauses.iter().map(|(_, levels)| levels.len()).max().unwrap_or(0);
        for (clause, levels) in clauses {
            let broken = &clause.note().broken;
            let line = format!("  {levels:<width$}  {clause:<NAME$}  {broken}");
            writeln!(out, "{}", line.trim_end())?;
        }
    }
    Ok(())
}

fn functions(
    out: &mut impl Write,
    difference: &Difference,
    editions: [Edition; 2],
) -> Result<(), Error> {
    if difference.functions.is_empty() {
        return Ok(writeln!(out, "\nno case whose permitted replies differ")?);
    }
    heading(out, "permitted replies that differ, in the smallest case")?;
    for Function { calls, smallest, call, unlike, .. } in &difference.functions {
        let of = if *calls == 1 { "1 call".into() } else { format!("{calls} calls") };
        writeln!(out, "  {call}   {of}, first in {smallest}")?;
        for (edition, permits) in editions.iter().zip(&unlike.permits) {
            writeln!(out, "    {edition:<9}  {permits}")?;
        }
    }
    Ok(())
}
