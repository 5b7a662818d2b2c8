//! To be read, on a terminal.

use std::fmt::Display;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use pybuf_harness::Report;
use pybuf_harness::model::Clause;
use pybuf_harness::report::Coverage;

use super::{Outcome, summary};
use crate::Error;

pub(super) fn write(outcome: &Outcome) -> Result<(), Error> {
    let report = outcome.report;
    let mut out = anstream::stdout().lock();
    for group in outcome.failures() {
        let color = if group.is_failure() { AnsiColor::Red } else { AnsiColor::Yellow };
        let divergence = outcome.text(group).to_string();
        writeln!(out, "{}", highlight(&divergence, color.on_default().bold()))?;
    }
    print_cases(&mut out, report)?;
    print_clauses(&mut out, report)?;
    match report.tally.drawn() {
        Some(campaign) => writeln!(out, "{}", summary::statistics(campaign))?,
        None => print_certificates(&mut out, report)?,
    }
    print_gaps(&mut out, report)?;
    let problems = outcome.problems();
    let problems = problems.map(|(file, line, it)| format!("{}:{line}: {it}", file.display()));
    let complaints = outcome.complaints().into_iter().map(|complaint| complaint.to_string());
    for error in complaints.chain(problems) {
        let error = format!("error: {error}");
        writeln!(out, "{}", highlight(&error, AnsiColor::Red.on_default().bold()))?;
    }
    writeln!(out, "{}", summary::passed(outcome))?;
    for remark in summary::remarks(outcome) {
        writeln!(out, "{remark}")?;
    }
    Ok(writeln!(out, "{}", summary::verdict(outcome))?)
}

/// Colours what stands before the colon.
pub fn highlight(text: &str, style: Style) -> String {
    match text.split_once(':') {
        Some((word, rest)) => format!("{style}{word}{style:#}:{rest}"),
        None => text.to_owned(),
    }
}

fn print_cases(out: &mut impl Write, report: &Report) -> io::Result<()> {
    writeln!(out, "{}, {}\n", report.tally.target, summary::editions(report))?;
    let head: String = summary::COLUMNS.iter().map(|column| format!("{column:>15}")).collect();
    writeln!(out, "  {:<13}{head}", "suite")?;
    for (suite, counts) in summary::rows(report) {
        let counts: String = counts.iter().map(|count| format!("{count:>15}")).collect();
        writeln!(out, "  {suite:<13}{counts}")?;
    }
    writeln!(out)
}

/// How many clauses of a kind are named.
const NAMED: usize = 10;

fn print_clauses(out: &mut impl Write, report: &Report) -> io::Result<()> {
    let coverage = report.coverage();
    if coverage.is_empty() {
        return Ok(());
    }
    writeln!(out, "  {:<13}{:>15}{:>15}", "clauses", "exercised", "of")?;
    for Coverage { level, exercised, all, .. } in &coverage {
        writeln!(out, "  {level:<13}{exercised:>15}{all:>15}")?;
    }
    let missed: Vec<Clause> = coverage.into_iter().flat_map(|coverage| coverage.missed).collect();
    print_some(out, "not exercised", &missed)?;
    print_some(out, "not reachable", &report.out_of_reach)?;
    writeln!(out)
}

/// The first few of something, and how many more there are.
fn print_some(out: &mut impl Write, what: &str, all: &[impl Display]) -> io::Result<()> {
    for one in all.iter().take(NAMED) {
        writeln!(out, "  {what}: {one}")?;
    }
    match all.len().saturating_sub(NAMED) {
        0 => Ok(()),
        more => writeln!(out, "  {what}: {more} more"),
    }
}

fn print_certificates(out: &mut impl Write, report: &Report) -> io::Result<()> {
    writeln!(
        out,
        "certificates: all cases that each suite walks through, by `pybuf list SUITE --json | sha256sum`"
    )?;
    for certificate in &report.tally.certificates {
        let digest = certificate.digest.get(..16).unwrap_or(&certificate.digest);
        let (domain, cases) = (&certificate.domain, certificate.cases);
        writeln!(out, "  {domain:<13}{cases:>7} cases  {digest}...  {}", certificate.bound)?;
    }
    Ok(())
}

fn print_gaps(out: &mut impl Write, report: &Report) -> io::Result<()> {
    for (feature, count) in &report.tally.unsupported {
        let reason = report.tally.lacks.get(feature).map_or("", String::as_str);
        let calls = if *count == 1 { "call" } else { "calls" };
        writeln!(out, "not supported: {feature}, in {count} {calls} ({reason})")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use pybuf_harness::model::clause::notes;

    use super::*;

    #[test]
    fn of_many_missed_clauses_ten_are_named() {
        let clauses: Vec<Clause> = notes().keys().filter_map(|id| Clause::find(id)).collect();
        let lines = |count: usize| {
            let mut out = Vec::new();
            print_some(&mut out, "not exercised", &clauses[..count])
                .expect("memory can be written to");
            String::from_utf8_lossy(&out).lines().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(lines(0), [""; 0]);
        assert_eq!(lines(10).len(), 10);
        assert_eq!(lines(12).len(), 11);
        assert_eq!(lines(12)[10], "  not exercised: 2 more");
    }
}
