//! Markdown, as for the summary of a job.

use std::io::Write;

use super::causes::causes;
use super::outcome::Outcome;
use super::summary;
use crate::Error;
use crate::report::markup::{block, html, inline, row, rule};

pub fn write(outcome: &Outcome, out: &mut impl Write) -> Result<(), Error> {
    let mut text = format!("## pybuf check\n\n**{}**\n", inline(&summary::verdict(outcome)));
    if let Some(remark) = summary::known(outcome) {
        text += &format!("\n{}\n", inline(&remark));
    }
    let errors = list(outcome.baseline_problems());
    if !errors.is_empty() {
        text += &format!("\n### Errors\n\n{errors}");
    }
    text += &table(outcome);
    text += &findings(outcome);
    let not_checked = list(summary::not_checked(outcome));
    if !not_checked.is_empty() {
        text += &format!("\n### Not checked\n\n{not_checked}");
    }
    Ok(out.write_all(text.as_bytes())?)
}

fn list(lines: impl IntoIterator<Item = String>) -> String {
    lines.into_iter().map(|line| format!("- {}\n", inline(&line))).collect()
}

fn table(outcome: &Outcome) -> String {
    let mut text = String::new();
    for (index, cells) in summary::table(outcome).iter().enumerate() {
        let cells: Vec<String> = cells.iter().map(|cell| inline(cell)).collect();
        if index == 0 {
            text += &format!("\n### Objects\n\n{}{}", row(&cells), rule(&vec!["---"; cells.len()]));
        } else {
            text += &row(&cells);
        }
    }
    text
}

fn findings(outcome: &Outcome) -> String {
    let mut text = String::new();
    for (index, cause) in causes(outcome).iter().enumerate() {
        if index == 0 {
            text += "\n### Findings\n";
        }
        let clause = cause.clause.map_or(String::new(), |clause| format!(" ({clause})"));
        text += &format!(
            "\n<details><summary>{}</summary>\n\n{}\n</details>\n",
            html(&format!("{}{clause}", cause.headline())),
            block(&cause.to_string())
        );
    }
    text
}
