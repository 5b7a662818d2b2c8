//! Comparing a baseline with a run.

use super::entry::{Baseline, Entry, Problem, What};
use super::versions::Version;
use crate::finding::Finding;
use crate::tally::Tally;

/// What a baseline says of a run, and the other way round.
#[derive(Clone, Debug)]
pub struct Comparison<'a> {
    /// The divergences that make the run fail and are not known.
    pub new: Vec<&'a Finding>,
    /// Those that are known, each with its entry.
    pub known: Vec<(&'a Finding, &'a Entry)>,
    /// What is wrong with the baseline, by line.
    pub problems: Vec<Problem>,
    /// How many entries matched nothing in a part of a run, which cannot show whether they are needed.
    pub not_met: usize,
}

impl Baseline {
    /// Compares it with a run. Where that is not [complete](Tally::is_complete), the rest may yet need an entry
    /// that comes to nothing here. With `strict` notes have to be known, too.
    pub fn compare<'a>(&'a self, tally: &'a Tally, strict: bool) -> Comparison<'a> {
        let version = Version::of_target(&tally.target);
        let known = |finding: &'a Finding| Some((finding, self.entry_of(finding, version)?));
        let is_new = |finding: &&Finding| self.entry_of(finding, version).is_none();
        let mut comparison = Comparison {
            new: tally.failures(strict).filter(is_new).collect(),
            known: tally.findings.iter().filter_map(known).collect(),
            problems: self.problems.clone(),
            not_met: 0,
        };
        for entry in &self.entries {
            if entry.versions.is_some() && version.is_none() {
                let what = What::NoVersionOfTarget(tally.target.clone());
                comparison.problems.push(Problem { line: entry.line, what });
            } else if entry.holds_for(version) {
                comparison.hold(entry, tally);
            }
        }
        comparison.problems.sort_by_key(|problem| problem.line);
        comparison
    }
}

impl Comparison<'_> {
    fn hold(&mut self, entry: &Entry, tally: &Tally) {
        let part = !tally.is_complete();
        let seen_on = |objects: &str| {
            let same = |finding: &&Finding| {
                (finding.clause, &finding.function) == (entry.clause, &entry.function)
                    && finding.objects == objects
            };
            let kinds: Vec<_> =
                tally.findings.iter().filter(same).map(|finding| finding.kind).collect();
            kinds
        };
        let was_called = entry.function.as_ref().is_none_or(|it| tally.features_used.contains(it));
        let was_put = |objects: &str| match (tally.exercised_on.get(objects), entry.clause) {
            (Some(clauses), Some(clause)) => clauses.contains(&clause),
            (clauses, None) => was_called && clauses.is_some(),
            (None, Some(_)) => false,
        };
        let (mut passes, mut stale) = (Vec::new(), Vec::new());
        let mut met = false;
        for objects in entry.objects.iter().map(String::as_str) {
            let seen = seen_on(objects);
            match seen.first() {
                _ if seen.contains(&entry.verdict) => met = true,
                _ if part => {}
                Some(&seen) => {
                    let (about, recorded) = (about(entry, &[objects]), entry.verdict);
                    self.problem(entry, What::Changed { about, recorded, seen });
                }
                None if was_put(objects) => passes.push(objects),
                None => stale.push(objects),
            }
        }
        self.not_met += usize::from(part && !met);
        if !passes.is_empty() {
            let (about, remedy) = (about(entry, &passes), remedy(entry, &passes));
            self.problem(entry, What::Passes { about, remedy });
        }
        if !stale.is_empty() {
            let (what, on) = (subject(entry), stale.join(", "));
            let (about, remedy) = (format!("{what} on {on}"), remedy(entry, &stale));
            self.problem(entry, What::Stale { about, remedy });
        }
    }

    fn problem(&mut self, entry: &Entry, what: What) {
        self.problems.push(Problem { line: entry.line, what });
    }
}

/// What an entry says of some of its objects.
pub(super) fn about(entry: &Entry, objects: &[&str]) -> String {
    let what = match entry.clause {
        Some(clause) => clause.to_string(),
        None => format!("the {} of {}", entry.verdict, subject(entry)),
    };
    format!("{what} on {}", objects.join(", "))
}

/// The clause, or the function where there is none.
fn subject(entry: &Entry) -> &str {
    match entry.clause {
        Some(clause) => clause.id(),
        None => entry.function.as_deref().unwrap_or("anything"),
    }
}

fn remedy(entry: &Entry, objects: &[&str]) -> String {
    if objects.len() == entry.objects.len() {
        return "remove the entry, or limit it to the versions that need it".into();
    }
    format!("take {} from the objects of the entry", objects.join(", "))
}
