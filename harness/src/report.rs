//! # Reports
//!
//! What came of a run: the cases counted, the divergences grouped by cause, the clauses exercised.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use pybuf_model::{Clause, Edition, Level, clause};
use serde::{Serialize, Serializer};

use crate::case::{CaseId, Which};
use crate::certificate::Certificate;
use crate::verdict::{Divergence, Kind, Verdict};

/// What came of a run.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// What was run: `CPython 3.12.1`.
    pub target: String,
    /// The cases of each domain in each edition.
    pub sections: Vec<Section>,
    /// The divergences by cause: the worst first.
    pub groups: Vec<Group>,
    /// The clauses that replies were held against.
    #[serde(serialize_with = "as_texts")]
    pub exercised: BTreeSet<Clause>,
    /// The clauses that the run could exercise: those of its domains that hold in its editions, and
    /// those of other families, such as objects, that it came by; but not those that are out of reach.
    #[serde(serialize_with = "as_texts")]
    pub applicable: BTreeSet<Clause>,
    /// The clauses that no case can put to the implementation.
    pub out_of_reach: Vec<OutOfReach>,
    /// What the implementation lacks by its own account, with the reason.
    pub lacks: BTreeMap<String, String>,
    /// How many calls it did not make for that reason: a gap may be a part of a function only.
    pub unsupported: BTreeMap<&'static str, usize>,
    /// What it claims and no case has exercised. An error.
    pub never_exercised: Vec<String>,
    /// What it declares to lack and nobody knows. An error.
    pub unknown_gaps: Vec<String>,
    /// Which cases the domains consist of.
    pub certificates: Vec<Certificate>,
    /// Why not all cases were run, if they were not. An error.
    pub stopped: Option<Stopped>,
}

/// The end of a run before its time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stopped {
    /// Why the implementation could not go on.
    pub why: String,
    /// How many cases were left.
    pub not_run: usize,
}

/// A clause that only cases name which need what is not to be had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OutOfReach {
    /// The clause.
    #[serde(serialize_with = "as_text")]
    pub clause: Clause,
    /// What the cases need, in words: `lacks PyErr_SetString`.
    pub why: String,
}

/// How many of the clauses of a level were exercised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// The level.
    #[serde(serialize_with = "as_text")]
    pub level: Level,
    /// How many.
    pub exercised: usize,
    /// Of how many that the run could exercise.
    pub all: usize,
    /// The others.
    #[serde(serialize_with = "as_texts")]
    pub missed: Vec<Clause>,
}

/// The cases of a domain in an edition, by what became of them.
#[derive(Clone, Debug, Serialize)]
pub struct Section {
    /// The name of the domain.
    pub domain: String,
    /// The edition.
    #[serde(serialize_with = "as_text")]
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
#[derive(Clone, Debug, Serialize)]
pub struct Group {
    /// The clause, if it is one that is broken.
    #[serde(serialize_with = "as_option")]
    pub clause: Option<Clause>,
    /// The level of the worst.
    #[serde(serialize_with = "as_text")]
    pub level: Level,
    /// In what way.
    #[serde(serialize_with = "as_text")]
    pub kind: Kind,
    /// The kind of object, or the function where there is none.
    pub objects: String,
    /// In how many calls it was seen as a failure.
    pub failures: usize,
    /// In how many calls it was seen as a note, for the call is beyond the text, or the level is weak.
    pub notes: usize,
    /// The smallest case of it.
    pub smallest: Example,
}

/// One case that shows a divergence.
#[derive(Clone, Debug, Serialize)]
pub struct Example {
    /// Its id.
    #[serde(serialize_with = "as_text")]
    pub case: CaseId,
    /// The edition that it was judged by.
    #[serde(serialize_with = "as_text")]
    pub edition: Edition,
    /// The call, as text.
    pub call: String,
    /// What is permitted.
    pub expected: String,
    /// What was replied.
    pub observed: String,
}

impl fmt::Display for OutOfReach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.clause, self.why)
    }
}

impl Report {
    /// The groups that make the run fail: what breaks a must, crashes and time-outs; with `strict`,
    /// also what breaks a should or what has been observed.
    pub fn failures(&self, strict: bool) -> impl Iterator<Item = &Group> {
        self.groups.iter().filter(move |group| strict || group.is_failure())
    }

    /// Whether the implementation conforms: there is something to judge, and nothing to object to.
    pub fn conforms(&self, strict: bool) -> bool {
        let sound = self.never_exercised.is_empty() && self.unknown_gaps.is_empty();
        sound
            && self.stopped.is_none()
            && self.judged() > 0
            && self.failures(strict).next().is_none()
    }

    /// The cases that could be judged: all but those that need what the implementation lacks.
    pub fn judged(&self) -> usize {
        self.sections.iter().map(|section| section.cases - section.unsupported).sum()
    }

    /// How many of the run's clauses were exercised, level by level. A clause counts at the most binding
    /// of its levels in the editions of the run.
    pub fn coverage(&self) -> Vec<Coverage> {
        let editions: BTreeSet<Edition> = self.sections.iter().map(|s| s.edition).collect();
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
    pub(crate) fn add(&mut self, divergence: Divergence, objects: &str, example: Example) {
        let failure = divergence.is_failure();
        let Divergence { kind, clause, level, .. } = divergence;
        let objects = objects.to_owned();
        let key = (clause, kind, objects.clone());
        let group = self.0.entry(key).or_insert_with(|| Group {
            clause,
            level,
            kind,
            objects,
            failures: 0,
            notes: 0,
            smallest: example.clone(),
        });
        *(if failure { &mut group.failures } else { &mut group.notes }) += 1;
        // Cases come smallest first, behind those that are kept; but one that the text speaks of says more
        // than one it does not.
        let was_kept = matches!(group.smallest.case.which, Which::Regression(_));
        if level > group.level || was_kept && level == group.level {
            group.level = level;
            group.smallest = example;
        }
    }

    /// The worst first: crashes, then by level, then by clause.
    pub(crate) fn sorted(self) -> Vec<Group> {
        let mut groups: Vec<Group> = self.0.into_values().collect();
        groups.sort_by_key(|group| (std::cmp::Reverse(group.level), group.kind));
        groups
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

/// The clauses of the families of `domains` that hold in one of `editions`.
pub(crate) fn applicable(domains: &[&str], editions: &[Edition]) -> BTreeSet<Clause> {
    let clauses = clause::notes().keys().filter_map(|id| Clause::find(id));
    clauses
        .filter(|clause| domains.contains(&clause.family()))
        .filter(|clause| editions.iter().any(|edition| clause.holds(*edition)))
        .collect()
}

fn as_text<T: fmt::Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

fn as_option<T: fmt::Display, S: Serializer>(
    value: &Option<T>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => serializer.collect_str(value),
        None => serializer.serialize_none(),
    }
}

fn as_texts<'a, T, I, S>(values: &'a I, serializer: S) -> Result<S::Ok, S::Error>
where
    T: fmt::Display + 'a,
    &'a I: IntoIterator<Item = &'a T>,
    S: Serializer,
{
    serializer.collect_seq(values.into_iter().map(ToString::to_string))
}
