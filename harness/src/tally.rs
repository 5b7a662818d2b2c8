//! # Tallies
//!
//! What was counted in a run, or in a shard of one. [`merge`](crate::merge::merge) adds up those of
//! shards; what follows from that of a whole run, a [`Report`](crate::report::Report) tells.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use pybuf_model::{Clause, Edition, Level};
use serde::{Deserialize, Serialize};
use serde_with::{DisplayFromStr, serde_as};

use crate::case::CaseId;
use crate::certificate::Certificate;
use crate::shard::Shard;
use crate::verdict::{Divergence, Kind, Verdict};

/// What was counted.
#[serde_as]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// What was run: `CPython 3.12.1`.
    pub target: String,
    /// What it lacks by its own account, with the reason.
    pub lacks: BTreeMap<String, String>,
    /// Which of the cases were run.
    pub shard: Shard,
    /// The cases of each domain in each edition, in the order in which they were run.
    pub sections: Vec<Section>,
    /// The divergences by cause: the worst first.
    pub groups: Vec<Group>,
    /// The clauses that replies were held against, by what the calls were about: a kind of object, or
    /// the function where there is none.
    #[serde_as(as = "BTreeMap<_, BTreeSet<DisplayFromStr>>")]
    pub exercised_on: BTreeMap<String, BTreeSet<Clause>>,
    /// How many calls were not made for what the implementation lacks: a gap may be a part of a
    /// function only.
    pub unsupported: BTreeMap<String, usize>,
    /// What was asked for and not answered with "unsupported", by the names of
    /// [`Call::feature`](crate::Call::feature).
    pub features_used: BTreeSet<String>,
    /// What of it was there, in some edition.
    pub features_there: BTreeSet<String>,
    /// Which cases the domains consist of.
    pub certificates: Vec<Certificate>,
    /// Why not all cases were run, if they were not. An error.
    pub stopped: Option<Stopped>,
}

/// The end of a run before its time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stopped {
    /// Why the implementation could not go on.
    pub why: String,
    /// How many cases were left.
    pub not_run: usize,
}

/// The cases of a domain in an edition, by what became of them.
#[serde_as]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// The name of the domain.
    pub domain: String,
    /// The edition.
    #[serde_as(as = "DisplayFromStr")]
    pub edition: Edition,
    /// All of them.
    pub cases: usize,
    /// Those whose replies are permitted.
    pub agree: usize,
    /// Those that need something which the edition does not have.
    pub not_in_edition: usize,
    /// Those that need something which the implementation does not support.
    pub unsupported: usize,
    /// Those with a reply that breaks a must, or that is no reply: a crash, a time-out, a denial.
    pub diverge: usize,
    /// Those with a reply that breaks nothing but a should or what has been observed.
    pub notes: usize,
}

/// Divergences of one cause: the same clause, in the same way, on the same kind of object.
#[serde_as]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// The clause, if it is one that is broken.
    #[serde_as(as = "Option<DisplayFromStr>")]
    pub clause: Option<Clause>,
    /// The level of the worst.
    #[serde_as(as = "DisplayFromStr")]
    pub level: Level,
    /// In what way.
    #[serde_as(as = "DisplayFromStr")]
    pub kind: Kind,
    /// The kind of object, or the function where there is none.
    pub objects: String,
    /// In how many calls it was seen as a failure.
    pub failures: usize,
    /// In how many calls it was seen as a note, for the call is beyond the text, or the level is weak.
    pub notes: usize,
    /// The smallest case of it.
    pub smallest: Example,
    /// What came of running that again, if it is not what was hoped for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<Again>,
}

/// What came of running the smallest case of a group again, alone, and of making it simpler.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Again {
    /// It does not show the same alone: what was seen comes of cases before it.
    NotSeen,
    /// It could not be run again, for this reason.
    NotRun(String),
    /// It shows the same, but could not be made as simple as can be, for this reason.
    NotSimpler(String),
}

impl fmt::Display for Again {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Again::NotSeen => f.write_str("alone, this case does not show it"),
            Again::NotRun(why) => write!(f, "not run: {why}"),
            Again::NotSimpler(why) => write!(f, "not made simpler: {why}"),
        }
    }
}

