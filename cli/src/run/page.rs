//! The report of a run.

use std::collections::{BTreeMap, BTreeSet};

use pybuf_harness::finding::Finding;
use pybuf_harness::model::Clause;
use pybuf_harness::report::Coverage;
use pybuf_harness::text::in_a_line;
use quick_junit::{TestCase, TestCaseStatus, TestSuite};

use super::outcome::Outcome;
use super::summary;
use crate::report::junit::{failure, skipped, suite, test};
use crate::report::page::{Cause, Fault, Page, Table, known_row};

pub fn page(outcome: &Outcome) -> Page {
    let report = outcome.report;
    let subject = format!("{}, {}", report.tally.target, summary::editions(report));
    let passed = summary::passed(outcome);
    Page {
        name: format!("pybuf: {subject}"),
        subject: Some(subject),
        causes: outcome.failures().into_iter().map(|it| cause(outcome, it)).collect(),
        known: outcome.known().map(|(finding, reason)| known_row(finding, reason)).collect(),
        tables: [Some(cases(outcome)), clauses(outcome)].into_iter().flatten().collect(),
        drawn: report.tally.drawn().map(summary::statistics),
        details: [certificates(outcome), gaps(outcome)].concat(),
        faults: faults(outcome),
        remarks: [vec![passed], summary::remarks(outcome)].concat(),
        verdict: summary::verdict(outcome),
        suites: suites(outcome),
    }
}

fn cause(outcome: &Outcome, finding: &Finding) -> Cause {
    let clause = finding.clause.map_or(String::new(), |clause| format!(" ({clause})"));
    Cause {
        title: finding.headline().to_owned(),
        summary: format!("{}: {}{clause}", finding.objects, finding.headline()),
        text: outcome.text(finding),
        fails: true,
    }
}

fn cases(outcome: &Outcome) -> Table {
    let head = ["suite"].into_iter().chain(summary::COLUMNS).map(str::to_owned).collect();
    let rows = summary::rows(outcome.report).into_iter().map(|(suite, counts)| {
        [suite.to_owned()].into_iter().chain(counts.map(|count| count.to_string())).collect()
    });
    let rows = [head].into_iter().chain(rows).collect();
    Table { heading: "Cases", rows, numbers: true, notes: vec![] }
}

fn clauses(outcome: &Outcome) -> Option<Table> {
    let coverage = outcome.report.coverage();
    if coverage.is_empty() {
        return None;
    }
    let mut rows = vec![["clauses", "exercised", "of"].map(String::from).to_vec()];
    rows.extend(coverage.iter().map(|Coverage { level, exercised, all, .. }| {
        vec![level.to_string(), exercised.to_string(), all.to_string()]
    }));
    let missed = coverage.iter().flat_map(|coverage| &coverage.missed).map(ToString::to_string);
    let notes = vec![("not exercised", missed.collect()), ("not reachable", out_of_reach(outcome))];
    Some(Table { heading: "Clauses", rows, numbers: true, notes })
}

/// The clauses that are out of reach, by the reason: a line each, which names the first ones.
fn out_of_reach(outcome: &Outcome) -> Vec<String> {
    const NAMED: usize = 4;
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for it in &outcome.report.out_of_reach {
        reasons.entry(&it.why).or_default().push(it.clause.id());
    }
    let lines = reasons.into_iter().map(|(why, clauses)| {
        let named = clauses.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
        match clauses.len().saturating_sub(NAMED) {
            0 => format!("{named} ({why})"),
            more => format!("{named} and {more} more ({why})"),
        }
    });
    lines.collect()
}

fn certificates(outcome: &Outcome) -> Vec<String> {
    let tally = &outcome.report.tally;
    if tally.drawn().is_some() {
        return Vec::new();
    }
    let head = "certificates: all exhaustive cases of each suite, by `pybuf list SUITE --json | sha256sum`";
    let each = tally.certificates.iter().map(|certificate| {
        let digest = certificate.digest.get(..16).unwrap_or(&certificate.digest);
        let (domain, cases) = (&certificate.domain, certificate.cases);
        format!("  {domain:<13}{cases:>7} cases  {digest}...  {}", certificate.bound)
    });
    [head.to_owned()].into_iter().chain(each).collect()
}

