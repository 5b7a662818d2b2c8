//! # Tallies
//!
//! What was counted in a run, or in a shard of one. [`merge`](crate::merge::merge) adds up those of
//! shards; what follows from that of a whole run, a [`Report`](crate::report::Report) tells.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use pybuf_model::{Clause, Edition, Level};
use serde::{Deserialize, Serialize};
use serde_with::{DisplayFromStr, serde_as};
use thiserror::Error;

use crate::campaign::{Campaign, Keep};
use crate::case::CaseId;
use crate::certificate::Certificate;
use crate::shard::Shard;
use crate::text::in_a_line;
use crate::verdict::{Divergence, Kind, Verdict};

/// What was counted.
#[serde_as]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tally {
    /// What was run: `CPython 3.12.1`.
    pub target: String,
    /// What it lacks by its own account, with the reason.
    pub lacks: BTreeMap<String, String>,
    /// Which cases were run.
    pub ran: Ran,
    /// Whether there is more to put to the target: suites, or editions that it is of, which were left out.
    pub part: bool,
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
    /// Which cases the domains consist of. None of a run of cases that were drawn.
    pub certificates: Vec<Certificate>,
    /// Why not all cases were run, if they were not. An error.
    pub stopped: Option<Stopped>,
}

/// Which cases of the domains were run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ran {
    /// Those that are kept and those that are walked through, or a shard of them.
    Walk(Shard),
    /// Those that are kept and some that were drawn.
    Drawn(Campaign),
}

/// The end of a run before its time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stopped {
    /// Why it could not go on.
    pub why: String,
    /// How many cases were left; `None` if only the time would have ended it.
    pub not_run: Option<usize>,
}

/// Why no run can have come to a tally.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Impossible {
    /// The parts of a section are not the whole.
    #[error("the counts of {domain}, edition {edition}, do not add up to its cases")]
    Sum {
        /// The name of the domain.
        domain: String,
        /// The name of the edition.
        edition: String,
    },
    /// Something is there twice.
    #[error("{0} is there twice")]
    Twice(String),
    /// More cases than can be counted.
    #[error("there are more cases than can be counted")]
    TooMany,
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

/// Divergences of one cause: the same clause, in the same way, on the same kind of object; where no clause is
/// broken, in the same function.
#[serde_as]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// The clause, if it is one that is broken.
    #[serde_as(as = "Option<DisplayFromStr>")]
    pub clause: Option<Clause>,
    /// The function that was called, by the names of [`Call::feature`](crate::Call::feature), if no clause
    /// is broken.
    pub function: Option<String>,
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
    /// How to come by it again, if it was drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drawn: Option<Drawn>,
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

