//! Markdown, as for the summary of a job.

use std::io::{self, Write};

use pybuf_harness::report::Coverage;

use super::markup::{block, html, inline, row, rule};
use super::{Outcome, summary};
use crate::Error;

pub fn write(outcome: &Outcome) -> Result<(), Error> {
    let report = outcome.report;
    let mut text =
        format!("## {}, {}\n\n", inline(&report.tally.target), summary::editions(report));
    text += &format!("**{}**\n\n", inline(&summary::verdict(outcome)));
    text += &format!("{}\n", summary::passed(outcome));
    for remark in summary::remarks(outcome) {
        text += &format!("\n{}\n", inline(&remark));
    }
    text += &errors(outcome);
    text += &divergences(outcome);
    text += &known(outcome);
    text += &cases(outcome);
    text += &clauses(outcome);
    if let Some(campaign) = report.tally.drawn() {
        text += &format!("\n### Random cases\n\n{}", block(&summary::statistics(campaign)));
    }
    Ok(io::stdout().lock().write_all(text.as_bytes())?)
}

fn errors(outcome: &Outcome) -> String {
    let problems = outcome
        .problems()
        .map(|(file, line, problem)| format!("{}:{line}: {problem}", file.display()));
    let complaints = outcome.complaints().into_iter().map(|complaint| complaint.to_string());
    let all: Vec<String> = complaints.chain(problems).collect();
    let lines: String = all.iter().map(|line| format!("- {}\n", inline(line))).collect();
    if lines.is_empty() { lines } else { format!("\n### Errors\n\n{lines}") }
}

fn divergences(outcome: &Outcome) -> String {
    let mut text = String::new();
    for (index, group) in outcome.failures().into_iter().enumerate() {
        if index == 0 {
            text += "\n### Divergences\n";
        }
        let divergence = outcome.text(group);
        let clause = group.clause.map_or(String::new(), |clause| format!(" ({clause})"));
        text += &format!(
            "\n<details><summary>{}</summary>\n\n{}\n</details>\n",
            html(&format!("{}: {}{clause}", group.objects, divergence.headline())),
            block(&divergence.to_string())
        );
    }
    text
}

fn known(outcome: &Outcome) -> String {
    let rows = outcome.known().map(|(group, reason)| {
        let function = group.function.clone().unwrap_or_default();
        let clause = group.clause.map_or(function, |clause| clause.to_string());
        let cells = [clause, group.objects.clone(), group.kind.to_string(), reason];
        row(&cells.map(|cell| inline(&cell)))
    });
    let rows: String = rows.collect();
    if rows.is_empty() {
        return rows;
    }
    let head = ["clause or function", "objects", "verdict", "reason"].map(String::from);
    format!("\n### Known divergences\n\n{}{}{rows}", row(&head), rule(&["---"; 4]))
}

fn cases(outcome: &Outcome) -> String {
    let columns = ["suite"].into_iter().chain(summary::COLUMNS).map(str::to_owned);
    let mut text = format!("\n### Cases\n\n{}", row(&columns.collect::<Vec<_>>()));
    text += &rule(&["---", "---:", "---:", "---:", "---:", "---:", "---:"]);
    for (suite, counts) in summary::rows(outcome.report) {
        let counts = counts.iter().map(ToString::to_string);
        text += &row(&[suite.to_owned()].into_iter().chain(counts).collect::<Vec<_>>());
    }
    text
}

fn clauses(outcome: &Outcome) -> String {
    let coverage = outcome.report.coverage();
    if coverage.is_empty() {
        return String::new();
    }
    let mut text =
        format!("\n### Clauses\n\n{}", row(&["level", "exercised", "of"].map(String::from)));
    text += &rule(&["---", "---:", "---:"]);
    for Coverage { level, exercised, all, .. } in &coverage {
        text += &row(&[level.to_string(), exercised.to_string(), all.to_string()]);
    }
    let missed = coverage.iter().flat_map(|coverage| &coverage.missed);
    let missed = missed.map(|clause| format!("- not exercised: {}\n", inline(clause.id())));
    let unreachable = outcome.report.out_of_reach.iter();
    let unreachable =
        unreachable.map(|it| format!("- not reachable: {}\n", inline(&it.to_string())));
    let lines: String = missed.chain(unreachable).collect();
    if lines.is_empty() { text } else { format!("{text}\n{lines}") }
}
