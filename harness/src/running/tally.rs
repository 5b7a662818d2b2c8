//! # Tallies
//!
//! What was counted in a run, or in a shard of one. [`merge`](crate::merge::merge) adds up those of
//! shards; what follows from that of a whole run, a [`Report`](crate::report::Report) tells.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use pybuf_model::{Clause, Edition};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::{DisplayFromStr, serde_as};
use thiserror::Error;

use crate::certificate::Certificate;
use crate::finding::Finding;
use crate::shard::Shard;
use crate::statistics::Campaign;
use crate::text::in_a_line;
use crate::verdict::{Divergence, Verdict};

/// What was counted.
#[serde_as]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tally {
    /// What was run: `CPython 3.12.1`.
    pub target: String,
    /// What it lacks by its own account, with the reason.
    pub lacks: BTreeMap<String, String>,
    /// Which cases were run.
    pub ran: Ran,
    /// Whether suites, or editions that the target is of, were left out.
    pub part: bool,
    /// The cases of each domain in each edition, in the order in which they were run.
    pub sections: Vec<Section>,
    /// The divergences by cause: the worst first.
    pub findings: Vec<Finding>,
    /// The clauses that decided about replies, by what the calls were about: a kind of object, or
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
    /// The cases that were skipped, for what they call ends the target again and again. An error.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<Skipped>,
    /// Why the run ended early, if it did. An error.
    pub stopped: Option<Stopped>,
}

/// Which cases of the domains were run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ran {
    /// Those that are kept and the exhaustive ones, or a shard of them.
    Walk(#[schemars(with = "String")] Shard),
    /// Those that are kept and some that were drawn.
    Drawn(Campaign),
}

impl Default for Ran {
    fn default() -> Ran {
        Ran::Walk(Shard::WHOLE)
    }
}

/// Cases of a domain in an edition that were not run: they call a function that had crashed or hung again and
/// again, and had not returned in between.
#[serde_as]
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Skipped {
    /// The name of the domain.
    pub domain: String,
    /// The edition.
    #[serde_as(as = "DisplayFromStr")]
    pub edition: Edition,
    /// The function, by the names of [`Call::feature`](crate::Call::feature).
    pub function: String,
    /// The kind of object that it was called on; `None` if it did so on all kinds.
    pub objects: Option<String>,
    /// How many cases.
    pub cases: usize,
}

/// The end of a run before its time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Stopped {
    /// Why it could not go on.
    pub why: String,
    /// How many cases were left; `None` if only the time would have ended it.
    pub not_run: Option<usize>,
}

/// Why no run can have come to a tally.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct Impossible(String);

/// The cases of a domain in an edition, by what became of them.
#[serde_as]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
        for finding in &mut self.findings {
            finding.objects = in_a_line(&finding.objects);
            finding.function = finding.function.as_deref().map(in_a_line);
        }
        for skipped in &mut self.skipped {
            skipped.function = in_a_line(&skipped.function);
            skipped.objects = skipped.objects.as_deref().map(in_a_line);
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
            let name = format!("{domain}, edition {edition},");
            if section.sum() != Some(*cases) {
                return Err(Impossible(format!("the counts of {name} do not add up to its cases")));
            }
            if !names.insert((domain, edition)) {
                return Err(Impossible(format!("the section of {name} is there twice")));
            }
            let too_many = || Impossible("there are more cases than can be counted".into());
            all = all.checked_add(*cases).ok_or_else(too_many)?;
        }
        let mut names = BTreeSet::new();
        match self.certificates.iter().find(|it| !names.insert(&it.domain)) {
            Some(Certificate { domain, .. }) => {
                Err(Impossible(format!("the certificate of {domain} is there twice")))
            }
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

    /// How many cases were run or skipped.
    pub fn due(&self) -> usize {
        let ran = self.sections.iter().map(|section| section.cases);
        let skipped = self.skipped.iter().map(|skipped| skipped.cases);
        ran.chain(skipped).fold(0, usize::saturating_add)
    }

    /// Counts cases that were skipped, with others for the same reason.
    pub(crate) fn skip(&mut self, new: Skipped) {
        fn reason(it: &Skipped) -> impl PartialEq {
            (&it.domain, it.edition, &it.function, &it.objects)
        }
        let same = |it: &&mut Skipped| reason(it) == reason(&new);
        match self.skipped.iter_mut().find(same) {
            Some(sum) => sum.cases = sum.cases.saturating_add(new.cases),
            None => self.skipped.push(new),
        }
    }

    /// What was drawn, if it is of cases that were drawn.
    pub fn drawn(&self) -> Option<&Campaign> {
        match &self.ran {
            Ran::Walk(_) => None,
            Ran::Drawn(campaign) => Some(campaign),
        }
    }

    /// Whether the target was tested completely: by all suites, in all editions that it is of.
    pub fn is_complete(&self) -> bool {
        let is_all = self.skipped.is_empty() && self.stopped.is_none();
        !self.part && is_all && self.ran == Ran::Walk(Shard::WHOLE)
    }

    /// The findings that make a run fail: what breaks a must, crashes and time-outs; with `strict`, also
    /// what breaks a should or what has been observed.
    pub fn failures(&self, strict: bool) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |finding| strict || finding.is_failure())
    }
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Skipped { domain, edition, function, objects, cases } = self;
        write!(f, "{domain}, edition {edition}: {cases} cases not run, because {function}")?;
        if let Some(objects) = objects.as_ref().filter(|objects| *objects != function) {
            write!(f, " on {objects}")?;
        }
        f.write_str(" keeps crashing or hanging")
    }
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = in_a_line(&self.why);
        match self.not_run {
            Some(not_run) => write!(f, "stopped early: {why}; {not_run} cases not run"),
            None => write!(f, "stopped early, before the time was over: {why}"),
        }
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