/// How to come by a divergence again that was drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawn {
    /// The seed of the run.
    pub seed: u64,
    /// How it is kept; `None` if its case alone does not show it.
    pub keep: Option<Keep>,
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

    /// Text of others in a line each, as it was cleaned where it came in: for a tally that was read from a
    /// file.
    pub fn clean(&mut self) {
        self.target = in_a_line(&self.target);
        let lacks = std::mem::take(&mut self.lacks).into_iter();
        self.lacks = lacks.map(|(gap, why)| (in_a_line(&gap), in_a_line(&why))).collect();
        let unsupported = std::mem::take(&mut self.unsupported).into_iter();
        self.unsupported = unsupported.map(|(it, calls)| (in_a_line(&it), calls)).collect();
        for group in &mut self.groups {
            group.objects = in_a_line(&group.objects);
            group.function = group.function.as_deref().map(in_a_line);
        }
        if let Some(stopped) = &mut self.stopped {
            stopped.why = in_a_line(&stopped.why);
        }
    }

    /// Whether a run can have come to this, for a tally that was read from a file.
    ///
    /// # Errors
    ///
    /// Why it cannot.
    pub fn check(&self) -> Result<(), Impossible> {
        let mut all: usize = 0;
        let mut names = BTreeSet::new();
        for section in &self.sections {
            let Section { domain, edition, cases, .. } = section;
            if section.sum() != Some(*cases) {
                let (domain, edition) = (domain.clone(), edition.to_string());
                return Err(Impossible::Sum { domain, edition });
            }
            if !names.insert((domain, edition)) {
                return Err(Impossible::Twice(format!(
                    "the section of {domain}, edition {edition},"
                )));
            }
            all = all.checked_add(*cases).ok_or(Impossible::TooMany)?;
        }
        let mut names = BTreeSet::new();
        match self.certificates.iter().find(|it| !names.insert(&it.domain)) {
            Some(twice) => Err(Impossible::Twice(format!("the certificate of {}", twice.domain))),
            None => Ok(()),
        }
    }

    /// The cases that could be judged: all but those that need what the implementation lacks.
    pub fn judged(&self) -> usize {
        self.sections.iter().map(|section| section.cases.saturating_sub(section.unsupported)).sum()
    }

    /// Whether it is of some shard only.
    pub fn is_shard(&self) -> bool {
        matches!(self.ran, Ran::Walk(shard) if !shard.is_whole())
    }

    /// What was drawn, if it is of cases that were drawn.
    pub fn drawn(&self) -> Option<&Campaign> {
        match &self.ran {
            Ran::Walk(_) => None,
            Ran::Drawn(campaign) => Some(campaign),
        }
    }

    /// Whether all that there is was put to the target: by all suites, in all editions that it is of.
    pub fn is_complete(&self) -> bool {
        !self.part && self.stopped.is_none() && self.ran == Ran::Walk(Shard::WHOLE)
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

    /// All counts but that of the cases, added up; `None` if that is too much.
    fn sum(&self) -> Option<usize> {
        let counts = [self.agree, self.not_in_edition, self.unsupported, self.diverge, self.notes];
        counts.into_iter().try_fold(0, usize::checked_add)
    }

    /// Adds up two of the same domain and edition.
    pub(crate) fn add(&mut self, other: &Section) {
        let sum = |sum: &mut usize, count: usize| *sum = sum.saturating_add(count);
        sum(&mut self.cases, other.cases);
        sum(&mut self.agree, other.agree);
        sum(&mut self.not_in_edition, other.not_in_edition);
        sum(&mut self.unsupported, other.unsupported);
        sum(&mut self.diverge, other.diverge);
        sum(&mut self.notes, other.notes);
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
pub(crate) struct Groups(BTreeMap<(Option<Clause>, Option<String>, Kind, String), Group>);

impl Groups {
    /// Takes a divergence of a call of `function`, in a case that comes after those of all others. Cases that
    /// are kept come first, and any other shows a divergence better.
    pub(crate) fn add(
        &mut self,
        divergence: &Divergence,
        function: &str,
        objects: &str,
        example: Example,
    ) {
        let failure = divergence.is_failure();
        let &Divergence { kind, clause, level, .. } = divergence;
        let group = Group {
            clause,
            function: clause.is_none().then(|| function.into()),
            level,
            kind,
            objects: objects.into(),
            failures: failure.into(),
            notes: (!failure).into(),
            smallest: example,
            again: None,
            drawn: None,
        };
        self.join(group, |new, known| known.case.is_kept() && !new.case.is_kept());
    }

    /// Takes a group as it is, or adds it to the one of the same cause. `smaller` is whether the first of
    /// two examples comes first.
    pub(crate) fn join(&mut self, group: Group, smaller: impl Fn(&Example, &Example) -> bool) {
        let key = (group.clause, group.function.clone(), group.kind, group.objects.clone());
        let Some(known) = self.0.get_mut(&key) else {
            self.0.insert(key, group);
            return;
        };
        known.failures = known.failures.saturating_add(group.failures);
        known.notes = known.notes.saturating_add(group.notes);
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
