//! # Reports
//!
//! What follows from what was counted: whether an implementation conforms, and what was not tested.

use std::collections::BTreeSet;

use pybuf_model::{Clause, Edition, Expected, Level};
use schemars::JsonSchema;
use serde::Serialize;
use serde_with::{DisplayFromStr, serde_as};

use crate::call::{self, Call};
use crate::case::{Case, Domain};
use crate::certificate::features;
use crate::judge::by_model;
use crate::reach::in_the_way;
use crate::tally::Tally;

/// What came of a run. What was not exercised is only known of a whole run, and of a shard nothing is said
/// about it.
#[serde_as]
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Report {
    /// What was counted.
    #[serde(flatten)]
    pub tally: Tally,
    /// The clauses that decided about replies.
    #[serde_as(as = "BTreeSet<DisplayFromStr>")]
    pub exercised: BTreeSet<Clause>,
    /// The clauses that the run could exercise: those of its domains that hold in its editions, and
    /// those of other families, such as objects, that it came by; but not those that are out of reach.
    /// Empty of a shard.
    #[serde_as(as = "BTreeSet<DisplayFromStr>")]
    pub applicable: BTreeSet<Clause>,
    /// The clauses that no case can test with this implementation. Empty of a shard.
    pub out_of_reach: Vec<OutOfReach>,
    /// What the implementation claims and no case has exercised. An error. Empty of a shard.
    pub never_exercised: Vec<String>,
    /// What it declares to lack and nobody knows. An error.
    pub unknown_gaps: Vec<String>,
}

/// A clause that only cases name which need what is not to be had.
#[serde_as]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OutOfReach {
    /// The clause.
    #[serde_as(as = "DisplayFromStr")]
    pub clause: Clause,
    /// What the cases need, in words: `lacks PyErr_SetString`.
    pub why: String,
}

/// How many of the clauses of a level were exercised.
#[serde_as]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Coverage {
    /// The level.
    #[serde_as(as = "DisplayFromStr")]
    pub level: Level,
    /// How many.
    pub exercised: usize,
    /// Of how many that the run could exercise.
    pub all: usize,
    /// The others.
    #[serde_as(as = "Vec<DisplayFromStr>")]
    pub missed: Vec<Clause>,
}

impl Report {
    /// What follows from a tally of the cases of these domains.
    pub fn of(tally: Tally, domains: &[Domain]) -> Report {
        let exercised = tally.exercised_on.values().flatten().copied().collect();
        let mut report = Report {
            unknown_gaps: unknown_gaps(&tally),
            tally,
            exercised,
            applicable: BTreeSet::new(),
            out_of_reach: Vec::new(),
            never_exercised: Vec::new(),
        };
        if !report.tally.is_shard() {
            report.look_for_what_is_missing(domains);
        }
        report
    }

    fn look_for_what_is_missing(&mut self, domains: &[Domain]) {
        let editions: Vec<Edition> = self.tally.editions().into_iter().collect();
        self.never_exercised = never_exercised(&self.tally, domains);
        self.applicable = applicable(domains, &editions);
        // Of other families, such as objects, those count that cases come by.
        self.applicable.extend(&self.exercised);
        let missed = self.applicable.difference(&self.exercised);
        let out_of_reach =
            missed.filter_map(|clause| out_of_reach(*clause, &self.tally, domains, &editions));
        self.out_of_reach = out_of_reach.collect();
        for OutOfReach { clause, .. } in &self.out_of_reach {
            self.applicable.remove(clause);
        }
    }

    /// Whether the implementation conforms: there is something to judge, and nothing to object to.
    pub fn conforms(&self, strict: bool) -> bool {
        self.complaints().is_empty() && self.tally.failures(strict).next().is_none()
    }

    /// What there is to object to besides divergences: what is wrong with the run itself, or with the capabilities
    /// that the implementation claims. A shard may have come out empty.
    pub fn complaints(&self) -> Vec<String> {
        let mut complaints = Vec::new();
        if self.tally.judged() == 0 && !self.tally.is_shard() {
            complaints.push("nothing was judged".to_owned());
        }
        complaints.extend(self.tally.skipped.iter().map(ToString::to_string));
        complaints.extend(self.tally.stopped.iter().map(ToString::to_string));
        for feature in &self.never_exercised {
            complaints.push(format!("it claims {feature}, and no case has exercised that"));
        }
        for gap in &self.unknown_gaps {
            complaints.push(format!("it declares to lack {gap}, and there is no such thing"));
        }
        complaints
    }