/// One case that shows a divergence.
#[serde_as]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    /// Its id.
    #[serde_as(as = "DisplayFromStr")]
    pub case: CaseId,
    /// The edition that it was judged by.
    #[serde_as(as = "DisplayFromStr")]
    pub edition: Edition,
    /// The call, as text.
    pub call: String,
    /// What is permitted.
    pub expected: String,
    /// What was replied.
    pub observed: String,
}

impl Tally {
    /// The editions that were judged by.
    pub fn editions(&self) -> BTreeSet<Edition> {
        self.sections.iter().map(|section| section.edition).collect()
    }

    /// The cases that could be judged: all but those that need what the implementation lacks.
    pub fn judged(&self) -> usize {
        self.sections.iter().map(|section| section.cases - section.unsupported).sum()
    }

    /// The groups that make a run fail: what breaks a must, crashes and time-outs; with `strict`, also
    /// what breaks a should or what has been observed.
    pub fn failures(&self, strict: bool) -> impl Iterator<Item = &Group> {
        self.groups.iter().filter(move |group| strict || group.is_failure())
    }
}

impl Section {
    pub(crate) fn new(domain: &str, edition: Edition) -> Section {
        Section {
            domain: domain.into(),
            edition,
            cases: 0,
            agree: 0,
            not_in_edition: 0,
            unsupported: 0,
            diverge: 0,
            notes: 0,
        }
    }

    /// Whether it is that of a domain in an edition.
    pub(crate) fn is_of(&self, domain: &str, edition: Edition) -> bool {
        (self.domain.as_str(), self.edition) == (domain, edition)
    }

    /// Adds up two of the same domain and edition.
    pub(crate) fn add(&mut self, other: &Section) {
        self.cases += other.cases;
        self.agree += other.agree;
        self.not_in_edition += other.not_in_edition;
        self.unsupported += other.unsupported;
        self.diverge += other.diverge;
        self.notes += other.notes;
    }

    pub(crate) fn count(&mut self, verdict: Verdict, divergences: &[Divergence]) {
        self.cases += 1;
        let counter = match verdict {
            Verdict::Agrees => &mut self.agree,
            Verdict::NotInEdition => &mut self.not_in_edition,
            Verdict::Unsupported => &mut self.unsupported,
            Verdict::Diverges if divergences.iter().any(Divergence::is_failure) => {
                &mut self.diverge
            }
            Verdict::Diverges => &mut self.notes,
        };
        *counter += 1;
    }
}

impl Group {
    /// Whether it makes a run fail that is not strict.
    pub fn is_failure(&self) -> bool {
        self.level == Level::Must
    }
}

/// Gathers divergences into groups.
#[derive(Default)]
pub(crate) struct Groups(BTreeMap<(Option<Clause>, Kind, String), Group>);

impl Groups {
    /// Takes a divergence of a case that comes after those of all others, but that those that are kept
    /// come before all and are smaller than none.
    pub(crate) fn add(&mut self, divergence: &Divergence, objects: &str, example: Example) {
        let failure = divergence.is_failure();
        let &Divergence { kind, clause, level, .. } = divergence;
        let group = Group {
            clause,
            level,
            kind,
            objects: objects.into(),
            failures: failure.into(),
            notes: (!failure).into(),
            smallest: example,
            again: None,
        };
        self.join(group, |new, known| known.case.is_kept() && !new.case.is_kept());
    }

    /// Takes a group as it is, or adds it to the one of the same cause. `smaller` is whether the first of
    /// two examples comes first.
    pub(crate) fn join(&mut self, group: Group, smaller: impl Fn(&Example, &Example) -> bool) {
        let key = (group.clause, group.kind, group.objects.clone());
        let Some(known) = self.0.get_mut(&key) else {
            self.0.insert(key, group);
            return;
        };
        known.failures += group.failures;
        known.notes += group.notes;
        // One that the text speaks of says more than one it does not, even if that is smaller.
        let says_more = group.level > known.level;
        let says_as_much = group.level == known.level;
        if says_more || says_as_much && smaller(&group.smallest, &known.smallest) {
            known.level = group.level;
            (known.smallest, known.again) = (group.smallest, group.again);
        }
    }

    /// The worst first: crashes, then by level, then by clause.
    pub(crate) fn sorted(self) -> Vec<Group> {
        let mut groups: Vec<Group> = self.0.into_values().collect();
        groups.sort_by_key(|group| (std::cmp::Reverse(group.level), group.kind));
        groups
    }
}