fn gaps(outcome: &Outcome) -> Vec<String> {
    let tally = &outcome.report.tally;
    let each = tally.unsupported.iter().map(|(feature, count)| {
        let reason = tally.lacks.get(feature).map_or("", String::as_str);
        let calls = if *count == 1 { "call" } else { "calls" };
        format!("not supported: {feature}, in {count} {calls} ({reason})")
    });
    each.collect()
}

fn faults(outcome: &Outcome) -> Vec<Fault> {
    let complaints = outcome.report.complaints().into_iter().map(|complaint| Fault {
        word: "error",
        suite: Some("capabilities"),
        text: in_a_line(&complaint),
        place: None,
    });
    let problems = outcome.problems();
    let problems = problems.map(|(file, line, it)| Fault::of_baseline(file, line, &it));
    complaints.chain(problems).collect()
}

/// A suite for each family of clauses, with a test for each clause.
fn suites(outcome: &Outcome) -> Vec<TestSuite> {
    let report = outcome.report;
    let mut families: BTreeMap<&str, BTreeSet<Clause>> = BTreeMap::new();
    let out_of_reach = report.out_of_reach.iter().map(|it| it.clause);
    for clause in report.exercised.iter().chain(&report.applicable).copied().chain(out_of_reach) {
        families.entry(clause.family()).or_default().insert(clause);
    }
    let families = families.into_iter().filter_map(|(family, clauses)| {
        suite(family, clauses.into_iter().map(|clause| of_clause(outcome, clause)).collect())
    });
    let drawn = report.tally.drawn().map(|campaign| {
        let mut suite = TestSuite::new("random cases");
        suite.add_property(("seed", campaign.seed.to_string().as_str()));
        suite.add_property(("cases", campaign.cases().to_string().as_str()));
        suite.set_system_out(summary::statistics(campaign));
        suite
    });
    families.chain(drawn).chain(suite("replies", without_clause(outcome))).collect()
}

/// What became of a clause: exercised or not, broken or not, and whether that is known.
fn of_clause(outcome: &Outcome, clause: Clause) -> TestCase {
    let breaks = |finding: &&Finding| finding.clause == Some(clause);
    let broken: Vec<_> = outcome.failures().into_iter().filter(breaks).collect();
    let known = outcome.known().filter(|(finding, _)| breaks(finding));
    let known: Vec<_> = known
        .map(|(finding, reason)| format!("{} on {}: {reason}", finding.kind, finding.objects))
        .collect();
    let out_of_reach = outcome.report.out_of_reach.iter().find(|it| it.clause == clause);
    let status = if !broken.is_empty() {
        failed(outcome, &broken)
    } else if !known.is_empty() {
        skipped(&format!("known: {}", known.join("; ")))
    } else if let Some(out_of_reach) = out_of_reach {
        skipped(&format!("not reachable: {}", out_of_reach.why))
    } else if outcome.report.exercised.contains(&clause) {
        TestCaseStatus::success()
    } else {
        skipped("not exercised")
    };
    let mut case = test(clause.family(), clause.id(), status);
    let notes = outcome.report.tally.findings.iter().filter(breaks).filter(|it| !it.is_failure());
    let notes: Vec<_> = notes.map(|finding| outcome.text(finding)).collect();
    if !notes.is_empty() && broken.is_empty() {
        case.set_system_out(notes.join("\n"));
    }
    case
}

/// Crashes, denials and the like that break no clause, by what they happened on.
fn without_clause(outcome: &Outcome) -> Vec<TestCase> {
    let name = |finding: &Finding| {
        let function = finding.function.as_deref().unwrap_or("anything");
        format!("{} of {function} on {}", finding.kind, finding.objects)
    };
    let failures = outcome.failures().into_iter().filter(|finding| finding.clause.is_none());
    let failures = failures.map(|finding| (name(finding), failed(outcome, &[finding])));
    let known = outcome.known().filter(|(finding, _)| finding.clause.is_none());
    let known =
        known.map(|(finding, reason)| (name(finding), skipped(&format!("known: {reason}"))));
    failures.chain(known).map(|(name, status)| test("replies", &name, status)).collect()
}

/// The status of a test in which these were found; the first gives its name.
fn failed(outcome: &Outcome, findings: &[&Finding]) -> TestCaseStatus {
    let texts: Vec<_> = findings.iter().map(|finding| outcome.text(finding)).collect();
    let first = findings.first().map(|first| (first.kind.name(), first.headline()));
    let (word, headline) = first.unwrap_or_default();
    failure(word, headline, &texts.join("\n"))
}