    /// How many of the run's clauses were exercised, level by level. A clause counts at the most binding
    /// of its levels in the editions of the run.
    pub fn coverage(&self) -> Vec<Coverage> {
        let editions = self.tally.editions();
        let level = |clause: &Clause| editions.iter().filter_map(|e| clause.level(*e)).max();
        let each = Level::ALL.into_iter().map(|wanted| {
            let of_level = |clause: &&Clause| level(clause) == Some(wanted);
            let missed = self.applicable.difference(&self.exercised).filter(of_level);
            Coverage {
                level: wanted,
                exercised: self.exercised.iter().filter(of_level).count(),
                all: self.applicable.iter().filter(of_level).count(),
                missed: missed.copied().collect(),
            }
        });
        each.filter(|coverage| coverage.all > 0).collect()
    }
}

/// The clauses of the families of `domains` that hold in one of `editions`.
fn applicable(domains: &[Domain], editions: &[Edition]) -> BTreeSet<Clause> {
    let clauses = Clause::all();
    clauses
        .filter(|clause| domains.iter().any(|domain| domain.name == clause.family()))
        .filter(|clause| editions.iter().any(|edition| clause.holds(*edition)))
        .collect()
}

/// The clause with the reason, if no case can test it, for what the implementation lacks, and what is not
/// there in its editions. (Where it should be, denying it is a divergence.)
fn out_of_reach(
    clause: Clause,
    tally: &Tally,
    domains: &[Domain],
    editions: &[Edition],
) -> Option<OutOfReach> {
    let Tally { features_used, features_there, .. } = tally;
    let lacks = |feature: &str| tally.lacks.contains_key(feature);
    let is_there = |it: &str| !features_used.contains(it) || features_there.contains(it);
    let lacking = |call: &Call| lacks(call.feature()) || !is_there(call.feature());
    let in_the_way = in_the_way(clause, domains, editions, lacking)?;
    let (lacks, absent): (Vec<_>, Vec<_>) = in_the_way.into_iter().partition(|it| lacks(it));
    let words = [("lacks", lacks), ("not there:", absent)].into_iter();
    let words = words.filter(|(_, features)| !features.is_empty());
    let why: Vec<_> = words.map(|(word, it)| format!("{word} {}", it.join(", "))).collect();
    Some(OutOfReach { clause, why: why.join("; ") })
}

/// What is claimed and was not exercised. Where cases were not run, or only some drawn, that means nothing.
fn never_exercised(tally: &Tally, domains: &[Domain]) -> Vec<String> {
    if !tally.skipped.is_empty() || tally.stopped.is_some() || tally.drawn().is_some() {
        return Vec::new();
    }
    let unused = features(domains).into_iter().filter(|it| !tally.features_used.contains(*it));
    let claimed = unused.filter(|it| !tally.lacks.contains_key(*it));
    claimed.filter(|it| can_be_exercised(it, tally, domains)).map(str::to_owned).collect()
}

/// Whether some case exercises it in an edition of the run, and needs nothing that is lacking.
fn can_be_exercised(feature: &str, tally: &Tally, domains: &[Domain]) -> bool {
    let editions = tally.editions();
    let is_there = |case: &Case, edition| {
        let expected = by_model(case, edition).into_iter();
        expected.zip(&case.calls).any(|((expected, _), call)| {
            let is_asked = !matches!(expected, Expected::NotMade { .. } | Expected::BadCase(_));
            is_asked && call.feature() == feature
        })
    };
    let lacks = |call: &Call| tally.lacks.contains_key(call.feature());
    let has = |call: &Call| call.feature() == feature;
    let mut cases = domains.iter().flat_map(Domain::cases).map(|(_, case)| case);
    cases.any(|case| {
        case.calls.iter().any(has)
            && !case.calls.iter().any(lacks)
            && editions.iter().any(|edition| is_there(&case, *edition))
    })
}

/// What is declared as a gap and is nothing that there is.
fn unknown_gaps(tally: &Tally) -> Vec<String> {
    let gaps = tally.lacks.keys();
    gaps.filter(|gap| !call::features().any(|it| it == **gap)).cloned().collect()
}
