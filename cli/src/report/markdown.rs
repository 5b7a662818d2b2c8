//! Markdown, as for the summary of a job.

use std::io::Write;

use super::markup::{block, html, inline, row, rule};
use super::page::{Page, Table};
use crate::error::Error;

pub fn write(page: &Page, out: &mut impl Write) -> Result<(), Error> {
    let heading = page.subject.as_deref().unwrap_or("pybuf check");
    let mut text = format!("## {}\n\n**{}**\n", inline(heading), inline(&page.verdict));
    for remark in &page.remarks {
        text += &format!("\n{}\n", inline(remark));
    }
    for (word, heading) in [("error", "Errors"), ("not checked", "Not checked")] {
        let faults = page.faults.iter().filter(|fault| fault.word == word);
        text += &section(heading, faults.map(|it| format!("- {}\n", inline(&it.line()))).collect());
    }
    text += &section("Findings", causes(page));
    text += &section("Known", known(page));
    for each in &page.tables {
        text += &section(each.heading, table(each));
    }
    if let Some(drawn) = &page.drawn {
        text += &section("Random cases", block(drawn));
    }
    Ok(out.write_all(text.as_bytes())?)
}

/// Nothing if there is nothing in it.
fn section(heading: &str, text: String) -> String {
    if text.is_empty() { text } else { format!("\n### {heading}\n\n{text}") }
}

fn causes(page: &Page) -> String {
    let each = page.causes.iter().map(|cause| {
        let (summary, text) = (html(&cause.summary), block(&cause.text));
        format!("<details><summary>{summary}</summary>\n\n{text}\n</details>\n")
    });
    each.collect::<Vec<_>>().join("\n")
}

fn known(page: &Page) -> String {
    let rows = page.known.iter().map(|cells| row(&cells.each_ref().map(|cell| inline(cell))));
    let rows: String = rows.collect();
    if rows.is_empty() {
        return rows;
    }
    let head = ["clause or function", "objects", "verdict", "reason"].map(String::from);
    row(&head) + &rule(&["---"; 4]) + &rows
}

fn table(table: &Table) -> String {
    let mut rows = table.rows.iter();
    let line = |cells: &Vec<String>| row(&cells.iter().map(|it| inline(it)).collect::<Vec<_>>());
    let Some(head) = rows.next() else { return String::new() };
    let alignment = |column: usize| if table.numbers && column > 0 { "---:" } else { "---" };
    let mut text = line(head) + &rule(&(0..head.len()).map(alignment).collect::<Vec<_>>());
    text.extend(rows.map(line));
    let notes = table.notes.iter();
    let notes = notes.flat_map(|(kind, notes)| notes.iter().map(move |note| (kind, note)));
    let notes = notes.map(|(kind, note)| format!("- {kind}: {}\n", inline(note)));
    let notes: String = notes.collect();
    if notes.is_empty() { text } else { format!("{text}\n{notes}") }
}
