//! Sentences and numbers about a run.

use pybuf_harness::Report;
use pybuf_harness::statistics::{Campaign, Class, Statistics};
use pybuf_harness::tally::{Ran, Section};

use super::outcome::Outcome;
use crate::report::page::count;

/// What is counted of cases.
pub const COLUMNS: [&str; 6] =
    ["cases", "agree", "diverge", "notes", "not in edition", "unsupported"];

/// The counts of each suite, and of all.
pub fn rows(report: &Report) -> Vec<(&str, [usize; 6])> {
    let counts = |section: &Section| {
        let Section { cases, agree, diverge, notes, not_in_edition, unsupported, .. } = *section;
        [cases, agree, diverge, notes, not_in_edition, unsupported]
    };
    let sum = |of: &dyn Fn(&Section) -> bool| {
        let sections = report.tally.sections.iter().filter(|section| of(section)).map(counts);
        sections.fold([0; 6], |sum, counts| std::array::from_fn(|i| sum[i] + counts[i]))
    };
    let mut suites: Vec<&str> = Vec::new();
    for section in &report.tally.sections {
        if !suites.contains(&section.domain.as_str()) {
            suites.push(&section.domain);
        }
    }
    let rows = suites.into_iter().map(|suite| (suite, sum(&|section| section.domain == suite)));
    rows.chain([("all", sum(&|_| true))]).collect()
}

/// `edition 3.12`, or the first and the last.
pub fn editions(report: &Report) -> String {
    let editions = report.tally.editions();
    match (editions.first(), editions.last()) {
        (Some(first), Some(last)) if first == last => format!("edition {first}"),
        (Some(first), Some(last)) => format!("editions {first} to {last}"),
        _ => "no edition".into(),
    }
}

/// How many cases passed, of how many.
pub fn passed(outcome: &Outcome) -> String {
    let (_, all) = rows(outcome.report).pop().unwrap_or_default();
    let [cases, agree, diverge, notes, ..] = all;
    let passed = if outcome.strict { agree } else { agree + notes };
    let applicable = agree + notes + diverge;
    format!("passed: {passed} of {applicable} applicable cases; {cases} cases in all")
}

/// What else there is to know: divergences that nothing is made of.
pub fn remarks(outcome: &Outcome) -> Vec<String> {
    let mut remarks = Vec::new();
    let tally = &outcome.report.tally;
    if let Ran::Walk(shard) = tally.ran
        && !shard.is_whole()
    {
        remarks.push(format!(
            "shard {shard}: what was not exercised is known when `pybuf merge` has all"
        ));
    }
    let notes = tally.findings.len() - tally.failures(false).count();
    if notes > 0 && !outcome.strict {
        remarks
            .push(format!("{} of notes, which --strict shows and fails on", count(notes, "cause")));
    }
    if let Some(held) = &outcome.baseline {
        let (file, known) = (held.file.display(), count(held.comparison.known.len(), "cause"));
        remarks.push(format!("{known} of divergence known, by {file}"));
        let not_met = held.comparison.not_met;
        if not_met > 0 {
            let entries =
                if not_met == 1 { "1 entry".into() } else { format!("{not_met} entries") };
            remarks.push(format!(
                "{entries} of {file} matched nothing here; only a complete run of all suites and editions can judge that"
            ));
        }
    }
    remarks
}

/// Whether the target conforms, in a line.
pub fn verdict(outcome: &Outcome) -> String {
    let tally = &outcome.report.tally;
    let nothing = tally.sections.iter().all(|it| it.agree + it.notes + it.diverge == 0);
    if tally.stopped.is_some() {
        return "stopped early: see the errors above".into();
    }
    match (outcome.conforms(), outcome.failures().len()) {
        (true, _) if nothing && !tally.is_shard() => {
            "conforms: there is nothing of this in the edition".into()
        }
        (true, _) if outcome.known().next().is_some() => {
            "conforms: no divergence that is not known".into()
        }
        (true, _) => "conforms: no divergence".into(),
        (false, 0) => "does not conform: see the errors above".into(),
        (false, failures) => {
            format!("does not conform: {} of divergence", count(failures, "cause"))
        }
    }
}

/// What was drawn and how fast, in several lines.
pub fn statistics(campaign: &Campaign) -> String {
    let Campaign { seed, seconds, statistics } = campaign;
    let (cases, rate) = (campaign.cases(), campaign.cases_a_second());
    let mut text =
        format!("random cases: seed {seed}, {cases} cases in {seconds:.1} s, {rate:.0} a second\n");
    for each in statistics.iter().filter(|each| each.cases > 0) {
        let Statistics { domain, cases, accepted, refused, classes } = each;
        let share = |count: usize| format!("{:.0} %", 100.0 * count as f64 / *cases as f64);
        let (accepted, refused) = (share(*accepted), share(*refused));
        text +=
            &format!("  {domain:<13}{cases:>8} cases  accepted {accepted}, refused {refused}\n");
        let all = Class::ALL.iter().filter_map(|class| {
            let count = *classes.get(class)?;
            Some(format!("{class} {}", share(count)))
        });
        for line in all.collect::<Vec<_>>().chunks(6) {
            text += &format!("  {:<13}    {}\n", "", line.join(", "));
        }
    }
    text
}
