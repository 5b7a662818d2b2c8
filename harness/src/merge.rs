//! # Merging
//!
//! The tallies of all shards of a run, added up: the same as that of the run in one.

use std::collections::BTreeMap;

use thiserror::Error;

use crate::case::Domain;
use crate::shard::Shard;
use crate::tally::{Example, Groups, Section, Stopped, Tally};

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
    #[error("{name} is of random cases, and those are no shards")]
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
    /// There are shards that overlap or are missing: what there is too much or too little of.
    #[error("these are not the shards of one run: {}", .0.join("; "))]
    Shards(Vec<String>),
    /// There are all shards, and not all cases.
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

/// Adds up the tallies of all shards of a run of these domains, each with a name to tell it by.
///
/// # Errors
///
/// If they are not the shards of one run, or not all.
pub fn merge(tallies: Vec<(String, Tally)>, domains: &[Domain]) -> Result<Tally, MergeError> {
    let [(first_name, first), others @ ..] = &tallies[..] else { return Err(MergeError::Nothing) };
    if let Some((name, _)) = tallies.iter().find(|(_, tally)| tally.certificates.is_empty()) {
        return Err(MergeError::Random { name: name.clone() });
    }
    for (name, other) in others {
        same_run(first_name, first, name, other)?;
    }
    all_shards(&tallies)?;
    let mut tallies = tallies.into_iter().map(|(_, tally)| tally);
    let Some(mut whole) = tallies.next() else { return Err(MergeError::Nothing) };
    let order: BTreeMap<_, usize> = whole
        .sections
        .iter()
        .enumerate()
        .map(|(i, s)| ((s.domain.clone(), s.edition), i))
        .collect();
    let place = |example: &Example| order.get(&(example.case.domain.clone(), example.edition));
    let smaller = |one: &Example, other: &Example| {
        (place(one), &one.case.which) < (place(other), &other.case.which)
    };
    let mut groups = Groups::default();
    std::mem::take(&mut whole.groups).into_iter().for_each(|group| groups.join(group, smaller));
    for tally in tallies {
        tally.groups.into_iter().for_each(|group| groups.join(group, smaller));
        for (sum, section) in whole.sections.iter_mut().zip(&tally.sections) {
            sum.add(section);
        }
        for (objects, clauses) in tally.exercised_on {
            whole.exercised_on.entry(objects).or_default().extend(clauses);
        }
        for (feature, calls) in tally.unsupported {
            *whole.unsupported.entry(feature).or_default() += calls;
        }
        whole.features_used.extend(tally.features_used);
        whole.features_there.extend(tally.features_there);
        if let Some(Stopped { why, not_run }) = tally.stopped {
            whole.stopped.get_or_insert(Stopped { why, not_run: 0 }).not_run += not_run;
        }
    }
    whole.groups = groups.sorted();
    whole.shard = Shard::WHOLE;
    if whole.stopped.is_none() {
        complete(&whole, domains)?;
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
    if one.certificates != other.certificates || sections(one) != sections(other) {
        return Err(MergeError::OtherCases { name, first });
    }
    Ok(())
}

fn all_shards(tallies: &[(String, Tally)]) -> Result<(), MergeError> {
    let Some((first, tally)) = tallies.first() else { return Err(MergeError::Nothing) };
    let of = tally.shard.of();
    let mut problems = Vec::new();
    let mut found: BTreeMap<usize, &str> = BTreeMap::new();
    for (name, Tally { shard, .. }) in tallies {
        if shard.of() != of {
            problems.push(format!("{name} is one of {}, and {first} is one of {of}", shard.of()));
        } else if let Some(twice) = found.insert(shard.number(), name) {
            problems.push(format!("{shard} is in {twice} and in {name}"));
        }
    }
    // The number may be any that stands in a file: it is not counted up to.
    let missing = (1..=of).filter(|number| !found.contains_key(number)).take(NAMED);
    problems.extend(missing.map(|number| format!("{number}/{of} is missing")));
    match (of - found.len()).saturating_sub(NAMED) {
        0 => {}
        more => problems.push(format!("{more} more are missing")),
    }
    if problems.is_empty() { Ok(()) } else { Err(MergeError::Shards(problems)) }
}

fn complete(whole: &Tally, domains: &[Domain]) -> Result<(), MergeError> {
    for Section { domain, edition, cases, .. } in &whole.sections {
        let certificate = whole.certificates.iter().find(|it| it.domain == *domain);
        let walked = certificate.map_or(0, |certificate| certificate.cases);
        let kept = domains.iter().find(|it| it.name == domain).map(Domain::kept);
        let all = walked + kept.and_then(Result::ok).map_or(0, |kept| kept.len());
        if *cases != all {
            let (domain, edition) = (domain.clone(), edition.to_string());
            return Err(MergeError::Incomplete { domain, edition, cases: *cases, all });
        }
    }
    Ok(())
}
