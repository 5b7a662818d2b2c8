//! To be read, on a terminal.

use std::io::Write;

use anstyle::AnsiColor;

use super::causes::causes;
use super::outcome::Outcome;
use super::summary;
use crate::Error;
use crate::report::human::highlight;

pub fn write(outcome: &Outcome, out: &mut impl Write) -> Result<(), Error> {
    for cause in causes(outcome) {
        let color = if cause.is_failure() { AnsiColor::Red } else { AnsiColor::Yellow };
        writeln!(out, "{}", highlight(&cause.to_string(), color.on_default().bold()))?;
    }
    let table = table(outcome);
    if !table.is_empty() {
        writeln!(out, "{table}")?;
    }
    for error in summary::errors(outcome) {
        writeln!(out, "{}", highlight(&error, AnsiColor::Red.on_default().bold()))?;
    }
    if let Some(remark) = summary::known(outcome) {
        writeln!(out, "{remark}")?;
    }
    Ok(writeln!(out, "{}", summary::verdict(outcome))?)
}

/// How many characters of an expression are shown in a table.
const EXPRESSION: usize = 48;

/// The cells, under the names of the interpreters.
fn table(outcome: &Outcome) -> String {
    let rows: Vec<Vec<String>> = summary::table(outcome)
        .into_iter()
        .map(|row| row.iter().map(|text| summary::cut(text, EXPRESSION)).collect())
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
