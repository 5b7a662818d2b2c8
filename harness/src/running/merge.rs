//! # Merging
//!
//! The tallies of all shards of a run, added up: the same as that of the run in one. Where shards are missing,
//! the run counts as one that stopped early.

use std::collections::BTreeMap;

use thiserror::Error;

use crate::case::Domain;
use crate::finding::{Finding, Findings};
use crate::shard::Shard;
use crate::tally::{Ran, Section, Stopped, Tally};

/// How many shards that are missing are named.
const NAMED: usize = 10;

/// Why tallies are not those of all shards of one run.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct MergeError(String);

/// Adds up the tallies of the shards of a run of these domains, each with a name to tell it by. A single one, if
/// it is of no shard or of cases that were drawn, is what comes of it.
///
/// # Errors
///
/// If they are not the shards of one run.
pub fn merge(mut tallies: Vec<(String, Tally)>, domains: &[Domain]) -> Result<Tally, MergeError> {
    let [first, others @ ..] = &tallies[..] else {
        return Err(MergeError("there is nothing to merge".into()));
    };
    if let Some((name, tally)) = tallies.iter().find(|(_, tally)| tally.drawn().is_some()) {
        let alone = "is of random cases, and those are no shards: it has to be alone";
        let error = || MergeError(format!("{name} {alone}"));
        return others.is_empty().then(|| tally.clone()).ok_or_else(error);
    }
    for other in others {
        same_run(first, other)?;
    }
    let missing = missing_shards(&tallies)?;
    let findings = findings(&tallies);
    let (_, mut whole) = tallies.remove(0);
    for (_, tally) in tallies {
        add(&mut whole, tally);
    }
    (whole.findings, whole.ran) = (findings, Ran::Walk(Shard::WHOLE));
    if let Some(missing) = missing {
        let before = whole.stopped.take().map(|stopped| stopped.why);
        let why = before.into_iter().chain([missing]).collect::<Vec<_>>().join("; ");
        whole.stopped = Some(Stopped { why, not_run: None });
    }
    let not_run = not_run(&whole, domains)?;
    if let Some(stopped) = &mut whole.stopped {
        stopped.not_run = Some(not_run);
    }
    Ok(whole)
}

fn same_run(
    (first, one): &(String, Tally),
    (name, other): &(String, Tally),
) -> Result<(), MergeError> {
    let (target, first_target) = (&other.target, &one.target);
    let cases = |tally: &Tally| -> Vec<_> {
        tally.sections.iter().map(|it| (it.domain.clone(), it.edition)).collect()
    };
    let same_cases = (one.part, &one.certificates) == (other.part, &other.certificates)
        && cases(one) == cases(other);
    let problem = if target != first_target {
        format!("{name} is of {target}, and {first} is of {first_target}")
    } else if one.lacks != other.lacks {
        format!("what {name} says that the target lacks is not what {first} says")
    } else if !same_cases {
        format!("{name} and {first} are not of the same suites, editions and cases")
    } else {
        return Ok(());
    };
    Err(MergeError(problem))
}

/// The findings of all shards. Of one cause the example is shown that comes first in the run.
fn findings(tallies: &[(String, Tally)]) -> Vec<Finding> {
    let mut findings = Findings::default();
    for (_, tally) in tallies {
        let section = |it: &Finding| {
            tally.sections.iter().position(|section| section.is_of(&it.case.domain, it.edition))
        };
        let place = |it: &Finding| (section(it), it.case.which.clone());
        for finding in &tally.findings {
            findings.join(finding.clone(), |one, other| place(one) < place(other));
        }
    }
    findings.sorted()
}

/// Adds what another shard counted, but for its findings.
fn add(whole: &mut Tally, shard: Tally) {
    for (sum, section) in whole.sections.iter_mut().zip(&shard.sections) {
        sum.add(section);
    }
    for (objects, clauses) in shard.exercised_on {
        whole.exercised_on.entry(objects).or_default().extend(clauses);
    }
    for (feature, calls) in shard.unsupported {
        let sum = whole.unsupported.entry(feature).or_default();
        *sum = sum.saturating_add(calls);
    }
    whole.features_used.extend(shard.features_used);
    whole.features_there.extend(shard.features_there);
    shard.skipped.into_iter().for_each(|skipped| whole.skip(skipped));
    whole.stopped = whole.stopped.take().or(shard.stopped);
}

/// Which shards are missing, in words, if some are.
fn missing_shards(tallies: &[(String, Tally)]) -> Result<Option<String>, MergeError> {
    let shards = tallies.iter().filter_map(|(name, tally)| match tally.ran {
        Ran::Walk(shard) => Some((name.as_str(), shard)),
        Ran::Drawn(_) => None,
    });
    let shards: Vec<(&str, Shard)> = shards.collect();
    let Some((first, shard)) = shards.first() else { return Ok(None) };
    let of = shard.of;
    let mut problems = Vec::new();
    let mut found: BTreeMap<usize, &str> = BTreeMap::new();
    for (name, shard) in &shards {
        if shard.of != of {
            problems.push(format!("{name} is one of {}, and {first} is one of {of}", shard.of));
        } else if let Some(twice) = found.insert(shard.number, name) {
            problems.push(format!("{shard} is in {twice} and in {name}"));
        }
    }
    // The number may be any that stands in a file: it is not counted up to.
    let missing = (1..=of).filter(|number| !found.contains_key(number)).take(NAMED);
    let mut missing: Vec<_> = missing.map(|number| format!("{number}/{of} is missing")).collect();
    match (of - found.len()).saturating_sub(NAMED) {
        0 => {}
        more => missing.push(format!("{more} more are missing")),
    }
    if problems.is_empty() {
        return Ok((!missing.is_empty()).then(|| missing.join("; ")));
    }
    let all = [problems, missing].concat().join("; ");
    Err(MergeError(format!("these are not the shards of one run: {all}")))
}

/// How many cases were neither run nor skipped: none, if the run has not stopped early.
fn not_run(whole: &Tally, domains: &[Domain]) -> Result<usize, MergeError> {
    let mut not_run = 0;
    for Section { domain, edition, cases, .. } in &whole.sections {
        let certificate = whole.certificates.iter().find(|it| it.domain == *domain);
        let walked = certificate.map_or(0, |certificate| certificate.cases);
        let kept = domains.iter().find(|it| it.name == domain).map(Domain::kept);
        let all = walked + kept.and_then(Result::ok).map_or(0, |kept| kept.len());
        let skipped =
            whole.skipped.iter().filter(|it| it.domain == *domain && it.edition == *edition);
        let due = skipped.fold(*cases, |sum, skipped| sum.saturating_add(skipped.cases));
        if due > all || due < all && whole.stopped.is_none() {
            return Err(MergeError(format!(
                "of the {all} cases of {domain} in edition {edition} there are {cases}"
            )));
        }
        not_run += all - due;
    }
    Ok(not_run)
}
