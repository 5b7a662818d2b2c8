//! Comparing a baseline with a run.

use super::entry::{Baseline, Entry, Problem};
use super::versions::Version;
use crate::finding::Finding;
use crate::tally::Tally;
use crate::verdict::Kind;

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
                let what = format!(
                    "this is about versions, and the name of the target, {:?}, tells none: remove them",
                    tally.target
                );
                comparison.problem(entry, what);
            } else if entry.holds_for(version) {
                comparison.take(entry, tally);
            }
        }
        comparison.problems.sort_by_key(|problem| problem.line);
        comparison
    }
}

impl Comparison<'_> {
    /// Takes account of an entry that is about the target.
    fn take(&mut self, entry: &Entry, tally: &Tally) {
        let part = !tally.is_complete();
        let seen_on = |objects: &str| -> Vec<Kind> {
            let same = |finding: &&Finding| {
                (finding.clause, &finding.function) == (entry.clause, &entry.function)
                    && finding.objects == objects
            };
            tally.findings.iter().filter(same).map(|finding| finding.kind).collect()
        };
        let was_called = entry.function.as_ref().is_none_or(|it| tally.features_used.contains(it));
        let was_tested = |objects: &str| match (tally.exercised_on.get(objects), entry.clause) {
            (Some(clauses), Some(clause)) => clauses.contains(&clause),
            (clauses, None) => was_called && clauses.is_some(),
            (None, Some(_)) => false,
        };
        let (mut passes, mut stale) = (Vec::new(), Vec::new());
        let mut met = false;
        for objects in entry.objects.iter().map(String::as_str) {
            let (seen, recorded) = (seen_on(objects), entry.verdict);
            match seen.first() {
                _ if seen.contains(&recorded) => met = true,
                _ if part => {}
                Some(seen) => {
                    let ways = format!("is a {seen} now, not a {recorded}");
                    let about = about(entry, &[objects]);
                    self.problem(entry, format!("{about} {ways}: correct the verdict"));
                }
                None if was_tested(objects) => passes.push(objects),
                None => stale.push(objects),
            }
        }
        self.not_met += usize::from(part && !met);
        if !passes.is_empty() {
            let (about, remedy) = (about(entry, &passes), remedy(entry, &passes));
            self.problem(entry, format!("{about} passes now: {remedy}"));
        }
        if !stale.is_empty() {
            let (what, on, remedy) = (subject(entry), stale.join(", "), remedy(entry, &stale));
            self.problem(entry, format!("no case of the run tests {what} on {on}: {remedy}"));
        }
    }

    fn problem(&mut self, entry: &Entry, what: String) {
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
