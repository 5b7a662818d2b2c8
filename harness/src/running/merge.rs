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

/// Why tallies are not those of all shards of one run. `first` is the name of the tally that the others are
/// compared to.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MergeError {
    /// There is none.
    #[error("there is nothing to merge")]
    Nothing,
    /// Of cases that were drawn.
    #[error("{name} is of random cases, and those are no shards: it has to be alone")]
    Random {
        /// Which.
        name: String,
    },
    /// Of different implementations.
    #[error("{name} is of {target}, and {first} is of {first_target}")]
    OtherTarget {
        /// Which.
        name: String,
        /// What it is of.
        target: String,
        /// The one it was compared to.
        first: String,
        /// What that is of.
        first_target: String,
    },
    /// The implementation lacked other things.
    #[error("what {name} says that the target lacks is not what {first} says")]
    OtherGaps {
        /// Which.
        name: String,
        /// The one it was compared to.
        first: String,
    },
    /// Of different domains or editions, or of cases that are not the same.
    #[error("{name} and {first} are not of the same suites, editions and cases")]
    OtherCases {
        /// Which.
        name: String,
        /// The one it was compared to.
        first: String,
    },
    /// There are shards that overlap, or of different numbers: what there is too much or too little of.
    #[error("these are not the shards of one run: {}", .0.join("; "))]
    Shards(Vec<String>),
    /// There are all shards, and not all cases; or there are more.
    #[error("of the {all} cases of {domain} in edition {edition} there are {cases}")]
    Incomplete {
        /// The name of the domain.
        domain: String,
        /// The name of the edition.
        edition: String,
        /// How many there are.
        cases: usize,
        /// How many there should be.
        all: usize,
    },
}

/// Adds up the tallies of the shards of a run of these domains, each with a name to tell it by. A single one, if
/// it is of no shard or of cases that were drawn, is what comes of it.
///
/// # Errors
///
/// If they are not the shards of one run.
pub fn merge(tallies: Vec<(String, Tally)>, domains: &[Domain]) -> Result<Tally, MergeError> {
    let [(first_name, first), others @ ..] = &tallies[..] else { return Err(MergeError::Nothing) };
    let drawn = tallies.iter().find(|(_, tally)| tally.drawn().is_some());
    if let Some((name, tally)) = drawn {
        let random = MergeError::Random { name: name.clone() };
        return if others.is_empty() { Ok(tally.clone()) } else { Err(random) };
    }
    for (name, other) in others {
        same_run(first_name, first, name, other)?;
    }
    let missing = missing_shards(&tallies)?;
    let mut tallies = tallies.into_iter().map(|(_, tally)| tally);
    let Some(mut whole) = tallies.next() else { return Err(MergeError::Nothing) };
    let order: BTreeMap<_, usize> = whole
        .sections
        .iter()
        .enumerate()
        .map(|(i, s)| ((s.domain.clone(), s.edition), i))
        .collect();
    let place =
        |it: &Finding| (order.get(&(it.case.domain.clone(), it.edition)), it.case.which.clone());
    let smaller = |one: &Finding, other: &Finding| place(one) < place(other);
    let mut findings = Findings::default();
    std::mem::take(&mut whole.findings).into_iter().for_each(|it| findings.join(it, smaller));
    for tally in tallies {
        tally.findings.into_iter().for_each(|it| findings.join(it, smaller));
        for (sum, section) in whole.sections.iter_mut().zip(&tally.sections) {
            sum.add(section);
        }
        for (objects, clauses) in tally.exercised_on {
            whole.exercised_on.entry(objects).or_default().extend(clauses);
        }
        for (feature, calls) in tally.unsupported {
            let sum = whole.unsupported.entry(feature).or_default();
            *sum = sum.saturating_add(calls);
        }
        whole.features_used.extend(tally.features_used);
        whole.features_there.extend(tally.features_there);
        for skipped in tally.skipped {
            match whole.skipped.iter_mut().find(|it| it.is_like(&skipped)) {
                Some(sum) => sum.cases = sum.cases.saturating_add(skipped.cases),
                None => whole.skipped.push(skipped),
            }
        }
        whole.stopped = whole.stopped.take().or(tally.stopped);
    }
    whole.findings = findings.sorted();
    whole.ran = Ran::Walk(Shard::WHOLE);
    if let Some(missing) = missing {
        let why =
            whole.stopped.take().map_or(String::new(), |stopped| stopped.why + "; ") + &missing;
        whole.stopped = Some(Stopped { why, not_run: None });
    }
    let not_run = not_run(&whole, domains)?;
    if let Some(stopped) = &mut whole.stopped {
        stopped.not_run = Some(not_run);
    }
    Ok(whole)
}

fn same_run(first: &str, one: &Tally, name: &str, other: &Tally) -> Result<(), MergeError> {
    let (name, first) = (name.to_owned(), first.to_owned());
    let sections = |tally: &Tally| -> Vec<_> {
        tally.sections.iter().map(|s| (s.domain.clone(), s.edition)).collect()
    };
    if one.target != other.target {
        let (target, first_target) = (other.target.clone(), one.target.clone());
        return Err(MergeError::OtherTarget { name, target, first, first_target });
    }
    if one.lacks != other.lacks {
        return Err(MergeError::OtherGaps { name, first });
    }
    let same = one.part == other.part && one.certificates == other.certificates;
    if !same || sections(one) != sections(other) {
        return Err(MergeError::OtherCases { name, first });
    }
    Ok(())
}

/// Which shards are missing, in words, if some are.
fn missing_shards(tallies: &[(String, Tally)]) -> Result<Option<String>, MergeError> {
    let shards: Vec<(&String, Shard)> = tallies
        .iter()
        .filter_map(|(name, tally)| match tally.ran {
            Ran::Walk(shard) => Some((name, shard)),
            Ran::Drawn(_) => None,
        })
        .collect();
    let Some((first, shard)) = shards.first() else { return Err(MergeError::Nothing) };
    let of = shard.of();
    let mut problems = Vec::new();
    let mut found: BTreeMap<usize, &str> = BTreeMap::new();
    for (name, shard) in &shards {
        if shard.of() != of {
            problems.push(format!("{name} is one of {}, and {first} is one of {of}", shard.of()));
        } else if let Some(twice) = found.insert(shard.number(), name) {
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
    problems.extend(missing);
    Err(MergeError::Shards(problems))
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
            let (domain, edition) = (domain.clone(), edition.to_string());
            return Err(MergeError::Incomplete { domain, edition, cases: *cases, all });
        }
        not_run += all - due;
    }
    Ok(not_run)
}
