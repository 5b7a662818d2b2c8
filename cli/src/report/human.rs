//! To be read, on a terminal.

use std::io::Write;

use anstyle::{AnsiColor, Style};

use super::page::{Page, Table, cut};
use crate::error::Error;

pub fn write(page: &Page, out: &mut impl Write) -> Result<(), Error> {
    for cause in &page.causes {
        let color = if cause.fails { AnsiColor::Red } else { AnsiColor::Yellow };
        writeln!(out, "{}", highlight(&cause.text, color.on_default().bold()))?;
    }
    if let Some(subject) = &page.subject {
        writeln!(out, "{subject}\n")?;
    }
    for each in &page.tables {
        writeln!(out, "{}", table(each))?;
    }
    for lines in page.drawn.iter().chain(&page.details) {
        writeln!(out, "{lines}")?;
    }
    for fault in &page.faults {
        let line = format!("{}: {}", fault.word, fault.line());
        writeln!(out, "{}", highlight(&line, AnsiColor::Red.on_default().bold()))?;
    }
    for remark in &page.remarks {
        writeln!(out, "{remark}")?;
    }
    Ok(writeln!(out, "{}", page.verdict)?)
}

/// Colours what stands before the colon.
pub fn highlight(text: &str, style: Style) -> String {
    match text.split_once(':') {
        Some((word, rest)) => format!("{style}{word}{style:#}:{rest}"),
        None => text.to_owned(),
    }
}

/// How many characters of a cell are shown.
const CELL: usize = 48;

/// How many notes of a kind are shown.
const NOTES: usize = 10;

fn table(table: &Table) -> String {
    let rows: Vec<Vec<String>> =
        table.rows.iter().map(|row| row.iter().map(|cell| cut(cell, CELL)).collect()).collect();
    let mut text = String::new();
    for row in &rows {
        let cells = row.iter().enumerate().map(|(column, cell)| {
            let each = rows.iter().map(|row| row[column].chars().count());
            match (table.numbers, column) {
                (true, 0) => format!("  {cell:<13}"),
                (true, _) => format!("{cell:>15}"),
                (false, _) => format!("  {cell:<width$}", width = each.max().unwrap_or_default()),
            }
        });
        text += cells.collect::<String>().trim_end();
        text.push('\n');
    }
    for (kind, notes) in &table.notes {
        let shown = notes.iter().take(NOTES).map(|note| format!("  {kind}: {note}\n"));
        text.extend(shown);
        match notes.len().saturating_sub(NOTES) {
            0 => {}
            more => text += &format!("  {kind}: {more} more\n"),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_notes_ten_are_shown() {
        let lines = |count: usize| {
            let notes = vec![("not exercised", vec!["a clause".to_owned(); count])];
            let text = table(&Table { heading: "", rows: vec![], numbers: true, notes });
            text.lines().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(lines(0), [""; 0]);
        assert_eq!(lines(10).len(), 10);
        assert_eq!(lines(12).len(), 11);
        assert_eq!(lines(12)[10], "  not exercised: 2 more");
    }
}
