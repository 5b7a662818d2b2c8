//! To be read, on a terminal.

use std::io::Write;

use anstyle::{AnsiColor, Style};
use pybuf_harness::text::in_a_line;

use super::causes::causes;
use super::outcome::Outcome;
use super::summary;
use crate::Error;

pub fn write(outcome: &Outcome, out: &mut impl Write) -> Result<(), Error> {
    for cause in causes(outcome) {
        let color = if cause.is_failure() { AnsiColor::Red } else { AnsiColor::Yellow };
        writeln!(out, "{}", highlight(&cause.to_string(), color.on_default().bold()))?;
    }
    let table = table(outcome);
    if !table.is_empty() {
        writeln!(out, "{table}")?;
    }
    let not_checked = summary::not_checked(outcome).into_iter().map(|it| ("not checked", it));
    let problems = outcome.baseline_problems().map(|it| ("error", it));
    for (word, what) in not_checked.chain(problems) {
        let line = format!("{word}: {what}");
        writeln!(out, "{}", highlight(&line, AnsiColor::Red.on_default().bold()))?;
    }
    if let Some(remark) = summary::known(outcome) {
        writeln!(out, "{remark}")?;
    }
    Ok(writeln!(out, "{}", summary::verdict(outcome))?)
}

/// Colours what stands before the colon.
fn highlight(text: &str, style: Style) -> String {
    match text.split_once(':') {
        Some((word, rest)) => format!("{style}{word}{style:#}:{rest}"),
        None => text.to_owned(),
    }
}

/// How many characters of an expression are shown in a table.
const EXPRESSION: usize = 48;

/// The cells, under the names of the interpreters.
fn table(outcome: &Outcome) -> String {
    let rows: Vec<Vec<String>> = summary::table(outcome)
        .into_iter()
        .map(|row| row.iter().map(|text| summary::cut(&in_a_line(text), EXPRESSION)).collect())
        .collect();
    let width = |column: usize| {
        rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default()
    };
    let mut text = String::new();
    for row in &rows {
        let cells = row.iter().enumerate();
        let cells: String = cells
            .map(|(column, cell)| format!("  {cell:<width$}", width = width(column)))
            .collect();
        text += cells.trim_end();
        text.push('\n');
    }
    text
}
