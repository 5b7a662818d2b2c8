//! JUnit's XML: a suite for each family of clauses, a test for each clause.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use pybuf_harness::model::Clause;
use pybuf_harness::tally::Group;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{Outcome, summary};
use crate::Error;

pub(super) fn write(outcome: &Outcome) -> Result<(), Error> {
    let report = outcome.report;
    let name = format!("pybuf: {}, {}", report.tally.target, summary::editions(report));
    let mut junit = Report::new(name);
    let mut families: BTreeMap<&str, BTreeSet<Clause>> = BTreeMap::new();
    let out_of_reach = report.out_of_reach.iter().map(|it| it.clause);
    for clause in report.exercised.iter().chain(&report.applicable).copied().chain(out_of_reach) {
        families.entry(clause.family()).or_default().insert(clause);
    }
    for (family, clauses) in families {
        let mut suite = TestSuite::new(family);
        suite.add_test_cases(clauses.into_iter().map(|clause| of_clause(outcome, clause)));
        junit.add_test_suite(suite);
    }
    let others = [
        ("replies", without_clause(outcome)),
        ("capabilities", complaints(outcome)),
        ("baseline", problems(outcome)),
    ];
    for (name, cases) in others.into_iter().filter(|(_, cases)| !cases.is_empty()) {
        let mut suite = TestSuite::new(name);
        suite.add_test_cases(cases);
        junit.add_test_suite(suite);
    }
    if let Some(campaign) = report.tally.drawn() {
        let mut suite = TestSuite::new("random cases");
        suite.add_property(("seed", campaign.seed.to_string().as_str()));
        suite.add_property(("cases", campaign.cases().to_string().as_str()));
        suite.set_system_out(summary::statistics(campaign));
        junit.add_test_suite(suite);
    }
    let text = junit.to_string().map_err(io::Error::other)?;
    Ok(io::stdout().lock().write_all(text.as_bytes())?)
}

/// What became of a clause: exercised or not, broken or not, and whether that is known.
fn of_clause(outcome: &Outcome, clause: Clause) -> TestCase {
    let breaks = |group: &&Group| group.clause == Some(clause);
    let broken: Vec<_> = outcome.failures().into_iter().filter(breaks).collect();
    let known = outcome.known().filter(|(group, _)| breaks(group));
    let known: Vec<_> = known
        .map(|(group, reason)| format!("{} on {}: {reason}", group.kind, group.objects))
        .collect();
    let out_of_reach = outcome.report.out_of_reach.iter().find(|it| it.clause == clause);
    let status = if !broken.is_empty() {
        failure(outcome, &broken)
    } else if !known.is_empty() {
        skipped(&format!("known: {}", known.join("; ")))
    } else if let Some(out_of_reach) = out_of_reach {
        skipped(&format!("not reachable: {}", out_of_reach.why))
    } else if outcome.report.exercised.contains(&clause) {
        TestCaseStatus::success()
    } else {
        skipped("not exercised")
    };
    let mut case = TestCase::new(clause.id(), status);
    case.set_classname(format!("pybuf.{}", clause.family()));
    let notes = outcome.report.tally.groups.iter().filter(breaks).filter(|it| !it.is_failure());
    let notes: Vec<_> = notes.map(|group| outcome.text(group).to_string()).collect();
    if !notes.is_empty() && broken.is_empty() {
        case.set_system_out(notes.join("\n"));
    }
    case
}

/// Crashes, denials and the like that break no clause, by what they happened on.
fn without_clause(outcome: &Outcome) -> Vec<TestCase> {
    let name = |group: &Group| {
        let function = group.function.as_deref().unwrap_or("anything");
        format!("{} of {function} on {}", group.kind, group.objects)
    };
    let failures = outcome.failures().into_iter().filter(|group| group.clause.is_none());
    let failures = failures.map(|group| (name(group), failure(outcome, &[group])));
    let known = outcome.known().filter(|(group, _)| group.clause.is_none());
    let known = known.map(|(group, reason)| (name(group), skipped(&format!("known: {reason}"))));
    failures.chain(known).map(|(name, status)| case("replies", name, status)).collect()
}

fn complaints(outcome: &Outcome) -> Vec<TestCase> {
    let each = outcome.complaints().into_iter().map(|complaint| complaint.to_string());
    each.map(|complaint| {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(complaint.as_str());
        case("capabilities", complaint, status)
    })
    .collect()
}

fn problems(outcome: &Outcome) -> Vec<TestCase> {
    let each = outcome.problems().map(|(file, line, problem)| {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_message(problem);
        case("baseline", format!("{}:{line}", file.display()), status)
    });
    each.collect()
}

fn case(class: &str, name: String, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(name, status);
    case.set_classname(format!("pybuf.{class}"));
    case
}

fn failure(outcome: &Outcome, groups: &[&Group]) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    let texts: Vec<_> = groups.iter().map(|group| outcome.text(group).to_string()).collect();
    if let Some(first) = groups.first() {
        status.set_type(first.kind.name());
        status.set_message(outcome.text(first).headline());
    }
    status.set_description(texts.join("\n"));
    status
}

/// The status of a test that is of no consequence, and why.
pub fn skipped(why: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(why);
    status
}
