//! `pybuf run`.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressStyle};
use pybuf_harness::model::Clause;
use pybuf_harness::report::{Coverage, Group, Report, Section};
use pybuf_harness::run::Failure;
use pybuf_harness::text::{self, GroupText};
use pybuf_harness::{Domain, Run};
use pybuf_suites as suites;
use pybuf_targets::Target;
use serde_json::Value;

use crate::arguments::{self, Format};
use crate::{Error, Found, campaign};

pub fn run(arguments: &arguments::Run) -> Result<Found, Error> {
    let target = Target::find(&arguments.target)?.with_limit(arguments.limit.call_limit);
    let domains = match &arguments.suite {
        Some(name) => suites::named(name).ok_or_else(|| Error::NoSuite(name.clone()))?,
        None => suites::ALL.to_vec(),
    };
    let editions = arguments.edition.map_or_else(|| target.editions(), |edition| vec![edition]);
    if arguments.random.is_asked_for() {
        return campaign::run(arguments, &target, &domains, &editions);
    }
    let mut run = Run::new(&domains);
    let bar = Bar::new(&domains, editions.len());
    for &edition in &editions {
        match target.open(edition) {
            // Whether it could go on is in the report.
            Ok(mut it) => match run.judge(&mut *it, edition, &mut |cases| bar.advance(cases)) {
                Ok(()) | Err(Failure::Target(_)) => {}
                Err(Failure::Regressions(error)) => return Err(error.into()),
            },
            Err(error) if edition == editions[0] => return Err(error.into()),
            Err(error) => run.leave_out(edition, Error::from(error).chain()),
        }
    }
    bar.clear();
    let report = run.report();
    let written = match arguments.format {
        Format::Human => print(&report, &target, arguments.strict),
        Format::Json => json(&report, arguments.strict).and_then(|json| print_json(&json)),
    };
    found(&report, arguments.strict, written)
}

/// What a report says, if it could be written.
pub fn found(report: &Report, strict: bool, written: Result<(), Error>) -> Result<Found, Error> {
    match written {
        // Whoever reads has read enough; what was found was found all the same.
        Err(Error::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {}
        written => written?,
    }
    Ok(match report.stopped {
        Some(_) => Found::Stopped,
        None if report.conforms(strict) => Found::Conforms,
        None => Found::Diverges,
    })
}

/// A report as one JSON object.
pub fn json(report: &Report, strict: bool) -> Result<Value, Error> {
    let mut json = serde_json::to_value(report)?;
    json["coverage"] = serde_json::to_value(report.coverage())?;
    json["conforms"] = report.conforms(strict).into();
    json["strict"] = strict.into();
    json["pybuf"] = env!("CARGO_PKG_VERSION").into();
    Ok(json)
}

pub fn print_json(json: &Value) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, json)?;
    Ok(writeln!(out)?)
}

/// A progress bar, on a terminal, for what takes more than a second.
pub struct Bar {
    bar: ProgressBar,
    begun: Instant,
    done: Cell<u64>,
}

impl Bar {
    pub fn new(domains: &[Domain], editions: usize) -> Bar {
        let bar = if io::stderr().is_terminal() {
            let cases = |domain: &Domain| {
                domain.regressions().map_or(0, |kept| kept.len()) + domain.cases().count()
            };
            let cases: usize = domains.iter().map(cases).sum();
            ProgressBar::new((cases * editions) as u64)
        } else {
            ProgressBar::hidden()
        };
        let style = ProgressStyle::with_template("{wide_bar} {pos} of {len} cases");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Bar { bar, begun: Instant::now(), done: Cell::new(0) }
    }

    pub fn advance(&self, cases: usize) {
        self.done.set(self.done.get() + cases as u64);
        if self.begun.elapsed() > Duration::from_secs(1) {
            self.bar.set_position(self.done.get());
        }
    }

    /// Prints without tearing the bar.
    pub fn suspend<T>(&self, print: impl FnOnce() -> T) -> T {
        self.bar.suspend(print)
    }

    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

fn print(report: &Report, target: &Target, strict: bool) -> Result<(), Error> {
    let mut out = anstream::stdout().lock();
    for group in report.failures(strict) {
        writeln!(out, "{}", divergence(report, group, target))?;
    }
    print_cases(&mut out, report)?;
    print_clauses(&mut out, report)?;
    print_certificates(&mut out, report)?;
    print_end(&mut out, report, strict)
}

/// A group of divergences, its first word in colour.
pub fn divergence(report: &Report, group: &Group, target: &Target) -> String {
    let name = target.name();
    let divergence = GroupText { group, report, target: Some(&name), known: None, lines: true };
    let color = if group.is_failure() { AnsiColor::Red } else { AnsiColor::Yellow };
    highlight(&divergence.to_string(), color.on_default().bold())
}

/// What stands at the end of every report.
pub fn print_end(out: &mut impl Write, report: &Report, strict: bool) -> Result<(), Error> {
    print_gaps(out, report)?;
    Ok(print_verdict(out, report, strict)?)
}

/// Colours the first word.
fn highlight(text: &str, style: Style) -> String {
    match text.split_once(':') {
        Some((word, rest)) => format!("{style}{word}{style:#}:{rest}"),
        None => text.to_owned(),
    }
}

pub fn print_cases(out: &mut impl Write, report: &Report) -> io::Result<()> {
    let editions: Vec<_> = report.sections.iter().map(|section| section.edition).collect();
    let editions = match (editions.iter().min(), editions.iter().max()) {
        (Some(first), Some(last)) if first == last => format!("edition {first}"),
        (Some(first), Some(last)) => format!("editions {first} to {last}"),
        _ => "no edition".into(),
    };
    writeln!(out, "{}, {editions}\n", report.target)?;
    let columns = ["cases", "agree", "diverge", "notes", "not in edition", "unsupported"];
    let head: String = columns.iter().map(|column| format!("{column:>15}")).collect();
    writeln!(out, "  {:<13}{head}", "suite")?;
    let mut suites: BTreeMap<&str, [usize; 6]> = BTreeMap::new();
    let mut order: Vec<&str> = Vec::new();
    for section in &report.sections {
        if !order.contains(&section.domain.as_str()) {
            order.push(&section.domain);
        }
        let sums = suites.entry(&section.domain).or_default();
        sums.iter_mut().zip(counts(section)).for_each(|(sum, count)| *sum += count);
    }
    let row = |name: &str, counts: [usize; 6]| {
        let counts: String = counts.iter().map(|count| format!("{count:>15}")).collect();
        format!("  {name:<13}{counts}")
    };
    let mut total = [0; 6];
    for name in order {
        let counts = suites.get(name).copied().unwrap_or_default();
        total.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        writeln!(out, "{}", row(name, counts))?;
    }
    writeln!(out, "{}\n", row("all", total))
}

fn counts(section: &Section) -> [usize; 6] {
    let Section { cases, agree, diverge, notes, not_in_edition, unsupported, .. } = *section;
    [cases, agree, diverge, notes, not_in_edition, unsupported]
}

/// How many clauses of a kind are named.
const NAMED: usize = 10;

pub fn print_clauses(out: &mut impl Write, report: &Report) -> io::Result<()> {
    writeln!(out, "  {:<13}{:>15}{:>15}", "clauses", "exercised", "of")?;
    let coverage = report.coverage();
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
    for certificate in &report.certificates {
        let digest = certificate.digest.get(..16).unwrap_or(&certificate.digest);
        let (domain, cases) = (&certificate.domain, certificate.cases);
        writeln!(out, "  {domain:<13}{cases:>7} cases  {digest}...  {}", certificate.bound)?;
    }
    Ok(())
}

fn print_gaps(out: &mut impl Write, report: &Report) -> io::Result<()> {
    for (feature, count) in &report.unsupported {
        let reason = report.lacks.get(*feature).map_or("", String::as_str);
        let calls = if *count == 1 { "call" } else { "calls" };
        writeln!(out, "not supported: {feature}, in {count} {calls} ({reason})")?;
    }
    write!(out, "{}", text::complaints(report))
}

fn print_verdict(out: &mut impl Write, report: &Report, strict: bool) -> io::Result<()> {
    let sum = |count: fn(&Section) -> usize| report.sections.iter().map(count).sum::<usize>();
    let (agree, notes, diverge) = (sum(|s| s.agree), sum(|s| s.notes), sum(|s| s.diverge));
    let passed = if strict { agree } else { agree + notes };
    let (applicable, cases) = (agree + notes + diverge, sum(|s| s.cases));
    writeln!(out, "passed: {passed} of {applicable} applicable cases; {cases} cases in all")?;
    let causes = |n: usize| if n == 1 { "1 cause".into() } else { format!("{n} causes") };
    let failures = report.failures(strict).count();
    let only_notes = report.groups.len() - report.failures(false).count();
    if only_notes > 0 && !strict {
        writeln!(out, "{} of notes, which --strict shows and fails on", causes(only_notes))?;
    }
    if report.stopped.is_some() {
        return writeln!(out, "stopped early: see the errors above");
    }
    match report.conforms(strict) {
        true if applicable == 0 => {
            writeln!(out, "conforms: there is nothing of this in the edition")
        }
        true => writeln!(out, "conforms: no divergence"),
        false if failures == 0 && report.judged() > 0 => {
            writeln!(out, "does not conform: see the errors above")
        }
        false if report.judged() == 0 => writeln!(out, "does not conform: nothing was judged"),
        false => writeln!(out, "does not conform: {} of divergence", causes(failures)),
    }
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
